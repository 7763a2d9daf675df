"""Conversations kept as trees of messages: the path that was shown, or every path from the root to a leaf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.repairs import Repair


def paths(parents: dict[str, str | None], shown: str | None, branches: str) -> Iterator[list[str]]:
    """Yield paths of node ids from the root: that to `shown`, or with `all` those to every leaf, in the leaves' order.

    Args:
        parents: of each node; a parent that is no node is none. Circles are cut.
        shown: the node that the page showed last; the last node, where it is not known.
        branches: `current` or `all`.
    """
    if branches == "all":
        inner = set(parents.values())
        leaves = [node for node in parents if node not in inner]
    else:
        leaves = [shown if shown is not None and shown in parents else next(reversed(parents), "")]
    for leaf in filter(None, leaves):
        yield path_to(parents, leaf)


def path_to(parents: dict[str, str | None], leaf: str) -> list[str]:
    """Return the nodes from the root to a leaf."""
    path: dict[str, None] = {}
    node: str | None = leaf
    while node is not None and node in parents and node not in path:
        path[node] = None
        node = parents[node]
    return list(reversed(path))


def left_out(size: int, path: list[Any], branches: str) -> list[dict[str, Any]]:
    """Return the repair that says how many messages stand on other branches than the one that was taken."""
    count = size - len(path)
    if branches == "all" or count <= 0:
        return []
    detail = f"{count} messages on other branches"
    return [{"turn": max(0, len(path) - 1), "kind": Repair.BRANCH_CHOSEN.value, "detail": detail}]

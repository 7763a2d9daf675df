"""Groups of linked conversations, their split into train and validation, and names that no two rows share."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
import xxhash
from numpy.typing import NDArray


def roots(n: int, links: Iterable[tuple[int, int]]) -> NDArray[np.int32]:
    """Return for each of n conversations the smallest rank of its group (union-find with path halving)."""
    parent = array("i", range(n))  # 4 bytes each, where Python's own numbers take 36
    for one, other in links:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        while parent[other] != other:
            parent[other] = other = parent[parent[other]]
        parent[max(one, other)] = min(one, other)
    found = np.array(parent)  # a parent is never larger than its child
    while True:
        above = found[found]
        if np.array_equal(above, found):
            return found
        found = above


def validation(
    contents: Iterable[str], sizes: NDArray[np.int64], salt: str, share: float, never_empty: bool
) -> NDArray[np.bool_]:
    """Return for each group whether it goes to validation: in order of salted hashes, until the share is reached.

    A group of more text than the whole share is passed over. The order stays where groups are added; only the few
    at the border move.

    Args:
        contents: per group the smallest content hash, so that the order of rows decides nothing.
        sizes: per group the text of its kept conversations.
        salt: of the hash.
        share: of all text.
        never_empty: whether the group with the smallest hash goes to validation where no other does.
    """
    salted = (xxhash.xxh3_64_intdigest(f"{salt}\0{content}".encode()) for content in contents)
    order = np.argsort(np.fromiter(salted, np.uint64), kind="stable")
    goal = share * float(sizes.sum())
    fitting = order[sizes[order] <= goal]
    before = np.cumsum(sizes[fitting]) - sizes[fitting]
    chosen = fitting[before < goal]
    if never_empty and share > 0 and not len(chosen):
        chosen = order[:1]
    in_validation = np.zeros(len(order), np.bool_)
    in_validation[chosen] = True
    return in_validation


def distinct(ids: list[str], content_hashes: list[str]) -> list[str]:
    """Return each kept conversation a name of its own: its id, with `~` and hex of its content where ids are shared.

    Six digits of hex, more where they do not tell the conversations apart.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(ids):
        places.setdefault(name, []).append(place)
    names = list(ids)
    taken = {name for name, holders in places.items() if len(holders) == 1}
    for name, holders in places.items():
        digits = 6
        while len(holders) > 1:
            longer = [f"{name}~{content_hashes[place][:digits]}" for place in holders]
            if digits >= 32 or (len(set(longer)) == len(holders) and taken.isdisjoint(longer)):
                taken.update(longer)
                for place, unique in zip(holders, longer, strict=True):
                    names[place] = unique
                break
            digits += 1
    return names

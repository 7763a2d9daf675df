"""Replaces personal data and secrets by pseudonyms that are the same throughout a conversation."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

import numpy as np
import polars as pl

from schemas.settings import Privacy
from tasks.privacy.find import Finder, find, finders, suspects
from tasks.privacy.plain import Plain, plain, plain_series
from tasks.privacy.repeats import repeats
from tasks.privacy.span import Span, mask

_PSEUDONYM = re.compile(r"<([A-Z_]{2,16})_([0-9]{1,9})>")
_PASSES = 4  # a mask can lay a neighbour bare; two passes settle all but texts made for the purpose


class Found(TypedDict):
    """One row of view pii, without its row_id: positions are those before redaction.

    Where the find was replaced, `pseudonym` is what stands in its place and `placed_char` where that begins.
    """

    turn: int
    kind: str
    start_char: int
    end_char: int
    digest: str
    pseudonym: str | None
    placed_char: int | None


class Repair(TypedDict):
    """What was changed in a turn (schemas.types.REPAIR)."""

    turn: int
    kind: str
    detail: str


@dataclass(frozen=True)
class Redaction:
    """What `redact` found and did in a batch.

    Args:
        content: the texts given, those with finds redacted (policy redact, drop) or as they were (tag, off).
        changed: positions in `content` that differ from the texts given, ascending.
        pii: per conversation, the finds in order of turn and position.
        repairs: per conversation, one repair (kind `redacted`) for each changed turn.
        drop: per conversation, whether the policy drops it.
    """

    content: list[str]
    changed: list[int]
    pii: list[list[Found]]
    repairs: list[list[Repair]]
    drop: list[bool]


def redact(offsets: Sequence[int], turn: Sequence[int], contents: list[str] | pl.Series, privacy: Privacy) -> Redaction:
    """Find and replace personal data and secrets in a batch of conversations.

    The texts may be kept turns as read, or all raw turns, dropped and merged ones included: what counts is that
    those of one conversation stand together, since a value has one pseudonym in all of them. Redacting again
    changes nothing.

    Args:
        offsets: n + 1 positions; conversation i owns the texts `offsets[i]:offsets[i + 1]`.
        turn: raw index of each text's turn.
        contents: the texts.
        privacy: policy, kinds, salt and thresholds.
    """
    n = len(offsets) - 1
    column = pl.Series(contents, dtype=pl.String)
    content = column.to_list()
    result = Redaction(list(content), [], [[] for _ in range(n)], [[] for _ in range(n)], [False] * n)
    if privacy.policy == "off" or not content:
        return result
    searched = _searched(privacy)
    read, marked = plain_series(column)
    possible = suspects(read, searched)
    hit = np.flatnonzero(possible.any(axis=1)).tolist()
    row, at = 0, 0
    while at < len(hit):
        while hit[at] >= offsets[row + 1]:
            row += 1
        start, end = offsets[row], offsets[row + 1]
        wanted: dict[int, list[Finder]] = {}
        while at < len(hit) and hit[at] < end:
            wanted[hit[at] - start] = [finder for finder, yes in zip(searched, possible[hit[at]], strict=True) if yes]
            at += 1
        plains = [plain(content[i]) if i in marked else Plain(content[i], [], []) for i in range(start, end)]
        spans = [
            [one.placed(span) for span in found]
            for one, found in zip(plains, _spans([one.text for one in plains], wanted), strict=True)
        ]
        if any(spans):
            _record(result, row, start, turn[start:end], content[start:end], spans, privacy)
    return result


@lru_cache(maxsize=8)
def _searched(privacy: Privacy) -> tuple[Finder, ...]:
    return finders(privacy)


def _spans(texts: list[str], wanted: dict[int, list[Finder]]) -> list[list[Span]]:
    """Find in one conversation until nothing is left to find, repetitions of contextual finds included."""
    found: list[list[Span]] = [[] for _ in texts]
    masked = list(texts)
    values: dict[str, Span] = {}
    numbers: set[str] = set()
    turns: Iterable[int] = wanted
    for _ in range(_PASSES):
        fresh = {i: find(masked[i], wanted[i]) for i in turns if i in wanted}
        for i, spans in fresh.items():
            values |= {texts[i][s.start : s.end]: s for s in spans if s.contextual}
            numbers |= {s.value for s in spans if s.kind == "phone"}
        for i, spans in fresh.items():
            masked[i] = mask(masked[i], spans)
        for i, spans in repeats(masked, values, numbers).items():
            masked[i] = mask(masked[i], spans)
            fresh[i] = fresh.get(i, []) + spans
        turns = [i for i, spans in fresh.items() if spans]
        if not turns:
            break
        for i in turns:
            found[i] += fresh[i]
    return [sorted(spans, key=lambda span: span.start) for spans in found]


def _record(
    result: Redaction,
    row: int,
    start: int,
    turn: Sequence[int],
    texts: list[str],
    spans: list[list[Span]],
    privacy: Privacy,
) -> None:
    """Write one conversation's finds, new texts and repairs into the result."""
    names = Pseudonyms(texts)
    for i, found in enumerate(spans):
        if not found:
            continue
        replaced = [] if privacy.policy == "tag" else [span for span in found if span.kind not in privacy.tag_only]
        content, placed = _replace(texts[i], replaced, names)
        result.pii[row] += [_found(turn[i], span, privacy.salt, placed.get(span.start)) for span in found]
        if not replaced:
            continue
        result.drop[row] = privacy.policy == "drop"
        result.content[start + i] = content
        result.changed.append(start + i)
        counts = Counter(span.kind for span in replaced)
        detail = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        result.repairs[row].append(Repair(turn=turn[i], kind="redacted", detail=detail))


class Pseudonyms:
    """The names of one conversation's values: `<EMAIL_1>`, `<EMAIL_2>`, …, in order of first appearance.

    Args:
        texts: the conversation; a pseudonym that stands in it already is not given again.
    """

    def __init__(self, texts: list[str]) -> None:
        self._last: Counter[str] = Counter()
        self._names: dict[tuple[str, str], str] = {}
        for text in texts:
            for kind, number in _PSEUDONYM.findall(text):
                self._last[kind] = max(self._last[kind], int(number))

    def __call__(self, span: Span) -> str:
        """Return the pseudonym of a value."""
        # A number may be written with and without its country's code: the last digits tell it in one conversation.
        key = (span.kind, span.value[-8:] if span.kind == "phone" else span.value)
        if key not in self._names:
            kind = span.kind.upper()
            self._last[kind] += 1
            self._names[key] = f"<{kind}_{self._last[kind]}>"
        return self._names[key]


def _replace(text: str, spans: list[Span], names: Pseudonyms) -> tuple[str, dict[int, tuple[str, int]]]:
    """Return a text with pseudonyms for its spans; by the start of each span, its pseudonym and where that begins."""
    pieces: list[str] = []
    placed: dict[int, tuple[str, int]] = {}
    at = length = 0
    for span in spans:
        name, before = names(span), text[at : span.start]
        placed[span.start] = name, length + len(before)
        pieces += [before, name]
        at, length = span.end, length + len(before) + len(name)
    return "".join([*pieces, text[at:]]), placed


def _found(turn: int, span: Span, salt: str, placed: tuple[str, int] | None) -> Found:
    """Return a find as a row of view pii, with its pseudonym where it has one."""
    name, start = placed or (None, None)
    return Found(
        turn=turn,
        kind=span.kind,
        start_char=span.start,
        end_char=span.end,
        digest=digest(span, salt),
        pseudonym=name,
        placed_char=start,
    )


def digest(span: Span, salt: str) -> str:
    """Return a value's keyed digest, 16 hex digits: equal values can be joined, none can be read."""
    text = f"{span.kind}:{span.value}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8, key=salt.encode()).hexdigest()

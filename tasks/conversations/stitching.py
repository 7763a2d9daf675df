"""Stitches answers that break off to those that go on with them, over a batch of repaired conversations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.enums import Fate
from schemas.settings import Input
from tasks.conversations.continued import Continued, Done, judge_continued
from tasks.conversations.continuing import LONGEST_PARTLY, MAY_ASK, Request, request_of
from tasks.conversations.ragged import offsets_of, runs_of
from tasks.conversations.raw import RawTurns
from tasks.conversations.repair_batch import BatchRepair
from tasks.conversations.replacing import replaced
from tasks.conversations.turns import BLANK_LINE
from tasks.conversations.word_counts import WordCounts

ContinuationRow = tuple[int, int, int, str, str | None, str | None, str]
"""A CONTINUATION: raw indices of answer, request and next answer; request, ending, start, and what was done."""


@dataclass(frozen=True)
class Stitches:
    """What stitching makes of a batch.

    Args:
        fates: columns fate, into_turn, reason, left_out_before, left_out and joint of each turn, flat.
        found: per conversation, the answers that are followed by a request to go on.
        unlabelled_eos: per conversation, raw indices of answers whose end has no label; None = none.
    """

    fates: list[pa.Array]
    found: list[list[ContinuationRow]]
    unlabelled_eos: list[list[int] | None]


@dataclass(slots=True)
class _Conversation:
    """The kept turns of one conversation.

    Args:
        places: in the batch.
        texts: with what was merged into each.
        alone: whether nothing was.
        labelled: whether each is trained on.
        may_ask: whether each may ask for the rest of an answer.
    """

    places: list[int]
    texts: list[str]
    alone: list[bool]
    labelled: list[bool]
    may_ask: list[bool]
    merged: dict[int, tuple[int, int, int, str]] = field(default_factory=dict)
    """By place: the place it is merged into, and how (left_out_before, left_out, joint)."""


def stitch_batch(raw: RawTurns, content: pa.StringArray, repaired: BatchRepair, settings: Input) -> Stitches:
    """Stitch what can be stitched, and say what was found.

    Args:
        raw: the turns.
        content: their texts as converted.
        repaired: their roles and fates.
        settings: `continued_answers`, and what tells how an answer ends.
    """
    rows = len(raw.ends) - 1
    found: list[list[ContinuationRow]] = [[] for _ in range(rows)]
    ends: list[list[int] | None] = [None] * rows
    merged = dict(repaired.joined)
    turns = raw.turn.to_numpy()
    asks = _may_ask(raw, content, repaired)
    for row, one in _conversations(raw, content, repaired, asks):
        eos = []
        for at, answer, judged in _judge(one, settings):
            found[row].append(_row([int(turns[one.places[at + step]]) for step in range(3)], judged))
            if judged.done is Done.UNLABELLED_EOS and one.labelled[at]:
                eos.append(int(turns[one.places[answer]]))
        ends[row] = sorted(set(eos)) or None
        merged |= one.merged
    return Stitches(_columns(raw, repaired, merged), found, ends)


def _may_ask(raw: RawTurns, content: pa.StringArray, repaired: BatchRepair) -> npt.NDArray[np.bool_]:
    """Whether each turn is a kept question, not its conversation's first turn, that may ask for the rest of an answer.

    Whole columns are asked first: of 2,920 questions of V3 677 are looked at one by one, in half the time. What was
    merged into a question may ask too, so that those with any are all looked at.
    """
    kept = pc.is_null(repaired.fates[0]).to_numpy(zero_copy_only=False)
    asks: npt.NDArray[np.bool_] = kept & pc.equal(repaired.role, "user").to_numpy(zero_copy_only=False)
    asks[raw.ends[:-1][raw.ends[:-1] < len(asks)]] = False
    roots = np.zeros(len(asks), np.bool_)
    roots[[root for root, *_ in repaired.joined.values()]] = True
    roots &= asks
    asks &= pc.less(pc.binary_length(content), 4 * LONGEST_PARTLY).to_numpy(zero_copy_only=False)
    texts = pl.Series("content", content, dtype=pl.String).filter(pl.Series(asks))
    some = texts.str.replace_all("’", "'", literal=True).str.contains(MAY_ASK)
    asks[asks] = some.to_numpy()
    asks[asks] = [request_of(text) is not None for text in texts.filter(some)]
    return asks | roots


def _conversations(
    raw: RawTurns, content: pa.StringArray, repaired: BatchRepair, asks: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, _Conversation]]:
    """Yield the conversations that hold a turn that may ask, each with its number."""
    rows = np.unique(raw.row[asks])
    counts = np.diff(raw.ends)[rows]
    places = runs_of(raw.ends[rows], counts)
    columns = (*repaired.fates[:2], raw.turn, repaired.role, content)
    read = [column.take(pa.array(places)).to_pylist() for column in columns]
    for row, (start, end) in zip(rows.tolist(), pairwise(offsets_of(counts).tolist()), strict=True):
        first = int(raw.ends[row])
        may_ask = asks[first : first + end - start].tolist()
        yield row, _kept(first, may_ask, set(repaired.unlabelled[row] or ()), *(column[start:end] for column in read))


def _kept(
    first: int,
    may_ask: list[bool],
    off: set[int],
    fates: list[str | None],
    into: list[int | None],
    turns: list[int],
    roles: list[str],
    texts: list[str],
) -> _Conversation:
    """Return the kept turns of one conversation, what was merged before at the end of what it was merged into.

    Args:
        first: place of its first turn in the batch.
        may_ask: whether each turn may ask for the rest of an answer.
        off: turns without label.
        fates: what became of each turn in repairing.
        into: the turn each was merged into.
        turns: its raw index.
        roles: its role.
        texts: its text.
    """
    joined: dict[int, list[str]] = {}
    for fate, root, turn, text in zip(fates, into, turns, texts, strict=True):
        joined.setdefault(root if fate == Fate.MERGED and root is not None else turn, []).append(text)
    kept = [at for at, role in enumerate(roles) if fates[at] is None and role != "system"]
    of_kept = [joined[turns[at]] for at in kept]
    return _Conversation(
        [first + at for at in kept],
        [BLANK_LINE.join(parts) for parts in of_kept],
        [len(parts) == 1 for parts in of_kept],
        [turns[at] not in off for at in kept],
        [may_ask[at] for at in kept],
    )


def _judge(one: _Conversation, settings: Input) -> list[tuple[int, int, Continued]]:
    """Judge each answer that another follows, and stitch as the settings say.

    Returns:
        Number of the answer among the kept turns, of the one it was joined to (or its own), and what was found.
    """
    words = WordCounts(one.texts)
    judged: list[tuple[int, int, Continued]] = []
    answer, text = 1, one.texts[1] if len(one.texts) > 1 else ""
    for at in range(1, len(one.places) - 2, 2):
        found = None
        if one.may_ask[at + 1]:
            found = judge_continued(text, one.texts[at + 1], one.texts[at + 2], words, settings.ended_share)
        free = one.alone[at + 1] and one.alone[at + 2] and one.labelled[answer] and one.labelled[at + 2]
        found = found and _as_asked(found, settings, free=free)
        if found and (found.request is not Request.PARTLY or found.ending):
            judged.append((at, answer, found))
        if found and found.done is Done.STITCHED and found.join and found.join.joint is not None:
            join, root = found.join, one.places[answer]
            joint = found.join.joint
            one.merged[one.places[at + 1]] = (root, 0, len(one.texts[at + 1]), "")
            cut_before = join.cut_before + len(text) - len(text.rstrip())
            one.merged[one.places[at + 2]] = (root, cut_before, join.cut, joint)
            text = text[: len(text) - cut_before] + joint + one.texts[at + 2][join.cut :]
        else:
            answer, text = at + 2, one.texts[at + 2]
    return judged


def _as_asked(found: Continued, settings: Input, *, free: bool) -> Continued:
    """Return what is done by the setting; what has no label, or was merged before, is not stitched."""
    if settings.continued_answers == "keep":
        return Continued(found.request, found.ending, found.join, Done.KEPT)
    if found.done is Done.STITCHED and (settings.continued_answers == "unlabelled_eos" or not free):
        return Continued(found.request, found.ending, found.join, Done.UNLABELLED_EOS)
    return found


def _row(turns: list[int], judged: Continued) -> ContinuationRow:
    answer, request, following = turns
    ending = judged.ending.value if judged.ending else None
    start = judged.join.start if judged.join else None
    return answer, request, following, judged.request.value, ending, start, judged.done.value


def _columns(raw: RawTurns, repaired: BatchRepair, merged: dict[int, tuple[int, int, int, str]]) -> list[pa.Array]:
    """Return the columns of turns that say what became of them."""
    turns = raw.turn.to_numpy()
    into = {place: int(turns[root]) for place, (root, *_) in merged.items()}
    how = [{place: made[at] for place, made in merged.items()} for at in (1, 2, 3)]
    kinds = (pa.int32(), pa.int32(), pa.string())
    return [
        replaced(repaired.fates[0], dict.fromkeys(merged, Fate.MERGED.value)),
        replaced(repaired.fates[1], into),
        repaired.fates[2],
        *(replaced(pa.nulls(len(turns), kind), values) for kind, values in zip(kinds, how, strict=True)),
    ]

"""Stitches answers that break off to those that go on with them, over a batch of repaired conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.enums import Fate
from schemas.settings import Input
from tasks.conversations.continued import Continued, Done, judge_continued
from tasks.conversations.continuing import LONGEST_PARTLY, Request, request_of
from tasks.conversations.may_ask import may_ask
from tasks.conversations.ragged import places_of
from tasks.conversations.raw import RawTurns
from tasks.conversations.repair_batch import BatchRepair
from tasks.conversations.replacing import replaced
from tasks.conversations.turns import BLANK_LINE, merged_places
from tasks.conversations.word_counts import WordCounts

ContinuationRow = tuple[int, int, int, str, str | None, str | None, str]
"""A CONTINUATION: raw indices of answer, request and next answer; request, ending, start, and what was done."""
Merged = dict[int, tuple[int, int, int, str]]
"""By place: the place that a turn is merged into, and how (left_out_before, left_out, joint)."""


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


@dataclass(frozen=True)
class _Kept:
    """The kept turns of a batch but system turns, which alternate: a question, its answer, the next question.

    Args:
        raw: the turns.
        content: their texts as converted.
        places: of the kept ones in the batch.
        merged: by place, the places that were merged into it before.
        off: places of answers without label.
    """

    raw: RawTurns
    content: pa.StringArray
    places: npt.NDArray[np.int64]
    merged: dict[int, list[int]]
    off: frozenset[int]

    def texts(self, at: Sequence[int] | npt.NDArray[np.int64]) -> list[str]:
        """Return the texts of some kept turns, with what was merged into each."""
        places = self.places[at]
        texts: list[str] = self.content.take(pa.array(places)).to_pylist()
        if not self.merged:
            return texts
        behind = (self.merged.get(place, ()) for place in places.tolist())
        return [
            BLANK_LINE.join((text, *(self.content[one].as_py() for one in more))) if more else text
            for text, more in zip(texts, behind, strict=True)
        ]

    def alone(self, *some: int) -> bool:
        """Whether nothing was merged into any of some kept turns."""
        return not self.merged or self.merged.keys().isdisjoint(self.places[list(some)].tolist())

    def labelled(self, *some: int) -> bool:
        """Whether all of some kept turns are trained on."""
        return not self.off or self.off.isdisjoint(self.places[list(some)].tolist())


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
    eos: list[set[int]] = [set() for _ in range(rows)]
    merged = dict(repaired.joined)
    turns = raw.turn.to_numpy()
    kept = _kept(raw, content, repaired)
    for row, at, answer, judged in _judge(kept, _may_ask(raw, content, repaired), settings, merged):
        found[row].append(_row(turns[kept.places[at : at + 3]].tolist(), judged))
        if judged.done is Done.UNLABELLED_EOS and kept.labelled(at):
            eos[row].add(int(turns[kept.places[answer]]))
    return Stitches(_columns(raw, repaired, merged), found, [sorted(ends) or None for ends in eos])


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
    some = may_ask(texts)
    asks[asks] = some.to_numpy()
    asks[asks] = [request_of(text) is not None for text in texts.filter(some)]
    return asks | roots


def _kept(raw: RawTurns, content: pa.StringArray, repaired: BatchRepair) -> _Kept:
    """Return the kept turns of a batch."""
    fate, into, _ = repaired.fates
    kept = pc.and_(pc.is_null(fate), pc.not_equal(repaired.role, "system")).to_numpy(zero_copy_only=False)
    off = [(row, turn) for row, turns in enumerate(repaired.unlabelled) for turn in turns or ()]
    behind, roots = merged_places(raw.ends, raw.turn, fate, into)
    merged: dict[int, list[int]] = {}
    for root, place in zip(roots.tolist(), behind.tolist(), strict=True):
        merged.setdefault(root, []).append(place)
    unlabelled = places_of(raw.ends, raw.turn, *zip(*off, strict=True)) if off else ()
    return _Kept(raw, content, np.flatnonzero(kept), merged, frozenset(map(int, unlabelled)))


def _judge(
    kept: _Kept, asks: npt.NDArray[np.bool_], settings: Input, merged: Merged
) -> Iterator[tuple[int, int, int, Continued]]:
    """Judge each answer that a question which may ask for its rest follows, and stitch as the settings say.

    Args:
        kept: the turns.
        asks: whether each turn of the batch may ask for the rest of an answer.
        settings: `continued_answers`, and what tells how an answer ends.
        merged: takes what is stitched: by place, the place it is merged into, and how.

    Yields:
        Number of the conversation, numbers among the kept turns of the answer and of the one that it was joined to (or
        its own), and what was found.
    """
    asked = np.flatnonzero(asks[kept.places])
    owner = kept.raw.row[kept.places]
    rows = owner[asked]
    bounds = [np.searchsorted(owner, rows, side).tolist() for side in ("left", "right")]
    near = np.unique(np.concatenate([asked - 1, asked, asked + 1]).clip(0, max(0, len(owner) - 1)))
    texts = dict(zip(near.tolist(), kept.texts(near), strict=True))
    before, behind = -1, -1
    for row, question, start, end in zip(rows.tolist(), asked.tolist(), *bounds, strict=True):
        at = question - 1
        if (question - start) % 2 or at < start or question + 1 >= end:
            continue
        if start != before:
            before, words = start, WordCounts(partial(kept.texts, range(start, end)))
        if at != behind:
            answer, text = at, texts[at]
        asking, following = texts[question], texts[question + 1]
        found = judge_continued(text, asking, following, words, settings.ended_share)
        if found is None:
            continue
        free = kept.alone(question, question + 1) and kept.labelled(answer, question + 1)
        found = _as_asked(found, settings, free=free)
        if found.request is not Request.PARTLY or found.ending:
            yield row, at, answer, found
        if found.done is Done.STITCHED and found.join and found.join.joint is not None:
            join, joint, root = found.join, found.join.joint, int(kept.places[answer])
            merged[int(kept.places[question])] = (root, 0, len(asking), "")
            cut_before = join.cut_before + len(text) - len(text.rstrip())
            merged[int(kept.places[question + 1])] = (root, cut_before, join.cut, joint)
            text = text[: len(text) - cut_before] + joint + following[join.cut :]
            behind = question + 1


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


def _columns(raw: RawTurns, repaired: BatchRepair, merged: Merged) -> list[pa.Array]:
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

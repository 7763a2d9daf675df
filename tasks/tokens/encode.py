"""Encodes every round of a batch once."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.conversations.ragged import offsets_of, runs_of
from tasks.conversations.turns import TurnBatch
from tasks.tokens.chat_encoder import Codec, Opening, Segment, Stretch
from tasks.tokens.engine import Row
from tasks.tokens.rounds import Form, Rounds
from tasks.tokens.token_bytes import Ids, Positions, Spelling


def encode_rounds(row_ids: pa.ChunkedArray, batch: TurnBatch, codec: Codec) -> Rounds:
    """Encode a batch whose living turns are [system] (question, answer)+."""
    starts, sizes = batch.offsets[:-1], np.diff(batch.offsets)
    begins = np.append(batch.has_role("system"), False)[starts] & (sizes > 0)
    systems = [start if has else None for start, has in zip(starts.tolist(), begins.tolist(), strict=True)]
    counts = (sizes - begins) // 2
    offsets = offsets_of(counts)
    question = runs_of(starts + begins, counts, step=2)
    texts = _shown(codec, batch)
    questions, answers = texts.take(pa.array(question)), texts.take(pa.array(question + 1))
    words = _words(codec, answers)
    ids, spelling, later = _encode(codec, codec.round, questions, answers, words)
    openings = _openings(codec, [None if place is None else batch.content[place].as_py() for place in systems])
    first, extra = _first(codec, openings, offsets.tolist(), later, (questions, answers, words), len(ids))
    if extra:
        ids = np.concatenate([ids, *(more for more, _ in extra)])
        spelling = spelling.followed_by([spelled for _, spelled in extra])
    return Rounds(
        row_ids,
        batch,
        codec,
        texts,
        words,
        ids,
        spelling,
        offsets.tolist(),
        question,
        later,
        first,
        openings,
        systems,
    )


def _shown(codec: Codec, batch: TurnBatch) -> pa.StringArray:
    """Return the contents as the template writes them."""
    if not codec.frame.trims:
        return batch.content
    said = zip(batch.role.to_pylist(), batch.content.to_pylist(), strict=True)
    return pa.array([codec.frame.shown(role, text) for role, text in said], pa.string())


def _words(codec: Codec, answers: pa.StringArray) -> pa.StringArray:
    """Return what the labelled tokens of each round are to spell, its stop apart."""
    lead, post = codec.frame.lead, codec.frame.post
    return pc.binary_join_element_wise(lead, answers, post, "") if lead or post else answers


def _openings(codec: Codec, systems: list[str | None]) -> list[Opening]:
    known = {system: codec.opening(system) for system in dict.fromkeys(systems)}
    return [known[system] for system in systems]


def _first(
    codec: Codec,
    openings: list[Opening],
    offsets: list[int],
    later: Form,
    said: tuple[pa.StringArray, pa.StringArray, pa.StringArray],
    base: int,
) -> tuple[Form, list[tuple[Ids, Spelling]]]:
    """Return where each round lies as it stands at a window's start; encode those that have other ids there.

    Args:
        codec: what encodes them.
        openings: what each conversation's windows begin with.
        offsets: n + 1 positions; conversation i owns the rounds `offsets[i]:offsets[i + 1]`.
        later: where each round lies as it stands after another.
        said: questions and answers as the template writes them, and labelled words, one each per round.
        base: how many ids stand before those that are encoded here.
    """
    first = Form(later.start + codec.opening_length, later.label.copy(), later.end.copy())
    parts: list[tuple[Ids, Spelling]] = []
    for i, opening in enumerate(openings):
        if opening.joins:
            continue
        mine = slice(offsets[i], offsets[i + 1])
        extra, spelling, form = _encode(codec, opening.segments, *(texts[mine] for texts in said))
        for target, source in ((first.start, form.start), (first.label, form.label), (first.end, form.end)):
            target[mine] = base + source
        base += len(extra)
        parts.append((extra, spelling))
    return first, parts


def _encode(
    codec: Codec,
    segments: tuple[Segment, ...],
    questions: pa.StringArray,
    answers: pa.StringArray,
    words: pa.StringArray,
) -> tuple[Ids, Spelling, Form]:
    """Encode rounds of one form: stretches by the engine, the ids between them put in afterwards."""
    stretches = [segment for segment in segments if isinstance(segment, Stretch)]
    columns = [_texts(codec, stretch, questions, answers) for stretch in stretches]
    texts = _interleaved([column.to_pylist() for column in columns])
    gaps = _gaps(segments)
    flat, starts, stops = _with_gaps(codec.tokenizer.engine.rows(texts), gaps)
    spoken = next(i for i, stretch in enumerate(stretches) if stretch.answer)
    own = slice(spoken, None, len(stretches))
    spelling = codec.tokenizer.pieces.spell(flat)
    labels = _label_starts(codec, columns[spoken], words, spelling.ends, starts[own], stops[own])
    begin = starts[:: len(stretches)] - len(gaps[0])
    end = stops[len(stretches) - 1 :: len(stretches)] + len(gaps[-1])
    return flat, spelling, Form(begin, labels, end)


def _with_gaps(rows: list[Row], gaps: list[Row]) -> tuple[Ids, Positions, Positions]:
    """Put the fixed ids before each stretch, and after a round's last; say where the stretches begin and end."""
    width = len(gaps) - 1
    rounds = len(rows) // width
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    fixed = np.array([len(gap) for gap in gaps], np.int64)
    columns: list[list[Row]] = []
    for k, gap in enumerate(gaps):
        if len(gap):
            columns.append([gap] * rounds)
        if k < width:
            columns.append(rows[k::width])
    parts = [gaps[0][:0], *_interleaved(columns)]
    # Before stretch k of round i stand the fixed ids of i rounds and those of this round's gaps up to k.
    shift = np.arange(rounds)[:, None] * fixed.sum() + np.cumsum(fixed)[:-1][None, :]
    stops = np.cumsum(sizes) + shift.ravel()
    return np.concatenate(parts).view(np.int32), stops - sizes, stops


def _interleaved(columns: list[list[Any]]) -> list[Any]:
    """Return the first of each column, then the second of each, and so on."""
    return columns[0] if len(columns) == 1 else list(chain.from_iterable(zip(*columns, strict=True)))


def _texts(codec: Codec, stretch: Stretch, questions: pa.StringArray, answers: pa.StringArray) -> pa.StringArray:
    """Write a stretch of each round."""
    parts: list[str | pa.StringArray] = [stretch.before]
    if stretch.question:
        parts += [questions, stretch.between]
    if stretch.answer:
        parts += [answers, stretch.after]
    texts = pc.binary_join_element_wise(*parts, "")
    return texts if stretch.before else pa.array(map(codec.tokenizer.prefix.fix, texts.to_pylist()), pa.string())


def _gaps(segments: tuple[Segment, ...]) -> list[Row]:
    """List the fixed ids before each stretch, and after the last."""
    gaps: list[list[int]] = [[]]
    for segment in segments:
        if isinstance(segment, Stretch):
            gaps.append([])
        else:
            gaps[-1].extend(segment)
    return [np.array(gap, np.uint32) for gap in gaps]


def _label_starts(
    codec: Codec,
    texts: pa.StringArray,
    words: pa.StringArray,
    ends: NDArray[np.int32],
    starts: Positions,
    stops: Positions,
) -> Positions:
    """Find the first labelled token of each round: the first that ends after the answer's first character.

    Args:
        codec: whose pieces give the byte offsets; texts that do not spell back take the reference's offsets.
        texts: those that hold answers.
        words: what is labelled of them, which they end with.
        ends: where the tokens of all rounds end, in bytes.
        starts: where each such text's ids begin.
        stops: where they end.
    """
    normal = codec.tokenizer.pieces.normal_column
    plain = normal(texts)
    tails = _sizes(words if plain is texts else normal(words))
    # Where a text's tokens spell as many bytes as it has, bytes count the offsets; mask.py compares the bytes.
    found = np.searchsorted(ends[1:], (ends[stops] - tails).astype(np.int32), side="right").astype(np.int64)
    for i in np.flatnonzero(ends[stops] - ends[starts] != _sizes(plain)).tolist():
        text = texts[i].as_py()
        offsets = codec.tokenizer.reference.offsets(text)
        begin = len(text) - len(words[i].as_py())
        within = next((n for n, (_, end) in enumerate(offsets) if end > begin), len(offsets))
        found[i] = starts[i] + within
    return found


def _sizes(texts: pa.StringArray) -> Positions:
    """Return how many bytes each text has."""
    sizes: Positions = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    return sizes

"""Encodes every round of a batch, each once."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.conversations.ragged import offsets_of, runs_of
from tasks.conversations.turns import TurnBatch
from tasks.tokens.chat_encoder import ChatEncoder, Opening, Segment, TextSegment
from tasks.tokens.engine import TokenRow
from tasks.tokens.rounds import Rounds, RoundSpans
from tasks.tokens.token_bytes import Ids, Positions, Spelling


def encode_rounds(
    row_ids: pa.ChunkedArray,
    batch: TurnBatch,
    encoder: ChatEncoder,
    unlabelled: pa.ChunkedArray | None = None,
    unlabelled_eos: pa.ChunkedArray | None = None,
) -> Rounds:
    """Return the encoded rounds of a batch.

    Args:
        row_ids: one per conversation.
        batch: conversations whose kept turns are [system] (question, answer)+.
        encoder: what encodes them.
        unlabelled: per conversation, the raw indices of answers that are context without label; None = none at all.
        unlabelled_eos: the same of answers whose stop alone has no label.
    """
    starts, sizes = batch.offsets[:-1], np.diff(batch.offsets)
    begins = np.append(batch.has_role("system"), False)[starts] & (sizes > 0)
    systems = [start if has else None for start, has in zip(starts.tolist(), begins.tolist(), strict=True)]
    counts = (sizes - begins) // 2
    offsets = offsets_of(counts)
    question = runs_of(starts + begins, counts, step=2)
    texts = _shown(encoder, batch)
    questions, answers = texts.take(pa.array(question)), texts.take(pa.array(question + 1))
    labelled = _labelled_texts(encoder, answers)
    ids, spelling, later = _encode(encoder, encoder.round, questions, answers, labelled)
    openings = _openings(encoder, [None if place is None else batch.content[place].as_py() for place in systems])
    first, extra = _first(encoder, openings, offsets.tolist(), later, (questions, answers, labelled), len(ids))
    if extra:
        ids = np.concatenate([ids, *(more for more, _ in extra)])
        spelling = spelling.followed_by([spelled for _, spelled in extra])
    return Rounds(
        row_ids,
        batch,
        encoder,
        texts,
        labelled,
        ids,
        spelling,
        offsets.tolist(),
        question,
        later,
        first,
        openings,
        systems,
        _labelled(batch, question, unlabelled),
        _labelled(batch, question, unlabelled_eos) & encoder.layout.labels_stop,
    )


def _labelled(batch: TurnBatch, question: Positions, unlabelled: pa.ChunkedArray | None) -> NDArray[np.bool_]:
    """Return for each round whether its answer is none of those that are unlabelled."""
    labelled = np.ones(len(question), np.bool_)
    if unlabelled is None or unlabelled.null_count == len(unlabelled):
        return labelled
    rows, turns = batch.row[question], batch.turn.to_numpy()[question + 1]
    for row, off in enumerate(unlabelled.to_pylist()):
        if off:
            labelled &= ~((rows == row) & np.isin(turns, off))
    return labelled


def _shown(encoder: ChatEncoder, batch: TurnBatch) -> pa.StringArray:
    """Return the contents as the template writes them."""
    if not encoder.layout.trims:
        return batch.content
    turns = zip(batch.role.to_pylist(), batch.content.to_pylist(), strict=True)
    return pa.array([encoder.layout.shown(role, text) for role, text in turns], pa.string())


def _labelled_texts(encoder: ChatEncoder, answers: pa.StringArray) -> pa.StringArray:
    """Return what the labelled tokens of each round are to spell, its stop apart."""
    lead, post = encoder.layout.lead, encoder.layout.post
    return pc.binary_join_element_wise(lead, answers, post, "") if lead or post else answers


def _openings(encoder: ChatEncoder, systems: list[str | None]) -> list[Opening]:
    known = {system: encoder.opening(system) for system in dict.fromkeys(systems)}
    return [known[system] for system in systems]


def _first(
    encoder: ChatEncoder,
    openings: list[Opening],
    offsets: list[int],
    later: RoundSpans,
    texts: tuple[pa.StringArray, pa.StringArray, pa.StringArray],
    base: int,
) -> tuple[RoundSpans, list[tuple[Ids, Spelling]]]:
    """Return where each round lies as it stands at a window's start; encode those that have other ids there.

    Args:
        encoder: what encodes them.
        openings: what each conversation's windows begin with.
        offsets: n + 1 positions; conversation i owns the rounds `offsets[i]:offsets[i + 1]`.
        later: where each round lies as it stands after another.
        texts: questions and answers as the template writes them, and labelled texts, one each per round.
        base: how many ids stand before those that are encoded here.
    """
    first = RoundSpans(later.start + encoder.opening_length, later.label.copy(), later.end.copy())
    parts: list[tuple[Ids, Spelling]] = []
    for i, opening in enumerate(openings):
        if opening.joins:
            continue
        mine = slice(offsets[i], offsets[i + 1])
        extra, spelling, form = _encode(encoder, opening.segments, *(column[mine] for column in texts))
        for target, source in ((first.start, form.start), (first.label, form.label), (first.end, form.end)):
            target[mine] = base + source
        base += len(extra)
        parts.append((extra, spelling))
    return first, parts


def _encode(
    encoder: ChatEncoder,
    segments: tuple[Segment, ...],
    questions: pa.StringArray,
    answers: pa.StringArray,
    labelled: pa.StringArray,
) -> tuple[Ids, Spelling, RoundSpans]:
    """Encode rounds of one form: texts by the engine, the fixed ids between them put in afterwards."""
    written = [segment for segment in segments if isinstance(segment, TextSegment)]
    columns = [_texts(encoder, segment, questions, answers) for segment in written]
    texts = _interleaved([column.to_pylist() for column in columns])
    gaps = _gaps(segments)
    flat, starts, stops = _with_gaps(encoder.tokenizer.engine.rows(texts), gaps)
    answered = next(i for i, segment in enumerate(written) if segment.answer)
    own = slice(answered, None, len(written))
    spelling = encoder.tokenizer.token_bytes.spell(flat)
    labels = _label_starts(encoder, columns[answered], labelled, spelling.ends, starts[own], stops[own])
    begin = starts[:: len(written)] - len(gaps[0])
    end = stops[len(written) - 1 :: len(written)] + len(gaps[-1])
    return flat, spelling, RoundSpans(begin, labels, end)


def _with_gaps(rows: list[TokenRow], gaps: list[TokenRow]) -> tuple[Ids, Positions, Positions]:
    """Put the fixed ids before each text, and after a round's last; return where the texts begin and end."""
    width = len(gaps) - 1
    rounds = len(rows) // width
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    fixed = np.array([len(gap) for gap in gaps], np.int64)
    columns: list[list[TokenRow]] = []
    for k, gap in enumerate(gaps):
        if len(gap):
            columns.append([gap] * rounds)
        if k < width:
            columns.append(rows[k::width])
    parts = [gaps[0][:0], *_interleaved(columns)]
    # Before text k of round i stand the fixed ids of i rounds and those of this round's gaps up to k.
    shift = np.arange(rounds)[:, None] * fixed.sum() + np.cumsum(fixed)[:-1][None, :]
    stops = np.cumsum(sizes) + shift.ravel()
    return np.concatenate(parts).view(np.int32), stops - sizes, stops


def _interleaved(columns: list[list[Any]]) -> list[Any]:
    """Return the first of each column, then the second of each, and so on."""
    return columns[0] if len(columns) == 1 else list(chain.from_iterable(zip(*columns, strict=True)))


def _texts(
    encoder: ChatEncoder, segment: TextSegment, questions: pa.StringArray, answers: pa.StringArray
) -> pa.StringArray:
    """Return one text segment of each round, written out."""
    parts: list[str | pa.StringArray] = [segment.before]
    if segment.question:
        parts += [questions, segment.between]
    if segment.answer:
        parts += [answers, segment.after]
    texts = pc.binary_join_element_wise(*parts, "")
    return texts if segment.before else pa.array(map(encoder.tokenizer.prefix.fix, texts.to_pylist()), pa.string())


def _gaps(segments: tuple[Segment, ...]) -> list[TokenRow]:
    """Return the fixed ids before each text segment, and after the last."""
    gaps: list[list[int]] = [[]]
    for segment in segments:
        if isinstance(segment, TextSegment):
            gaps.append([])
        else:
            gaps[-1].extend(segment)
    return [np.array(gap, np.uint32) for gap in gaps]


def _label_starts(
    encoder: ChatEncoder,
    texts: pa.StringArray,
    labelled: pa.StringArray,
    ends: NDArray[np.int32],
    starts: Positions,
    stops: Positions,
) -> Positions:
    """Return the first labelled token of each round: the first that ends after the answer's first character.

    Args:
        encoder: whose token bytes give the offsets; texts that do not spell back take the reference's offsets.
        texts: those that hold answers.
        labelled: what is labelled of them, which they end with.
        ends: where the tokens of all rounds end, in bytes.
        starts: where each such text's ids begin.
        stops: where they end.
    """
    normal = encoder.tokenizer.token_bytes.normal_column
    plain = normal(texts)
    tails = _sizes(labelled if plain is texts else normal(labelled))
    # Where a text's tokens spell as many bytes as it has, bytes count the offsets; mask.py compares the bytes.
    found = np.searchsorted(ends[1:], (ends[stops] - tails).astype(np.int32), side="right").astype(np.int64)
    for i in np.flatnonzero(ends[stops] - ends[starts] != _sizes(plain)).tolist():
        text = texts[i].as_py()
        offsets = encoder.tokenizer.reference.offsets(text)
        begin = len(text) - len(labelled[i].as_py())
        within = next((n for n, (_, end) in enumerate(offsets) if end > begin), len(offsets))
        found[i] = starts[i] + within
    return found


def _sizes(texts: pa.StringArray) -> Positions:
    """Return how many bytes each text has."""
    sizes: Positions = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    return sizes

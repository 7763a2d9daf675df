"""Encodes every round of a batch once."""

from __future__ import annotations

import numpy as np

from tasks.dialogue.turns import Dialogues
from tasks.tokens.codec import Codec, Opening, Segment, Stretch
from tasks.tokens.engine import Row
from tasks.tokens.pieces import Ids, Positions
from tasks.tokens.rounds import Form, Rounds


def encode_rounds(batch: Dialogues, codec: Codec) -> Rounds:
    """Encode a batch whose living turns are [system] (question, answer)+."""
    offsets, question = [0], list[int]()
    systems: list[int | None] = []
    for start, end in batch.spans():
        has_system = start < end and batch.role[start] == "system"
        systems.append(start if has_system else None)
        question.extend(range(start + has_system, end - 1, 2))
        offsets.append(len(question))
    texts = batch.content
    if codec.frame.trims:
        texts = [codec.frame.shown(role, text) for role, text in zip(batch.role, batch.content, strict=True)]
    known: dict[str | None, Opening] = {}
    openings = []
    for place in systems:
        system = None if place is None else batch.content[place]
        if system not in known:
            known[system] = codec.opening(system)
        openings.append(known[system])
    ids, later = _encode(codec, codec.round, [texts[q] for q in question], [texts[q + 1] for q in question])
    first = Form([start + codec.opening_length for start in later.start], list(later.label), list(later.end))
    parts = [ids]
    for i, opening in enumerate(openings):
        if opening.joins:
            continue
        mine = question[offsets[i] : offsets[i + 1]]
        extra, form = _encode(codec, opening.segments, [texts[q] for q in mine], [texts[q + 1] for q in mine])
        base = sum(len(part) for part in parts)
        for target, source in ((first.start, form.start), (first.label, form.label), (first.end, form.end)):
            target[offsets[i] : offsets[i + 1]] = [base + place for place in source]
        parts.append(extra)
    flat = np.concatenate(parts) if len(parts) > 1 else ids
    return Rounds(batch, codec, texts, flat, offsets, question, later, first, openings, systems)


def _encode(codec: Codec, segments: tuple[Segment, ...], questions: list[str], answers: list[str]) -> tuple[Ids, Form]:
    """Encode rounds of one form: stretches by the engine, the ids between them put in afterwards."""
    stretches = [segment for segment in segments if isinstance(segment, Stretch)]
    columns = [_texts(codec, stretch, questions, answers) for stretch in stretches]
    texts = columns[0] if len(columns) == 1 else [text for row in zip(*columns, strict=True) for text in row]
    gaps = _gaps(segments)
    flat, starts, stops = _with_gaps(codec.tokenizer.engine.rows(texts), gaps)
    spoken = slice(next(i for i, stretch in enumerate(stretches) if stretch.answer), None, len(stretches))
    sizes = [len(codec.frame.lead) + len(answer) + len(codec.frame.post) for answer in answers]
    labels = _label_starts(codec, texts[spoken], flat, starts[spoken], stops[spoken], sizes)
    begin = starts[:: len(stretches)] - len(gaps[0])
    end = stops[len(stretches) - 1 :: len(stretches)] + len(gaps[-1])
    return flat, Form(begin.tolist(), labels.tolist(), end.tolist())


def _with_gaps(rows: list[Row], gaps: list[Row]) -> tuple[Ids, Positions, Positions]:
    """Put the fixed ids before each stretch, and after a round's last; say where the stretches begin and end."""
    width = len(gaps) - 1
    parts = [gaps[0][:0]]
    for text, row in enumerate(rows):
        parts += (gaps[text % width], row)
        if text % width == width - 1:
            parts.append(gaps[width])
    rounds = len(rows) // width
    sizes = np.array([len(row) for row in rows], np.int64)
    fixed = np.array([len(gap) for gap in gaps], np.int64)
    # Before stretch k of round i stand the fixed ids of i rounds and those of this round's gaps up to k.
    shift = np.arange(rounds)[:, None] * fixed.sum() + np.cumsum(fixed)[:-1][None, :]
    stops = np.cumsum(sizes) + shift.ravel()
    return np.concatenate(parts).view(np.int32), stops - sizes, stops


def _texts(codec: Codec, stretch: Stretch, questions: list[str], answers: list[str]) -> list[str]:
    before, between, after = stretch.before, stretch.between, stretch.after
    if stretch.question and stretch.answer:
        texts = [f"{before}{q}{between}{a}{after}" for q, a in zip(questions, answers, strict=True)]
    elif stretch.question:
        texts = [f"{before}{q}{between}" for q in questions]
    else:
        texts = [f"{before}{a}{after}" for a in answers]
    return texts if before else [codec.tokenizer.prefix.fix(text) for text in texts]


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
    codec: Codec, texts: list[str], flat: Ids, starts: Positions, stops: Positions, sizes: list[int]
) -> Positions:
    """Find the first labelled token of each round: the first that ends after the answer's first character.

    Args:
        codec: whose pieces give the byte offsets; texts that do not spell back take the reference's offsets.
        texts: those that hold answers.
        flat: the ids of all rounds.
        starts: where each such text's ids begin.
        stops: where they end.
        sizes: characters from the label's start to the end of each such text.
    """
    pieces = codec.tokenizer.pieces
    ends = pieces.ends(flat)
    tails = [n if text.isascii() else pieces.size(text[len(text) - n :]) for text, n in zip(texts, sizes, strict=True)]
    # Where a text's tokens spell as many bytes as it has, bytes count the offsets; mask.py compares the bytes.
    told = np.array([pieces.size(text) for text in texts], np.int64)
    found = np.searchsorted(ends[1:], ends[stops] - np.array(tails, np.int64), side="right").astype(np.int64)
    for i in np.flatnonzero(ends[stops] - ends[starts] != told).tolist():
        offsets = codec.tokenizer.reference.offsets(texts[i])
        begin = len(texts[i]) - sizes[i]
        within = next((n for n, (_, end) in enumerate(offsets) if end > begin), len(offsets))
        found[i] = starts[i] + within
    return found

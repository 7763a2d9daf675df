"""Stage 04: measures answers, cuts bad rounds, redacts personal data and marks contaminated turns."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Decontamination, Input, Privacy, Quality
from schemas.tables import QualityFiltered
from tasks.conversations.ragged import offsets_of
from tasks.conversations.rewrite import rewrite
from tasks.conversations.turns import TurnBatch, kept_turns, with_whole_answers
from tasks.decontamination.benchmark_files import benchmarks
from tasks.decontamination.contamination import Hit, contaminated
from tasks.privacy.injection import imitations
from tasks.privacy.places import redact_each
from tasks.privacy.redact import Redaction, redact
from tasks.quality import Cut, cut, fold, judge, measure, phrases_by_conversation, turn_signals, with_leaning_rounds
from tasks.runtime.stage import Stage

NO_PLUGINS = frozenset({"", "null", "[]", "{}", "false", '""'})
"""What a row's plugins field says where there are none."""


def filter_quality(
    rows: pa.Table,
    quality: Quality,
    privacy: Privacy,
    decontamination: Decontamination,
    input: Input,  # noqa: A002  # a section's name
) -> pa.Table:
    """Measure, judge, cut, redact, decontaminate, in this order.

    Args:
        rows: row_id, turns, unlabelled_eos and plugins of the rows that are kept so far.
        quality: which answers are too bad.
        privacy: what becomes of personal data.
        decontamination: which benchmarks must not be trained on.
        input: what becomes of the rounds behind a dropped one.
    """
    turns = with_whole_answers(rows["turns"].combine_chunks())
    batch = kept_turns(turns)
    names_plugins = [text is not None and text.strip() not in NO_PLUGINS for text in rows["plugins"].to_pylist()]
    signals, hits = measure(batch, names_plugins, quality)
    judgement = with_leaning_rounds(judge(signals, len(batch), quality), turns, signals, input.after_drop)
    cuts = cut(signals, judgement, quality)
    redaction = _redact(turns, privacy)
    contamination = _contamination(batch, decontamination)
    reasons = _reasons(cuts, redaction, contamination, decontamination)
    imitated = imitations(batch.offsets, batch.texts)
    columns = {
        **fold(signals),
        "special_tokens": pa.array(imitated.special_tokens, pa.int32()),
        "template_headers": pa.array(imitated.template_headers, pa.int32()),
        "phrases": phrases_by_conversation(hits, batch.turn.to_pylist(), batch.offsets),
        "turn_signals": turn_signals(signals, batch),
        "flags": pa.array(judgement.flags, pa.list_(pa.string())),
        "unlabelled_eos": pa.array(
            _unlabelled_eos(rows["unlabelled_eos"], signals, quality), QualityFiltered.unlabelled_eos.type
        ),
        "turns": rewrite(turns, {row: one.turns for row, one in cuts.items()}, redaction.content, redaction.changed),
        "pii": pa.array(redaction.pii, QualityFiltered.pii.type),
        "contamination": pa.array(contamination, QualityFiltered.contamination.type),
        "repairs": pa.array(redaction.repairs, QualityFiltered.repairs.type),
        "reason": pa.array([None if reason is None else reason.value for reason in reasons], pa.string()),
    }
    return pa.table({name: columns[name] for name in QualityFiltered.columns() if name != "row_id"})


def _unlabelled_eos(known: pa.ChunkedArray, signals: pl.DataFrame, quality: Quality) -> list[list[int] | None]:
    """Return the answers of each conversation whose end has no label: those known before, and truncated ones."""
    found: list[list[int] | None] = known.to_pylist()
    if quality.truncated_answers == "unlabelled_eos":
        truncated = signals.filter("truncated_answer").group_by("row").agg("turn")
        for row, turns in truncated.iter_rows():
            found[row] = sorted({*(found[row] or ()), *turns})
    return found


def _redact(turns: pa.ListArray, privacy: Privacy) -> Redaction:
    """Redact every raw turn, dropped and merged ones too: their words are kept for the ledger."""
    flat = turns.flatten()
    offsets = offsets_of(turns.value_lengths()).tolist()
    contents = pl.Series("content", flat.field("content"), dtype=pl.String)
    return redact(offsets, flat.field("turn").to_pylist(), contents, privacy)


def _contamination(batch: TurnBatch, decontamination: Decontamination) -> list[list[Hit] | None]:
    """Return each conversation's benchmark hits; None where no benchmark was given."""
    index = benchmarks(decontamination)
    if index is None:
        return [None] * len(batch)
    turn, content = batch.turn.to_pylist(), batch.content.to_pylist()
    found = contaminated(batch.offsets.tolist(), turn, content, index, decontamination.min_share)
    met = list(dict.fromkeys(hit["benchmark"] for hits in found for hit in hits))
    public = dict(zip(met, redact_each(met), strict=True))
    return [[{**hit, "benchmark": public[hit["benchmark"]]} for hit in hits] for hits in found]


def _reasons(
    cuts: dict[int, Cut],
    redaction: Redaction,
    hits: list[list[Hit] | None],
    decontamination: Decontamination,
) -> list[Reason | None]:
    """Return each conversation's first reason: nothing left, personal data, contamination of what is left."""
    reasons: list[Reason | None] = [None] * len(hits)
    for row, found in enumerate(hits):
        already = cuts[row].turns if row in cuts else {}
        if decontamination.policy == "drop" and any(hit["turn"] not in already for hit in found or ()):
            reasons[row] = Reason.CONTAMINATED
    for row, dropped in enumerate(redaction.drop):
        reasons[row] = Reason.PERSONAL_DATA if dropped else reasons[row]
    for row, cut_ in cuts.items():
        reasons[row] = cut_.reason or reasons[row]
    return reasons


STAGE = Stage(
    contract=QualityFiltered,
    reads=("turns", "unlabelled_eos", "plugins"),
    sections=("quality", "privacy", "decontamination", "input"),
    work=filter_quality,
)

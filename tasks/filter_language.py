"""Stage 03: marks conversations whose user speaks a language that is not wanted."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Language
from schemas.tables import LanguageFiltered
from tasks.dialogue.turns import Dialogues, living
from tasks.prose.detectors import UNKNOWN
from tasks.prose.language import Spoken, spoken_languages
from tasks.stage import Stage


def filter_language(rows: pa.Table, language: Language) -> pa.Table:
    """Tell the languages of each conversation and mark those that are not wanted.

    Args:
        rows: row_id and turns of living rows.
        language: what to keep.
    """
    dialogues = living(rows["row_id"].to_pylist(), rows["turns"].combine_chunks())
    spoken = spoken_languages(dialogues, language)
    told = pl.DataFrame(
        {
            "language": [name for name, _ in spoken.user],
            "language_confidence": [sure for _, sure in spoken.user],
            "answer_language": [name for name, _ in spoken.answers],
            "answer_confidence": [sure for _, sure in spoken.answers],
        },
        schema_overrides={"language": pl.String, "answer_language": pl.String},
    )
    columns = {name: told[name].to_arrow() for name in told.columns}
    columns["turn_languages"] = _lists(dialogues, spoken)
    columns["reason"] = told.select(judge(language)).to_series().to_arrow()
    return pa.table({name: columns[name] for name in LanguageFiltered.columns() if name != "row_id"})


def judge(settings: Language) -> pl.Expr:
    """Give the reason against a conversation from its languages and the settings, or null."""
    user, answer = pl.col("language"), pl.col("answer_language")
    unknown = user == UNKNOWN
    agrees = wanted(answer, settings) | (answer == UNKNOWN)
    uncertain = pl.col("language_confidence") < settings.min_confidence
    return (
        pl.when(unknown & pl.lit(settings.unknown == "drop"))
        .then(pl.lit(Reason.UNKNOWN_LANGUAGE.value))
        .when(unknown & ~agrees)
        .then(pl.lit(Reason.UNWANTED_LANGUAGE.value))
        .when(~unknown & ~wanted(user, settings))
        .then(pl.lit(Reason.UNWANTED_LANGUAGE.value))
        .when(~unknown & uncertain)
        .then(pl.lit(Reason.UNCERTAIN_LANGUAGE.value))
    )


def wanted(language: pl.Expr, settings: Language) -> pl.Expr:
    """Say whether a language is to keep: named whole (zh-cn) or by its first part (zh)."""
    first = language.str.split("-").list.first()
    skip = list(settings.skip)
    kept = (
        pl.lit(True)
        if settings.keep == "all"
        else language.is_in(list(settings.keep)) | first.is_in(list(settings.keep))
    )
    return kept & ~language.is_in(skip) & ~first.is_in(skip)


def _lists(dialogues: Dialogues, spoken: Spoken) -> pa.ListArray:
    """Fold the flat verdicts into one list per conversation."""
    entries = pa.StructArray.from_arrays(
        [
            pa.array(dialogues.turn, pa.int32()),
            pa.array([name for name, _ in spoken.turns], pa.string()),
            pa.array([sure for _, sure in spoken.turns], pa.float64()),
        ],
        names=["turn", "language", "confidence"],
    )
    return pa.ListArray.from_arrays(pa.array(dialogues.offsets, pa.int32()), entries)


STAGE = Stage(contract=LanguageFiltered, reads=("turns",), concerns=("language",), work=filter_language)

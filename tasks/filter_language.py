"""Stage 03: marks conversations whose user speaks a language that is not wanted."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Language
from schemas.tables import LanguageFiltered
from tasks.conversations.columns import TurnBatch, living_columns
from tasks.language.guess import Told, spoken_languages
from tasks.language.langdetect_model import UNKNOWN
from tasks.runtime.stage import Stage


def filter_language(rows: pa.Table, language: Language) -> pa.Table:
    """Detect the languages of each conversation and mark those that are not wanted.

    Args:
        rows: row_id and turns of living rows.
        language: what to keep.
    """
    talks = living_columns(rows["turns"].combine_chunks())
    spoken = spoken_languages(talks, language)
    columns = {
        "language": spoken.user.language,
        "language_confidence": pa.array(spoken.user.confidence),
        "answer_language": spoken.answers.language,
        "answer_confidence": pa.array(spoken.answers.confidence),
        "turn_languages": _lists(talks, spoken.turns),
    }
    told = pl.DataFrame({name: pl.Series(column) for name, column in columns.items() if name != "turn_languages"})
    columns["reason"] = told.select(judge(language)).to_series().to_arrow()
    return pa.table({name: columns[name] for name in LanguageFiltered.columns() if name != "row_id"})


def judge(settings: Language) -> pl.Expr:
    """Return the reason against a conversation from its languages and the settings, or null."""
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
    """Whether a language is to keep: named whole (zh-cn) or by its first part (zh)."""
    first = language.str.split("-").list.first()
    skip = list(settings.skip)
    kept = (
        pl.lit(True)
        if settings.keep == "all"
        else language.is_in(list(settings.keep)) | first.is_in(list(settings.keep))
    )
    return kept & ~language.is_in(skip) & ~first.is_in(skip)


def _lists(talks: TurnBatch, told: Told) -> pa.ListArray:
    """Fold the flat verdicts into one list per conversation."""
    entries = pa.StructArray.from_arrays(
        [talks.turn, told.language, pa.array(told.confidence)], names=["turn", "language", "confidence"]
    )
    return pa.ListArray.from_arrays(pa.array(talks.offsets), entries)


STAGE = Stage(contract=LanguageFiltered, reads=("turns",), sections=("language",), work=filter_language)

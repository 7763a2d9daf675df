"""Stage 03: marks conversations whose user writes in a language that is not wanted."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Language
from schemas.tables import LanguageFiltered
from tasks.conversations.turns import TurnBatch, kept_turns
from tasks.language import UNKNOWN, LanguageGuess, guess_languages
from tasks.runtime.stage import Stage


def filter_language(rows: pa.Table, language: Language) -> pa.Table:
    """Detect the languages of each conversation and mark those that are not wanted.

    Args:
        rows: row_id and turns of the rows that are kept so far.
        language: what to keep.
    """
    batch = kept_turns(rows["turns"].combine_chunks())
    guesses = guess_languages(batch, language)
    columns = {
        "language": guesses.user.language,
        "language_confidence": pa.array(guesses.user.confidence),
        "answer_language": guesses.answers.language,
        "answer_confidence": pa.array(guesses.answers.confidence),
        "turn_languages": _by_conversation(batch, guesses.turns),
    }
    judged = pl.DataFrame({name: pl.Series(column) for name, column in columns.items() if name != "turn_languages"})
    columns["reason"] = judged.select(judge(language)).to_series().to_arrow()
    return pa.table({name: columns[name] for name in LanguageFiltered.columns() if name != "row_id"})


def judge(settings: Language) -> pl.Expr:
    """Return the reason against a conversation from its languages and the settings, or None."""
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
    """Whether a language is wanted: named whole (zh-cn) or by its first part (zh)."""
    first = language.str.split("-").list.first()
    skip = list(settings.skip)
    kept = (
        pl.lit(True)
        if settings.keep == "all"
        else language.is_in(list(settings.keep)) | first.is_in(list(settings.keep))
    )
    return kept & ~language.is_in(skip) & ~first.is_in(skip)


def _by_conversation(batch: TurnBatch, turns: LanguageGuess) -> pa.ListArray:
    """Return the guesses of all turns as one list per conversation."""
    entries = pa.StructArray.from_arrays(
        [batch.turn, turns.language, pa.array(turns.confidence)], names=["turn", "language", "confidence"]
    )
    return pa.ListArray.from_arrays(pa.array(batch.offsets), entries)


STAGE = Stage(contract=LanguageFiltered, reads=("turns",), sections=("language",), work=filter_language)

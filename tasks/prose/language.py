"""Tells the language of every turn, of the user and of the answers: script and function words, then a detector."""

from __future__ import annotations

import functools

import polars as pl

from schemas.settings import Language
from tasks.dialogue.turns import Dialogues
from tasks.prose.detectors import UNKNOWN, detect
from tasks.prose.function_words import FUNCTION_WORDS
from tasks.prose.scripts import script_evidence
from tasks.prose.strip import strip_to_words

WORD = 12
"""Evidence of one function word: in twelfths, so that a word of two, three or four languages splits without rest."""

SPOKEN = {"user": 0, "assistant": 1}


def spoken_languages(dialogues: Dialogues, settings: Language) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tell the languages of a batch.

    Returns:
        Per living turn `language`, `confidence` (system turns and short ones as their conversation's user); and
        per conversation `language`, `language_confidence`, `answer_language`, `answer_confidence`.
    """
    turns = _turns(dialogues, settings)
    evidence = _evidence(turns)
    own = _decide(evidence, turns.select("at", "letters"), ["at"], settings)
    sides = turns.group_by("row", "side", maintain_order=True).agg(pl.col("letters").sum())
    joint = (
        evidence.join(turns.select("at", "row", "side"), on="at")
        .group_by("row", "side", "language")
        .agg(pl.col("evidence").sum())
    )
    told = _ask_detector(_decide(joint, sides, ["row", "side"], settings), turns, settings)
    heard = (
        turns.select("at", "row", "side")
        .join(own, on="at", how="left")
        .join(told.rename({"language": "inherited", "confidence": "trust"}), on=["row", "side"], how="left")
    )
    short = pl.col("language").is_null()
    by_turn = heard.sort("at").select(
        pl.when(short).then("inherited").otherwise("language").alias("language"),
        pl.when(short).then("trust").otherwise("confidence").alias("confidence"),
    )
    return by_turn, _by_row(told, len(dialogues))


def _turns(dialogues: Dialogues, settings: Language) -> pl.DataFrame:
    """Lay the turns out: at, row, side (0 user, 1 assistant), prose (lower case, cut), letters."""
    lengths = pl.Series([end - start for start, end in dialogues.spans()], dtype=pl.UInt32)
    rows = pl.Series(range(len(dialogues)), dtype=pl.UInt32)
    prose = strip_to_words(pl.Series(dialogues.content, dtype=pl.String), settings.turn_chars)
    return (
        pl.DataFrame(
            {
                "at": pl.Series(range(len(dialogues.turn)), dtype=pl.UInt32),
                "row": rows.repeat_by(lengths).explode(empty_as_null=False),
                "side": pl.Series([SPOKEN.get(role, 0) for role in dialogues.role], dtype=pl.UInt8),
                "prose": prose,
            }
        )
        .with_columns(words=pl.col("prose").str.to_lowercase().str.extract_all(r"\p{L}[\p{L}\p{M}]*"))
        .with_columns(letters=pl.col("words").list.eval(pl.element().str.len_chars()).list.sum().cast(pl.Int64))
    )


@functools.cache
def _hints() -> pl.DataFrame:
    """Give the function words as a table: word, language, evidence."""
    languages: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in dict.fromkeys(words.split()):
            languages.setdefault(word, []).append(language)
    rows = [(word, language, WORD // len(of)) for word, of in languages.items() for language in of]
    return pl.DataFrame(rows, schema={"words": pl.String, "language": pl.String, "evidence": pl.Int64}, orient="row")


def _evidence(turns: pl.DataFrame) -> pl.DataFrame:
    """Weigh the words and letters of each turn: at, language, evidence."""
    words = turns.select("at", "words").explode("words", empty_as_null=False).join(_hints(), on="words")
    counted = words.group_by("at", "language").agg(pl.col("evidence").sum())
    foreign = turns.filter(pl.col("prose").str.len_bytes() > pl.col("prose").str.len_chars())
    return pl.concat([counted, script_evidence(foreign)])


def _decide(evidence: pl.DataFrame, texts: pl.DataFrame, key: list[str], settings: Language) -> pl.DataFrame:
    """Decide where one language leads clearly: key, letters, language, confidence (null = not decided)."""
    ranked = evidence.sort([*key, "evidence", "language"], descending=[*(False for _ in key), True, False])
    best = ranked.group_by(key, maintain_order=True).agg(
        pl.col("language").first(),
        pl.col("evidence").first().alias("most"),
        pl.col("evidence").get(1, null_on_oob=True).fill_null(0).alias("next"),
    )
    clear = (
        (pl.col("most") >= settings.min_words * WORD)
        & (pl.col("most") >= settings.min_density * WORD * pl.col("letters") / 5)
        & (pl.col("most") >= settings.min_lead * pl.col("next"))
    )
    return texts.join(best, on=key, how="left", maintain_order="left").select(
        *key,
        "letters",
        pl.when(clear).then("language").alias("language"),
        pl.when(clear).then(pl.col("most") / (pl.col("most") + pl.col("next"))).alias("confidence"),
    )


def _ask_detector(told: pl.DataFrame, turns: pl.DataFrame, settings: Language) -> pl.DataFrame:
    """Fill in what the words did not decide: row, side, language, confidence."""
    open_ = told.filter(pl.col("language").is_null())
    texts = (
        turns.join(open_.select("row", "side", total="letters"), on=["row", "side"])
        .group_by("row", "side", maintain_order=True)
        .agg(pl.col("prose").str.join("\n").str.slice(0, settings.detector_chars), pl.col("total").first())
    )
    answers = [
        detect(text) if letters >= settings.min_letters else (UNKNOWN, 0.0)
        for text, letters in zip(texts["prose"], texts["total"], strict=True)
    ]
    asked = texts.select("row", "side").with_columns(
        pl.Series("detected", [language for language, _ in answers], dtype=pl.String),
        pl.Series("probability", [probability for _, probability in answers], dtype=pl.Float64),
    )
    return told.join(asked, on=["row", "side"], how="left").select(
        "row",
        "side",
        pl.coalesce("language", "detected", pl.lit(UNKNOWN)).alias("language"),
        pl.coalesce("confidence", "probability", pl.lit(0.0)).alias("confidence"),
    )


def _by_row(told: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Set user and answers side by side, one row per conversation."""
    every = pl.DataFrame({"row": pl.Series(range(rows), dtype=pl.UInt32)})
    user = told.filter(pl.col("side") == 0).select("row", "language", language_confidence="confidence")
    answer = told.filter(pl.col("side") == 1).select("row", answer_language="language", answer_confidence="confidence")
    return (
        every.join(user, on="row", how="left", maintain_order="left")
        .join(answer, on="row", how="left", maintain_order="left")
        .drop("row")
        .with_columns(
            pl.col("language", "answer_language").fill_null(UNKNOWN),
            pl.col("language_confidence", "answer_confidence").fill_null(0.0),
        )
    )

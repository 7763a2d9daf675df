"""Measures every turn, one function per signal over whole batches, and folds the turns into conversations."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Quality
from schemas.signals import FOLDS, POSITION, TURN_SIGNALS
from tasks.conversations.prose import strip_unfenced, without_fenced
from tasks.conversations.turns import TurnBatch
from tasks.quality import patterns
from tasks.quality.endings import truncated_answer
from tasks.quality.phrases import PhraseHit, count_phrases, find_phrases
from tasks.quality.repetition import repetition
from tasks.quality.requests import asked_for
from tasks.quality.teaching import teaching


def measure(batch: TurnBatch, names_plugins: list[bool], settings: Quality) -> tuple[pl.DataFrame, list[PhraseHit]]:
    """Measure the kept turns of a batch.

    Args:
        batch: the conversations.
        names_plugins: per conversation, whether its row names plugins.
        settings: what the measures need to know.

    Returns:
        One row per kept turn: its position (schemas.signals.POSITION) and the fields of TURN_SIGNALS; and the phrases
        of refusal and identity that were found.
    """
    turns = flatten(batch)
    spaced, unfenced = without_fenced(turns["content"], " ", "")
    prose = strip_unfenced(spaced)
    hits = find_phrases(turns)
    signals = turns.select(
        *POSITION,
        turns["content"].str.len_chars().cast(pl.Int64).alias("characters"),
        error_reply(turns, settings),
        short_answer(turns),
        truncated_answer(turns, settings),
        count_phrases(hits, Reason.REFUSAL, turns.height, "refusals"),
        count_phrases(hits, Reason.IDENTITY_CLAIM, turns.height, "identity_claims"),
        plugin_panel(turns, names_plugins),
        *repetition(prose, settings),
        blob_share(prose, settings),
        mojibake_share(turns),
        replacement_characters(turns),
        blocked_words(turns, settings),
        *teaching(turns, unfenced),
    )
    return signals.with_columns(asked_for(turns, signals, settings.refrain_lines)), hits


def fold(signals: pl.DataFrame) -> dict[str, pa.Array]:
    """Return the signals of conversations, in order of row; every conversation has a kept turn."""
    folded = signals.group_by("row", maintain_order=True).agg(**{name: one.expression for name, one in FOLDS.items()})
    return {name: folded[name].to_arrow() for name in FOLDS}


def turn_signals(signals: pl.DataFrame, batch: TurnBatch) -> pa.ListArray:
    """Return the signals of turns as one list per conversation."""
    names = [field.name for field in TURN_SIGNALS]
    entries = pa.StructArray.from_arrays([signals[name].to_arrow() for name in names], names=names)
    return pa.ListArray.from_arrays(pa.array(batch.offsets), entries)


def flatten(batch: TurnBatch) -> pl.DataFrame:
    """Return the kept turns, one a row: row, round, turn, role, content, and whether it is the conversation's last."""
    row, some = batch.row, np.diff(batch.offsets) > 0
    first = batch.offsets[:-1].astype(np.int64)
    first[some] += batch.has_role("system")[first[some]]
    last = np.zeros(len(row), np.bool_)
    last[batch.offsets[1:][some] - 1] = True
    return pl.DataFrame(
        {
            "row": pl.Series(row, dtype=pl.UInt32),
            "round": pl.Series((np.arange(len(row)) - first[row]) // 2, dtype=pl.Int32),
            "turn": pl.Series(batch.turn, dtype=pl.Int32),
            "role": pl.Series(batch.role, dtype=pl.String),
            "content": batch.texts,
            "last": last,
        }
    )


def error_reply(turns: pl.DataFrame, settings: Quality) -> pl.Series:
    """Whether an answer is, whole, a message of the page: an error, a rate limit, no capacity."""
    content = turns["content"]
    short = (content.str.len_chars() <= settings.error_chars) & (turns["role"] == "assistant")
    at = short.arg_true()
    return short.scatter(at, content.gather(at).str.slice(0, 120).str.contains(patterns.ERRORS)).alias("error_reply")


def short_answer(turns: pl.DataFrame) -> pl.Series:
    """Whether an answer is nothing visible, or one word where the question asks for more."""
    answer = turns["role"] == "assistant"
    short = turns["content"].str.len_bytes() <= 40
    content = pl.col("content")
    words = content.str.extract_all(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.,_-]*")
    word = words.list.first().str.to_lowercase().str.replace_all("’", "'").str.strip_chars(".,'_-")
    open_question = pl.col("question").str.contains(patterns.OPEN_QUESTION) & ~pl.col("question").str.contains(
        patterns.WANTS_LITTLE
    )
    whole = content.str.contains(r"\p{N}|[^\p{L}\p{M}\s\p{Cf}’'-]\s*$")
    empty_or_word = (
        pl.when(~content.str.contains(r"[\p{L}\p{N}\p{S}]"))
        .then(pl.lit(True))
        .when(words.list.len() == 1)
        .then(word.is_in(patterns.SENTENCE_OPENERS.split()) | (open_question & ~whole))
        .otherwise(pl.lit(False))
    )
    at = (answer & short).arg_true()
    asked = turns["content"].shift(1).gather(at).fill_null("")
    candidates = pl.DataFrame({"content": turns["content"].gather(at), "question": asked})
    found = candidates.select(empty_or_word.alias("found"))["found"]
    return pl.zeros(turns.height, dtype=pl.Boolean, eager=True).scatter(at, found).alias("short_answer")


def plugin_panel(turns: pl.DataFrame, names_plugins: list[bool]) -> pl.Series:
    """Whether an answer holds a panel of plugins, browsing or code interpreter, or its row names plugins."""
    answer = turns["role"] == "assistant"
    marked = turns["content"].str.contains(patterns.PANEL_MARKS) & answer
    at = marked.arg_true()
    found = turns["content"].gather(at).str.contains(patterns.PANELS)
    named = pl.Series(names_plugins, dtype=pl.Boolean).gather(turns["row"]) & answer
    return named.scatter(at, found | named.gather(at)).alias("plugin_panel")


def blob_share(prose: pl.Series, settings: Quality) -> pl.Series:
    """Return the share of a text's characters in long runs that look like base64 or hex, code blocks left out."""
    rest = prose.str.replace_all(rf"[A-Za-z0-9+/=_]{{{settings.blob_chars},}}", "").str.len_bytes()
    whole = prose.str.len_bytes()
    return ((whole - rest) / whole.clip(lower_bound=1)).alias("blob_share")


def mojibake_share(turns: pl.DataFrame) -> pl.Series:
    """Return the share of a text's characters that are UTF-8 read as Windows-1252, or the replacement character."""
    continued = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
    wrong = rf"[Â-ß]{continued}|[à-ô]{continued}{{2,3}}|\u{{FFFD}}"
    content = pl.col("content").str
    foreign = content.len_bytes() > content.len_chars()
    share = content.count_matches(wrong) * 2 / content.len_chars().clip(lower_bound=1)
    at = turns.select(foreign)["content"].arg_true()
    found = turns[at].select(share.clip(0, 1).alias("share"))["share"]
    return pl.Series("mojibake_share", [0.0] * turns.height, dtype=pl.Float64).scatter(at, found)


def replacement_characters(turns: pl.DataFrame) -> pl.Series:
    """Return how many characters of a text were lost as it was decoded."""
    at = turns["content"].str.contains("\ufffd", literal=True).arg_true()
    counts = turns["content"].gather(at).str.count_matches("\ufffd", literal=True).cast(pl.Int32)
    return pl.zeros(turns.height, dtype=pl.Int32, eager=True).scatter(at, counts).alias("replacement_characters")


def blocked_words(turns: pl.DataFrame, settings: Quality) -> pl.Series:
    """Return how often a turn of the roles in question holds a blocked word, on word boundaries, without case."""
    none = pl.Series("blocked_words", [0] * turns.height, dtype=pl.Int32)
    if not settings.blocked_words:
        return none
    escaped = "|".join(pl.select(pl.lit(word).str.escape_regex()).item() for word in settings.blocked_words)
    counts = turns["content"].str.count_matches(rf"(?i)\b(?:{escaped})\b").cast(pl.Int32)
    asked = turns["role"].is_in(list(settings.blocked_roles))
    return pl.select(pl.when(asked).then(counts).otherwise(none))[:, 0].alias("blocked_words")

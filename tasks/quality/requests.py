"""Questions that ask for what a rule would take for a fault: an error message, a text with a refrain, a blob."""

from __future__ import annotations

import re

import polars as pl

WANTS_MESSAGE = re.compile(
    r"(?is)\b(?:write|create|draft|compose|generate|make|give|suggest|design|show|display|translate|rephrase|rewrite"
    r"|improve|return|print)\b.{0,200}\b(?:message|error|text|notice|page|alert|banner|wording|sentence|string)s?\b"
)
"""A question for the words of a message."""

WANTS_REFRAIN = re.compile(
    r"(?i)\b(?:songs?|lyrics|refrain|chorus|poems?|poetry|rhymes?|lullaby|ballad|rap|hymn|chant|mantra|verses?|prayer|carol"
    r"|liedtext|gedicht|chanson|poème|canción|poema)\b|歌|诗|詩"
)
"""A question for a text some of whose lines return."""

WANTS_REPEATS = re.compile(
    r"(?i)\b(?:repeat(?:ed|edly|ing|s)?|repetitive|again and again|over and over|\d+ times|times table"
    r"|multiplication table)\b|重复|繰り返"
)
"""A question for a text that is nothing but repeated."""

WANTS_BLOB = re.compile(
    r"(?i)\b(?:base-?(?:16|32|58|64|85)|hex(?:adecimal)?|hash(?:es|ed)?|sha-?\d+|md5|(?:en|de)cod\w+|(?:en|de)crypt\w*"
    r"|cipher|[dr]na|genom\w+|nucleotides?|amino|protein|sequence|random|binary|bits|digits|primes?|pi|tokens?|keys?"
    r"|certificate|uuid|serial|data uri|minif\w+)\b|编码|哈希|随机"
)
"""A question for letters and digits that are no words."""

_SUSPECT = 0.3
"""Share of an answer that repeats itself or is a blob, from which on its question is looked at."""


def asked_for(turns: pl.DataFrame, signals: pl.DataFrame, refrain_lines: int) -> pl.Series:
    """Return which answers show what their question asks for, be it a message, a refrain or a blob.

    Args:
        turns: kept turns with role and content.
        signals: of the same turns: error_reply, the shares that repeat, blob_share.
        refrain_lines: different lines that make a song.
    """
    repeats = pl.max_horizontal("repeated_lines", "repeated_paragraphs", "repeated_ngrams").fill_null(0) > _SUSPECT
    marks = signals.select(error="error_reply", repeats=repeats, blob=pl.col("blob_share") > _SUSPECT)
    at = (marks.select(pl.any_horizontal(pl.all())).to_series() & (turns["role"] == "assistant")).arg_true()
    question = turns["content"].shift(1).gather(at).fill_null("")
    lines = turns["content"].gather(at).str.split("\n").list.n_unique()
    # By Python, since they are few: with four patterns more than the 32 that Polars keeps, a batch compiles all anew.
    wanted = [
        (error and WANTS_MESSAGE.search(asked))
        or (repeats and (WANTS_REPEATS.search(asked) or (many >= refrain_lines and WANTS_REFRAIN.search(asked))))
        or (blob and WANTS_BLOB.search(asked))
        for (error, repeats, blob), asked, many in zip(marks[at].iter_rows(), question, lines, strict=True)
    ]
    found = pl.Series([bool(one) for one in wanted], dtype=pl.Boolean)
    return pl.zeros(turns.height, dtype=pl.Boolean, eager=True).scatter(at, found).alias("asked_for")

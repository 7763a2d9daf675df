"""Measures how much a text repeats itself: by a fast compressor, and where that packs it well, by lines and n-grams."""

from __future__ import annotations

import re

import polars as pl
import pyarrow as pa

from schemas.settings import Quality

SHARES = ("repeated_lines", "repeated_paragraphs", "repeated_ngrams", "run_share")


def repetition(prose: pl.Series, settings: Quality) -> list[pl.Series]:
    """Return how much each turn's prose repeats itself (code, tables and quotations left out).

    Returns:
        `compression` (lz4 bytes per byte; null for texts below `repetition_chars`), and, null where that is above
        `repetition_suspect`: `repeated_lines`, `repeated_paragraphs`, `repeated_ngrams`, `run_share` (shares, 0 – 1).
    """
    compressor = pa.Codec("lz4_raw")
    run = re.compile(rf"(\S)\1{{{settings.run_chars - 1},}}")
    ratios: list[float | None] = [None] * len(prose)
    shares: list[list[float | None]] = [[None] * len(prose) for _ in SHARES]
    long = (prose.str.len_bytes() >= settings.repetition_chars).arg_true()
    for at, raw in zip(long.to_list(), prose.gather(long).cast(pl.Binary).to_list(), strict=True):
        ratio = len(compressor.compress(raw, asbytes=True)) / len(raw)
        ratios[at] = min(1.0, ratio)
        if ratio <= settings.repetition_suspect:
            found = _shares(raw.decode()[: settings.repetition_read], run, settings.repeated_ngram_words)
            for column, share in zip(shares, found, strict=True):
                column[at] = share
    columns = [pl.Series(name, column, dtype=pl.Float64) for name, column in zip(SHARES, shares, strict=True)]
    return [pl.Series("compression", ratios, dtype=pl.Float64), *columns]


def _shares(text: str, run: re.Pattern[str], words: int) -> tuple[float, float, float, float]:
    """Return the shares of lines, paragraphs, n-grams that were there before, and of characters in long runs."""
    lines = [line.strip() for line in text.split("\n")]
    paragraphs = [paragraph.strip() for paragraph in text.split("\n\n")]
    runs = sum(match.end() - match.start() for match in run.finditer(text))
    return _again(lines), _again(paragraphs), _ngrams(text.split(), words), runs / len(text)


def _again(texts: list[str]) -> float:
    """Return the share of the characters in texts seen before; a text without a letter is a drawing or a rule."""
    seen: set[str] = set()
    again = 0
    for text in texts:
        if text in seen and text.upper() != text.lower():
            again += len(text)
        seen.add(text)
    return again / max(1, sum(map(len, texts)))


def _ngrams(words: list[str], n: int) -> float:
    """Return the share of the words covered by an n-gram seen before; a text of fewer words has none."""
    seen: set[tuple[str, ...]] = set()
    covered = end = 0
    for start in range(len(words) - n + 1):
        gram = tuple(words[start : start + n])
        if gram in seen:
            covered += start + n - max(start, end)
            end = start + n
        seen.add(gram)
    return covered / max(1, len(words))

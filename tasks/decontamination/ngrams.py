"""Word n-grams of a batch of texts as hashes, vectorised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

# GPT-3's normal form: small letters, punctuation gone. Scripts without blanks count each sign as a word.
_SIGNS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
WORD = rf"[0-9a-z]+|[{_SIGNS}]|[^\x00-\x7f\p{{P}}\p{{S}}\s{_SIGNS}]+"
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplication mod 2^64 loses nothing
_SEED = 0


@dataclass(frozen=True)
class Words:
    """The words of a batch of texts, flat.

    Args:
        hashes: 64-bit hash of each word.
        text: number of the text each word stands in, ascending.
    """

    hashes: Hashes
    text: Numbers


def words(texts: list[str]) -> Words:
    """Split texts into words and hash them."""
    lists = pl.Series(texts, dtype=pl.String).str.to_lowercase().str.extract_all(WORD)
    lengths = lists.list.len().to_numpy().astype(np.int64)
    flat = lists.explode(empty_as_null=False)
    return Words(flat.hash(_SEED).to_numpy(), np.repeat(np.arange(len(texts), dtype=np.int64), lengths))


def ngrams(text_words: Words, n: int) -> tuple[Hashes, Numbers]:
    """Return the hash of each run of n words within one text, and the text's number."""
    if len(text_words.hashes) < n:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    last = len(text_words.hashes) - n + 1
    hashes = text_words.hashes[:last].copy()
    for k in range(1, n):
        hashes *= _BASE
        hashes += text_words.hashes[k : last + k]
    whole = text_words.text[:last] == text_words.text[n - 1 :]
    return hashes[whole], text_words.text[:last][whole]

"""Which languages the letters of a script are evidence for."""

from __future__ import annotations

import numpy as np
import polars as pl

from tasks.language.function_words import SIMPLIFIED, TRADITIONAL

ONE_LANGUAGE_SCRIPTS: dict[str, tuple[str, int]] = {
    "ko": (r"\p{Hangul}", 3),
    "th": (r"\p{Thai}", 1),
    "el": (r"\p{Greek}", 1),
    "he": (r"\p{Hebrew}", 1),
    "ka": (r"\p{Georgian}", 1),
    "hy": (r"\p{Armenian}", 1),
    "bn": (r"\p{Bengali}", 1),
    "ta": (r"\p{Tamil}", 1),
    "te": (r"\p{Telugu}", 1),
    "kn": (r"\p{Kannada}", 1),
    "ml": (r"\p{Malayalam}", 1),
    "gu": (r"\p{Gujarati}", 1),
    "pa": (r"\p{Gurmukhi}", 1),
    "si": (r"\p{Sinhala}", 1),
    "km": (r"\p{Khmer}", 1),
    "lo": (r"\p{Lao}", 1),
    "my": (r"\p{Myanmar}", 1),
    "am": (r"\p{Ethiopic}", 1),
}
"""Language, its letters, and what one letter weighs: in English a function word (12) comes every dozen letters,
so a letter weighs 1; a syllable block of Hangul stands for two or three letters."""

HAN_WEIGHT = 3
"""A Han character or kana stands for about three letters of an alphabet (English is 3.3 times as long as Chinese)."""

KANA_SHARE = 0.1
"""Japanese writes a third to a half of its text in kana; Chinese quotes a kana now and then."""

SCRIPT_LANGUAGES = (*ONE_LANGUAGE_SCRIPTS, "ja", "zh-cn", "zh-tw")
"""The languages that `script_evidence` weighs."""


COUNTED: dict[str, str] = {
    "han": r"\p{Han}",
    "kana": r"[\p{Hiragana}\p{Katakana}]",
    "traditional": f"[{''.join(sorted(set(TRADITIONAL) - set(SIMPLIFIED)))}]",
    "simplified": f"[{''.join(sorted(set(SIMPLIFIED) - set(TRADITIONAL)))}]",
    **{name: letters for name, (letters, _) in ONE_LANGUAGE_SCRIPTS.items()},
}
"""The letters that are counted."""


def script_evidence(prose: pl.Series) -> pl.DataFrame:
    """Return the evidence of letters that only one language is written in.

    Args:
        prose: texts that hold anything but ASCII.

    Returns:
        One column per language of SCRIPT_LANGUAGES: evidence in twelfths of a function word, one row per text.
    """
    counted = pl.DataFrame(_counts(prose)).with_columns(
        pl.col(name) * weight for name, (_, weight) in ONE_LANGUAGE_SCRIPTS.items()
    )
    weight = (pl.col("han") + pl.col("kana")) * HAN_WEIGHT
    japanese = pl.col("kana") > KANA_SHARE * (pl.col("han") + pl.col("kana"))
    taiwanese = pl.col("traditional") > pl.col("simplified")
    return counted.select(
        *ONE_LANGUAGE_SCRIPTS,
        pl.when(japanese).then(weight).otherwise(0).alias("ja"),
        pl.when(~japanese & ~taiwanese).then(weight).otherwise(0).alias("zh-cn"),
        pl.when(~japanese & taiwanese).then(weight).otherwise(0).alias("zh-tw"),
    )


def _counts(prose: pl.Series) -> dict[str, np.ndarray]:
    """Count the letters of each text; each distinct letter of the batch is matched once."""
    signs = np.frombuffer("".join(prose).encode("utf-32-le"), np.uint32)
    text = np.repeat(np.arange(len(prose)), prose.str.len_chars().to_numpy())
    foreign = signs > 0x7F
    signs, text = signs[foreign], text[foreign]
    letters = np.unique(signs)
    alphabet = pl.Series([chr(letter) for letter in letters.tolist()], dtype=pl.String)
    place = np.searchsorted(letters, signs)
    among = alphabet.to_frame("letter").select(
        pl.col("letter").str.contains(pattern).alias(name) for name, pattern in COUNTED.items()
    )
    none = np.zeros(len(prose), np.int64)
    counts: dict[str, np.ndarray] = {}
    for one in among:
        counts[one.name] = np.bincount(text[one.to_numpy()[place]], minlength=len(prose)) if one.any() else none
    return counts

"""Which languages the letters of a script speak for."""

from __future__ import annotations

import polars as pl

from tasks.prose.function_words import SIMPLIFIED, TRADITIONAL

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
"""A Han character or kana stands for about three letters of an alphabet (Chinese to English text is 1 to 3.3)."""

KANA_SHARE = 0.1
"""Japanese writes a third to a half of its text in kana; Chinese quotes a kana now and then."""


def script_evidence(turns: pl.DataFrame) -> pl.DataFrame:
    """Weigh the letters of scripts that one language alone writes.

    Args:
        turns: `at` (number of the turn) and `prose`, of the turns that hold anything but ASCII.

    Returns:
        `at`, `language`, `evidence` in twelfths of a function word, positive ones alone.
    """
    prose = pl.col("prose").str
    han, kana = prose.count_matches(r"\p{Han}"), prose.count_matches(r"[\p{Hiragana}\p{Katakana}]")
    counted = turns.select(
        "at",
        han=han,
        kana=kana,
        traditional=prose.count_matches(f"[{''.join(sorted(set(TRADITIONAL) - set(SIMPLIFIED)))}]"),
        simplified=prose.count_matches(f"[{''.join(sorted(set(SIMPLIFIED) - set(TRADITIONAL)))}]"),
        **{name: prose.count_matches(letters) * weight for name, (letters, weight) in ONE_LANGUAGE_SCRIPTS.items()},
    )
    eastern = pl.col("han") + pl.col("kana")
    japanese = pl.col("kana") > KANA_SHARE * eastern
    taiwanese = pl.col("traditional") > pl.col("simplified")
    weighed = counted.with_columns(
        (pl.when(japanese).then(eastern).otherwise(0) * HAN_WEIGHT).alias("ja"),
        (pl.when(~japanese & taiwanese).then(eastern).otherwise(0) * HAN_WEIGHT).alias("zh-tw"),
        (pl.when(~japanese & ~taiwanese).then(eastern).otherwise(0) * HAN_WEIGHT).alias("zh-cn"),
    ).drop("han", "kana", "traditional", "simplified")
    tall = weighed.unpivot(index="at", variable_name="language", value_name="evidence")
    return tall.filter(pl.col("evidence") > 0).with_columns(pl.col("evidence").cast(pl.Int64))

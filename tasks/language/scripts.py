"""Which languages the letters of a script are evidence for."""

from __future__ import annotations

import functools

import numpy as np
import polars as pl

from tasks.language.function_words import FUNCTION_WORDS

_HAN = "".join(map(chr, range(0x4E00, 0xA000)))
_BIG5 = _HAN.encode("big5", "ignore")
_TAIWAN = {_BIG5[at : at + 2].decode("big5") for at in range(0, len(_BIG5), 2)}
_FREQUENT = {_BIG5[at : at + 2].decode("big5") for at in range(0, len(_BIG5), 2) if _BIG5[at] <= 0xC6}
_MAINLAND = set(_HAN.encode("gb2312", "ignore").decode("gb2312"))
SIMPLIFIED = (_MAINLAND - _TAIWAN) | set("与么据机网体无")
"""Han characters of the mainland's code table GB 2312 that Taiwan's Big5 lacks, or holds as rare variants."""
TRADITIONAL = _FREQUENT - _MAINLAND
"""Those of Big5's frequent half (rows to 0xC6) that GB 2312 lacks."""

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


LETTERS: dict[str, str] = {
    "traditional": f"[{''.join(sorted(TRADITIONAL))}]",
    "simplified": f"[{''.join(sorted(SIMPLIFIED))}]",
    "han": r"\p{Han}",
    "kana": r"[\p{Hiragana}\p{Katakana}]",
    "russian": "[ыэёЫЭЁ]",
    "ukrainian": "[іїєґІЇЄҐ]",
    "neither": "[јљњћђџѓќѕўЈЉЊЋЂЏЃЌЅЎ]",
    "cyrillic": r"\p{Cyrillic}",
    **{name: letters for name, (letters, _) in ONE_LANGUAGE_SCRIPTS.items()},
}
"""The kinds of letters that are counted; a letter is of the first that holds it."""

_KIND = "|".join(f"(?P<{name}>{letters})" for name, letters in LETTERS.items())
_OTHER, _UNSEEN = len(LETTERS), 255


OWN_LETTER = 3
"""What a letter weighs that of the languages in Cyrillic letters only Russian, or only Ukrainian, writes."""
DEFAULT_LETTERS, DEFAULT = 5, 4
"""Where no letter of so many Cyrillic ones is another language's own, what is in favour of Russian."""


def script_evidence(prose: pl.Series) -> np.ndarray:
    """Return the evidence of letters that only one language is written in.

    Args:
        prose: texts that hold anything but ASCII.

    Returns:
        Texts × (FUNCTION_WORDS, SCRIPT_LANGUAGES), in twelfths of a function word.
    """
    counts = dict(zip(LETTERS, _counts(prose).T, strict=False))
    kana, han = counts["kana"], counts["han"] + counts["traditional"] + counts["simplified"]
    weight = (han + kana) * HAN_WEIGHT
    japanese = kana > KANA_SHARE * (han + kana)
    taiwanese = counts["traditional"] > counts["simplified"]
    found = {name: counts[name] * weight for name, (_, weight) in ONE_LANGUAGE_SCRIPTS.items()}
    found["ja"] = np.where(japanese, weight, 0)
    found["zh-cn"] = np.where(~japanese & ~taiwanese, weight, 0)
    found["zh-tw"] = np.where(~japanese & taiwanese, weight, 0)
    default = (counts["cyrillic"] >= DEFAULT_LETTERS) & (counts["ukrainian"] + counts["neither"] == 0)
    found["ru"] = counts["russian"] * OWN_LETTER + np.where(default, DEFAULT, 0)
    found["uk"] = counts["ukrainian"] * OWN_LETTER
    nothing = np.zeros(len(prose), np.int64)
    return np.column_stack([found.get(code, nothing) for code in (*FUNCTION_WORDS, *SCRIPT_LANGUAGES)])


def _counts(prose: pl.Series) -> np.ndarray:
    """Return how many letters of each kind, and others, each text has."""
    signs = np.frombuffer("".join(prose).encode("utf-32-le"), np.uint32)
    text = np.repeat(np.arange(len(prose)), prose.str.len_chars().to_numpy())
    foreign = signs > 0x7F
    width = len(LETTERS) + 1
    cells = text[foreign] * width + _kinds(signs[foreign])
    return np.bincount(cells, minlength=len(prose) * width).reshape(-1, width)


@functools.cache
def _known_kinds() -> np.ndarray:
    """Return the kind of each code point that was met in this process."""
    return np.full(0x110000, _UNSEEN, np.uint8)


def _kinds(signs: np.ndarray) -> np.ndarray:
    """Return the number in LETTERS of the kind of each letter, or `_OTHER`; a pattern sees only what is met first."""
    known = _known_kinds()
    unseen = np.unique(signs[known[signs] == _UNSEEN])
    if len(unseen):
        found = pl.Series([chr(sign) for sign in unseen.tolist()]).str.extract_groups(_KIND).struct.unnest()
        is_kind = found.select(pl.all().is_not_null()).to_numpy()
        known[unseen] = np.where(is_kind.any(axis=1), is_kind.argmax(axis=1), _OTHER)
    kinds: np.ndarray = known[signs]
    return kinds

"""The settings of language."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal

from pydantic import ValidationInfo, field_validator

from schemas.settings.section import Section, Share, setting

LANGUAGE_CODES = (
    "af", "am", "ar", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "gu", "he",
    "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "km", "kn", "ko", "lo", "lt", "lv", "mk", "ml", "mr", "my", "ne",
    "nl", "no", "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "so", "sq", "sv", "sw", "ta", "te", "th", "tl", "tr",
    "uk", "ur", "vi", "zh", "zh-cn", "zh-tw",
)  # fmt: skip
"""The languages that can be told apart (ISO 639-1), and zh for both of Chinese."""

NAMES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id",
    "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no", "polish": "pl", "portuguese": "pt",
    "romanian": "ro", "russian": "ru", "spanish": "es", "swedish": "sv", "thai": "th", "turkish": "tr",
    "ukrainian": "uk", "vietnamese": "vi", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "spa": "es",
    "cn": "zh", "jp": "ja", "kr": "ko", "en-us": "en", "en-gb": "en", "pt-br": "pt", "iw": "he", "nb": "no", "nn": "no",
}  # fmt: skip
"""What people write for a code."""


class Language(Section):
    """Which languages are kept, and what happens where they cannot be told."""

    keep: tuple[str, ...] | Literal["all"] = setting(
        ("en",),
        "Languages of the user to keep (ISO 639-1; zh means zh-cn and zh-tw), or all.",
        "Vicuna's config trains on English",
    )
    skip: tuple[str, ...] = setting((), "Languages to drop even where all are kept.", "FastChat's --skip-lang")
    min_confidence: Share = setting(
        0.0,
        "A language guessed with less confidence is dropped as uncertain; a confidence is the share of such guesses "
        "that is right.",
        "measured: no threshold helps English",
    )
    unknown: Literal["keep", "drop"] = setting(
        "keep",
        "Whether a user whose language cannot be told is kept; if so, only where the answers' language is wanted.",
        "langdetect takes “ok” for Slovak; short and code-only questions are good data",
    )
    turn_chars: int = setting(
        200,
        "Characters of each turn's own words that are looked at.",
        "swept on 529 labelled rows: 150 – 600 tell the same, 100 three less",
        ge=50,
        le=10_000,
    )
    second_look_chars: int = setting(
        1_500,
        "Characters of each turn looked at where `turn_chars` of them leave a conversation unclear.",
        "swept: 600 tell one row less, 3,000 no more",
        ge=50,
        le=100_000,
    )
    sure: Share = setting(
        0.75,
        "Lead below which a conversation gets the second look: the winner's share of its and the runner-up's evidence.",
        "swept: 0.6 tells one row less, 0.85 no more",
    )
    code_line_chars: int = setting(
        160,
        "A longer line counts as a paragraph that mentions code, not as code.",
        "swept: 80 – 400 tell the same",
        ge=20,
        le=10_000,
    )
    code_signs: Share = setting(
        0.15,
        "Share of brackets and operators in a line from which on it is code, however long.",
        "swept on 685 labelled rows: 0.1 loses one, 0.2 tells the same",
    )
    plain_words: int = setting(
        3,
        "Words without any sign from which on a line that holds an arrow or a call is a sentence, not code; of words "
        "in a row every second one counts.",
        "swept on 685 labelled rows: 2 loses three, 4 one",
        ge=1,
        le=100,
    )
    min_chars: int = setting(
        20,
        "Of fewer characters without a function word the language is unknown.",
        "swept: 40 lose six rows; langdetect takes “ok” for Slovak",
        ge=1,
        le=1_000,
    )
    min_words: float = setting(
        1.0,
        "Function words of a language needed to decide for it.",
        "swept: 2 lose thirty rows; “continue” is a whole question",
        ge=0.1,
        le=100.0,
    )
    min_letters: int = setting(
        6,
        "Letters of a script that one language alone writes, needed to decide for it; a Han character, a kana or a "
        "block of Hangul counts as three.",
        "swept on 685 labelled rows: 12 loses five, 3 tells the same; a single letter may be a formula's",
        ge=1,
        le=1_000,
    )
    mixed_scripts: Share = setting(
        0.1,
        "Share of the leading language's evidence from which on a language of another script makes a text mixed: then "
        "what it quotes or asks about is parted from the question.",
        "swept on 685 labelled rows: 0.2 loses five, 0.05 tells the same",
    )
    mixed_words: Share = setting(
        0.3,
        "The same share for a language of the same script; related languages share many words.",
        "swept on 685 labelled rows: 0.2 – 0.5 tell the same",
    )
    min_density: Share = setting(
        0.05, "Function words per six characters needed to decide.", "swept: 0.02 tells the same, 0.1 one row less"
    )
    sentence_words: float = setting(
        2.0,
        "Function words, or as much evidence of letters, from which on a turn is a sentence; others do not count for a "
        "side that has one.",
        "swept on 685 labelled rows: 1 loses one, 3 three",
        ge=0.1,
        le=100.0,
    )
    min_lead: float = setting(
        1.3,
        "How many times the runner-up's evidence the winner needs.",
        "swept: 1.2 – 2 tell the same, 1 two rows less",
        ge=1.0,
        le=100.0,
    )
    agree_lead: float = setting(
        3.0,
        "How many times less evidence than for the leading language there may be, where a user is unclear, for the "
        "answers' clear language, for it to be taken.",
        "swept on 685 labelled rows: 1.3 loses two, 2 one, 5 tells the same",
        ge=1.0,
        le=100.0,
    )
    detector_words: int = setting(
        3,
        "Words in small letters that langdetect needs to be asked, and at least half as many as others.",
        "swept on 685 labelled rows: 1 and 2 tell the same, 4 loses five; it takes “iPhone 14 Pro Max” for Czech",
        ge=1,
        le=100,
    )
    detector_share: Share = setting(
        0.5,
        "Share of a text's letters that must be own words, not code or addresses, for langdetect to be asked.",
        "swept on 685 labelled rows: 0.25 takes a paste of code for Romanian, 0.75 tells the same, 0.9 loses one",
    )
    detector_sure: Share = setting(
        0.9,
        "Probability that langdetect has to name for a language that the other side does not speak; with less it is "
        "unknown.",
        "swept on 997 rows: under 0.7 six more are wrong, 0.7 – 0.99 tell the same",
    )
    doubtful_words: float = setting(
        1.2,
        "Function words up to which langdetect may deny the language they decide a sentence for, if the other side "
        "does not speak it.",
        "swept on 997 rows: at 0 eleven more are wrong, at 1 one; 1.5 makes two more unknown",
        ge=0.0,
        le=100.0,
    )
    detector_chars: int = setting(
        200,
        "Characters given to langdetect where the words do not decide.",
        "swept: 150 – 500 tell the same",
        ge=50,
        le=10_000,
    )
    detector_trials: int = setting(
        3,
        "Trials of langdetect that are averaged.",
        "swept: 3 – 7 tell the same, 1 one row less; the time grows with them",
        ge=1,
        le=100,
    )

    @field_validator("keep", "skip", mode="after")
    @classmethod
    def _codes_are_known(cls, given: tuple[str, ...] | str, info: ValidationInfo) -> tuple[str, ...] | str:
        """Refuse what is no language's code, and say which one may be meant."""
        if info.field_name == "keep" and not given:
            raise ValueError("no conversation would be kept, so name a language, or all")
        for code in () if isinstance(given, str) else given:
            if code not in LANGUAGE_CODES:
                lowered = code.lower().replace("_", "-")
                near = NAMES.get(lowered) or next(
                    iter(get_close_matches(lowered, LANGUAGE_CODES, n=1, cutoff=0.5)), None
                )
                hint = f", did you mean {near}?" if near else ""
                raise ValueError(f"{code!r} is no language that can be told{hint} (codes: {' '.join(LANGUAGE_CODES)})")
        return given

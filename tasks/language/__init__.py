"""Guesses the language of conversations from their words, code left out.

Function words and one-language scripts decide nearly all of them; langdetect is asked about the rest. `guess_languages`
does a whole batch.
"""

from tasks.language.detector import UNKNOWN
from tasks.language.doubts import LanguageGuess
from tasks.language.guess import BatchLanguages, guess_languages

__all__ = ["UNKNOWN", "BatchLanguages", "LanguageGuess", "guess_languages"]

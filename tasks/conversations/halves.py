"""Tells what stands between two halves of a sentence that was cut: a blank, or nothing where it was cut in mid-word."""

from __future__ import annotations

import re

from tasks.conversations.endings import DANGLING_WORDS, ends_with_particle
from tasks.conversations.word_counts import WordCounts

TAIL_WORD, HEAD_WORD = re.compile(r"[\w'’]+\Z"), re.compile(r"[\w'’]+")
LONGEST_WORD = 80
"""Characters of a text's end in which its last word and the signs behind it stand."""
SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Letters of scripts that do not part words by blanks, and their punctuation."""
HAS_LETTERS = re.compile(r"[a-zß-ɏа-яёіїєґў]+")
VOWEL = re.compile(r"[aeiouyà-æè-ïò-öø-ýÿœāēīōūăąęėıőűůаеёиоуыэюяіїє]")
SUFFIXES = frozenset(
    [
        "her",
        "on",
        "in",
        "is",
        "it",
        "as",
        "an",
        "or",
        "at",
        "en",
        "er",
        "ed",
        "es",
        "un",
        "et",
        "la",
        "le",
        "el",
        "der",
        "den",
    ]
)
"""Words that are also ends of words: behind one that stands nowhere else they may be the rest of it."""
PREFIXES = frozenset(
    ["a", "i", "re", "be", "en", "as", "is", "lo", "in", "on", "an", "at", "me", "or", "un", "de", "con"]
)
"""Words that are also beginnings of words: before one that stands nowhere else they may be the first half of it."""
SHORT = 2
"""Characters of what may be the end of a word after one that no sentence ends with: `the|ir`, `do|ne`."""
BOUND_ENDS = (
    "ing ings ity ities tion tions ation ations ness ment ments ly ally ve ers ous ive ized ised ical ies ence ance "
    "ling lings ting ning ted"
)
BOUND = frozenset(BOUND_ENDS.split())
"""Ends of English words that are no words."""
LONE_LETTER = re.compile(r"[bcdfghjlmnpqrtxгделмнпртфхцчшщъыьэю]")
"""A letter that is a word in no language: a variable or half of a word."""
SOMETIMES_ALONE = re.compile(r"[eouykswvz]")
"""A letter that is a word in some languages, but not in English."""
FOREIGN_WORDS = (
    "de la el los las del y en un una que por le les des et une du dans pour der das und ein eine zu von dem da em uma "
    "il gli della nel"
)
FOREIGN = frozenset(FOREIGN_WORDS.split())
"""Words that no sentence of their language ends with; in an English conversation they may be halves of English ones."""
WHOLE_WORDS = ("ing", "ed", "tion", "ment", "ness", "ly", "ity")
"""Ends of English words, which are seldom the first half of another."""


def between_halves(first: str, head: str, words: WordCounts) -> str | None:
    """Return what stands between two halves of a sentence: a blank, nothing in mid-word, None where nobody can tell.

    Args:
        first: a text that breaks off.
        head: the text that goes on with it.
        words: of the conversation.
    """
    if SPACELESS.match(first[-1]) or SPACELESS.match(head[0]):
        return ""
    if ends_with_particle(first):
        return " "
    tail, start = TAIL_WORD.search(first[-LONGEST_WORD:]), HEAD_WORD.match(head)
    if tail is None or start is None:
        last = first.rsplit("\n", 1)[-1]
        opening = first[-1] in "([{/“<" or (first[-1] in '`"*_' and last.count(first[-1]) % 2 == 1)
        hyphen = first[-1] in "-–" and first[-2:-1].isalnum()
        return "" if opening or hyphen else " "
    return _between_words(tail.group().lower(), start.group().lower(), words)


def _between_words(before: str, after: str, words: WordCounts) -> str | None:
    """Return what parts the letters before a cut from those behind it; None = they may be two words or one."""
    if before[-1].isdigit() and after[0].isdigit():
        return None
    parted = (words[before] > 1, words[after] > 1)
    if words[before + after]:
        return None if all(parted) else ""
    if after in BOUND:
        return ""
    halves = ((before, parted[0]), (after, parted[1]))
    for half, elsewhere in halves:
        if LONE_LETTER.fullmatch(half):
            return None if elsewhere else ""
        if SOMETIMES_ALONE.fullmatch(half) and (not elsewhere or words["the"] > 1):
            return "" if words["the"] > 1 and not elsewhere else None
    if after in SUFFIXES and not parted[0] and before not in DANGLING_WORDS and not before.endswith(WHOLE_WORDS):
        return None
    if any(half in FOREIGN and not seen for half, seen in halves) and words["the"] > 1:
        return None
    if before in DANGLING_WORDS and not parted[1] and len(after) <= SHORT and after not in DANGLING_WORDS:
        return None
    if before in PREFIXES and not parted[1] and after not in DANGLING_WORDS:
        return None
    if before in DANGLING_WORDS or after in DANGLING_WORDS or any(parted):
        return " "
    # Half a word: no word of such a script is without a vowel.
    cut = any(len(half) > 1 and HAS_LETTERS.fullmatch(half) and not VOWEL.search(half) for half in (before, after))
    return "" if cut else None

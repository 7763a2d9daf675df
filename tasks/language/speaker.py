"""Finds the part of a text in which its writer speaks, where it quotes or asks about another language as well."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from schemas.settings import Language
from tasks.language.evidence import SCRIPTS, WORD, decide, is_mixed, weigh

MARKED = r"[\"“„«「『《]|^[^\n:：]{1,60}[:：]\s"
"""A text that may quote, or say behind a colon what it asks about."""

QUOTED = re.compile(
    r"\"[^\"\n]{2,600}\"|“[^”]{2,600}”|„[^“”\n]{2,600}[“”]|«[^»]{2,600}»|「[^」]{1,600}」|『[^』]{1,600}』|《[^》]{1,600}》"
    r"|(?<![\w])'[^'\n]{2,600}'(?![\w])"
)
"""Text in quotation marks: it is spoken of, not spoken."""

REQUEST = re.compile(
    r"(?i)\b(?:translate|translation|explain|describe|what|what's|how|why|who|which|when|where|mean|means|meaning|please"
    r"|can you|could you|write|rewrite|summari[sz]e|correct|proofread|fix|say|tell|give|help|improve|paraphrase|is this"
    r"|want|need|continue"
    r"|übersetz\w*|erklär\w*|was|wie|warum|wer|bitte|schreib\w*|bedeute\w*|korrigier\w*"
    r"|tradui\w*|expliqu\w*|comment|pourquoi|écri\w*|que veut|qu'est|corrig\w*|r[ée]sum\w*"
    r"|traduc\w*|traduz\w*|expl[ií]c\w*|qué|cómo|por qué|escrib\w*|significa\w*|spiega\w*|cosa|come|perché|scrivi"
    r"|vertaal\w*|wat|hoe|waarom|leg uit|översätt\w*|vad|hur|varför|przetłumacz\w*|wyjaśnij|jak|dlaczego"
    r"|перевед\w*|объясни\w*|что|как|почему|напиши|исправь|çevir\w*|açıkla\w*|nedir|nasıl)\b"
    r"|翻译|翻譯|解释|解釋|什么|什麼|怎么|怎麼|为什么|為什麼|如何|请|請|意思|总结|總結|改写|润色|写|帮|吗|呢|区别"
    r"|訳|教えて|説明|意味|ください|何ですか|書いて|直して|번역|설명|뜻|의미|해줘|주세요|알려|무엇"
)
"""Words of requests: who pastes a text asks something about it in their own language."""

ASCII_REQUEST = REQUEST.pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", r"(?-u:\w)")
"""The same for Rust, and texts of ASCII alone: a hundredth of the time, where all letters would take half of it."""

LIKE_REQUEST = REQUEST.pattern.replace(r"\b", "").replace(r"\w*", "").replace("ı", "i")
"""What all of them match, and more, where each i has its dot: Python ignores that with the case, Rust does not."""

QUOTES = r"[\"“„«「『《]|'[^'\n]+'"
"""Where none of these stands, nothing is in quotation marks."""

FOREIGN = (
    r"\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff"
    r"\uac00-\ud7af"
)
SEGMENTS = re.compile(
    rf"\n+|:\s+|[：，。！？]\s*|(?<=[.!?。！？])\s+|(?<=[{FOREIGN}。，、！？])(?=[ \t]?[A-Za-z][A-Za-z' ,-]{{9,}})"
    rf"|(?<=[a-z?.,:]) (?=[{FOREIGN}][^A-Za-z]{{5,}})"
)
"""Where a text may turn from a request to what it is about: line, colon, sentence, another script."""

ASCII_SEGMENTS = re.compile(r"[\s:](?:(?<=\n)\n*|(?<=:)\s+|(?<=[.!?]\s)\s*)")
"""The same for texts of ASCII alone: a third of the time."""


OTHER_ENDS = rf"^[^\p{{L}}]*[{FOREIGN}]|[{FOREIGN}][^\p{{L}}]*$"
"""What begins or ends in other letters than Latin ones: a request may be as short as `翻译`."""

FOREIGN_WORDS = re.compile(rf"[{FOREIGN}]+")


def without_quotes(text: str) -> str:
    """Return a text without what stands in quotation marks.

    >>> without_quotes('Was heißt "break a leg" auf Deutsch?')
    'Was heißt   auf Deutsch?'
    """
    return QUOTED.sub(" ", text)


def ends(text: str) -> list[str]:
    """Return the first and the last segment of a text of several, each once: a request stands before or behind.

    >>> ends("Translate into English: Ich habe das Buch gelesen. Danke.")
    ['Translate into English', 'Danke.']
    """
    pattern = ASCII_SEGMENTS if text.isascii() else SEGMENTS
    segments = [segment for segment in map(str.strip, pattern.split(text)) if segment]
    return [*dict.fromkeys((segments[0], segments[-1]))] if len(segments) > 1 else []


def are_requests(texts: list[str]) -> list[bool]:
    """Return whether each text asks for something.

    >>> are_requests(["Translate into English", "Ich habe das Buch gelesen."])
    [True, False]
    """
    column = pl.Series(texts, dtype=pl.String)
    found = column.str.contains(ASCII_REQUEST)
    alike = column.str.replace_many(["İ", "ı"], ["i", "i"]).str.contains(LIKE_REQUEST)
    return [
        asks if text.isascii() else like and REQUEST.search(text) is not None
        for text, asks, like in zip(texts, found.to_list(), alike.to_list(), strict=True)
    ]


def frame(text: str) -> list[str]:
    """Return the words of another script in which a text begins and ends, if it does: the rest are terms.

    >>> frame("我在用 Spring 的 repository 报错误")
    ['我在用 的 报错误']
    """
    words = FOREIGN_WORDS.findall(text)
    if len(words) < 2:
        return []
    first = next(character for character in text if character.isalpha())
    last = next(character for character in reversed(text) if character.isalpha())
    return [" ".join(words)] if first in words[0] and last in words[-1] else []


def _parts(prose: pl.Series, at: np.ndarray) -> list[tuple[int, str, bool]]:
    """Return the parts of some of the texts that their writers may speak in, the likeliest of each first.

    Returns:
        The place of the text, the part, and whether the text begins so.
    """
    texts = prose.gather(at)
    quoting = texts.str.contains(QUOTES).arg_true()
    bare = texts.clone().scatter(quoting, [without_quotes(text) for text in texts.gather(quoting).to_list()])
    may_ask = bare.str.contains(ASCII_REQUEST) | (bare.str.len_bytes() > bare.str.len_chars())
    words = bare.to_list()
    asked = [ends(text) if may else [] for text, may in zip(words, may_ask.to_list(), strict=True)]
    requests = iter(are_requests([part for parts in asked for part in parts]))
    found: list[tuple[int, str, bool]] = []
    for place, text, own, parts in zip(at.tolist(), texts.to_list(), words, asked, strict=True):
        candidates = [part for part in parts if next(requests)]
        candidates += [] if own.isascii() else frame(own)
        candidates += [own] if own != text else []
        found += [(place, part, text.startswith(part)) for part in candidates]
    return found


SMALL_WORD = "[ \n][a-z]{3}"
"""What no name has."""
MOST_IN_NAMES = 4 * WORD
"""A text with more evidence is no list of names."""
BETWEEN_NAMES = ("vs", "vs.", "v", "x", "feat.", "ft.")
"""What may stand between two names."""
NEXT_NAME = re.compile(rf",| (?:{'|'.join(map(re.escape, BETWEEN_NAMES))}) ")
"""What is between the names of a list."""
NAME_WORDS = 3
"""Words of the longest name in a list of names."""


def only_names(text: str) -> bool:
    """Whether a text of several words has none in small letters, as names and titles have.

    >>> only_names("iPhone Pro Max"), only_names("Pro Max 256GB"), only_names("Continue"), only_names("the Max")
    (False, True, False, False)
    """
    words = [word for word in text.split() if word[:1].isalpha() and word not in BETWEEN_NAMES]
    return len(words) > 1 and all(word[0].isupper() for word in words) and not text.isupper()


def is_list_of_names(text: str) -> bool:
    """Whether a text is of names alone, a few words each, with commas between them.

    >>> is_list_of_names("Los Angeles, El Paso, San Jose"), is_list_of_names("How To Bake, What To Buy For It")
    (True, False)
    """
    names = NEXT_NAME.split(text)
    return len(names) > 1 and only_names(text) and all(len(name.split()) <= NAME_WORDS for name in names)


def _speaks(part: str) -> bool:
    """Whether a part has two words, or one that is not of Latin letters, beside blanks left for what is quoted."""
    words = [word for word in part.split() if any(map(str.isalpha, word))]
    return FOREIGN_WORDS.search(part) is not None or ("  " in part and len(words) > 1)


def spoken_words(prose: pl.Series, settings: Language) -> tuple[pl.Series, np.ndarray]:
    """Return each text and its evidence; of a text in two languages only the part in which its writer speaks."""
    evidence = weigh(prose)
    most = evidence.max(axis=1, initial=0)
    few = np.flatnonzero((most > 0) & (most <= MOST_IN_NAMES))
    few = few[~prose.gather(few).str.contains(SMALL_WORD).to_numpy()]
    for at in few.tolist():
        if is_list_of_names(prose[at]) or (most[at] <= WORD and only_names(prose[at])):
            evidence[at] = 0
    leaders = SCRIPTS[evidence.argmax(axis=1)]
    mixed = is_mixed(evidence, prose.str.contains(MARKED).to_numpy(), settings)
    wide = np.flatnonzero((prose.str.len_bytes() > prose.str.len_chars()).to_numpy() & (leaders == 0) & ~mixed)
    mixed[wide] = prose.gather(wide).str.contains(OTHER_ENDS).to_numpy()
    parts = _parts(prose, np.flatnonzero(mixed))
    if not parts:
        return prose, evidence
    texts = pl.Series([part for _, part, _ in parts], dtype=pl.String)
    weighed = weigh(texts)
    decision = decide(weighed, texts.str.len_chars().to_numpy(), settings)
    of, begins = np.array([at for at, _, _ in parts]), np.array([begins for _, _, begins in parts])
    other = SCRIPTS[decision.language] != leaders[of]
    least = np.where(begins | other, settings.min_letters, settings.mixed_scripts * most[of])
    known = evidence[of, decision.language] >= np.maximum(settings.min_letters, least)
    chosen: dict[int, int] = {}
    for place in np.flatnonzero((decision.lead >= settings.sure) & known).tolist():
        chosen.setdefault(parts[place][0], place)
    bare = [place for place, (at, part, _) in enumerate(parts) if at not in chosen and _speaks(part)]
    for place in bare:
        if weighed[place, evidence[parts[place][0]].argmax()] == 0:  # all that leads is quoted or asked about
            chosen.setdefault(parts[place][0], place)
    if not chosen:
        return prose, evidence
    at, place = np.array(list(chosen)), np.array(list(chosen.values()))
    evidence[at] = weighed[place]
    return prose.scatter(at, texts.gather(place)), evidence

"""Requests to go on: a user who asks for nothing but the rest of the answer before, in the words of 40 languages."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache, lru_cache

from tasks.conversations import request_patterns as patterns
from tasks.conversations.request_patterns import folded
from tasks.conversations.request_signs import LETTER

LONGEST = 160
"""Characters of a request to go on, what it quotes left out; what is longer asks for something else."""
LONGEST_WHOLE = 100
"""Characters of a question that may ask for the rest in words that mean it only where nothing else is said."""
LONGEST_PARTLY = 1_000
"""Characters of a question that is looked at."""


class Request(StrEnum):
    """What a question asks of the answer before it."""

    REST = "rest"
    """Its rest, and nothing else: continue, go on, you stopped."""
    MORE = "more"
    """Perhaps its rest, perhaps another of its kind: next, more, go ahead."""
    PARTLY = "partly"
    """Its rest and more, or something else in words like these: continue with step 2."""


QUOTED = re.compile(
    r'```.{1,900}?(?:```|\Z)|"[^"\n]{1,900}"|“[^”\n]{1,900}”|«[^»\n]{1,900}»|「[^」\n]{1,900}」|`[^`\n]{1,900}`',
    re.DOTALL,
)
# Words first, which Python's engine searches for fast.
COUNTED = re.compile(
    r"\b(?:(?:from|at|after|line|zeile|linea|linha|ligne|riga|regel|строк[аеи]|linii|only|just|wrote|gave|number)\W+"
    r"(?:(?:number|point|item|line|step|no)\W+)?|with (?:number|item|line) )\d+\b"
    r"(?:\W+(?:of|out of)\W+(?:the\W+)?\d+\b)?(?: (?:item|point|line)s?\b)?|\b\d+ ?(?:-|–) ?\d+\b"
)
SPACELESS = re.compile(LETTER)
BORDER = re.compile(rf"(?<={LETTER})(?=[a-z0-9])|(?<=[a-z0-9])(?={LETTER})")
ANOTHER = re.compile(
    r"\bnext\W+(?:chapter|step|question|topic|example|item)s?\b"
    r"|\b(?:did|have|are|is) (?:you|it|this|that) (?:finish|complete|done)"
    r"|^\W*(?:is|are|was|were) (?:it|this|that|these|the|your|you|my)\b(?: \w+){0,2} (?:complete|done|finished|over)\b"
    r"|^\W*what(?:'?s| is| does) (?:a |an )?(?:rest|resume|continue|cont)(?: mean)?\W*$"
    r"|\b(?:can|could|will|would|please) (?:you |u )?cut\b"
    r"|^\W*(?:please |pls |now )*cut (?:off|out|short) (?:the|this|that|your|my|its|it)\b"
    r"|^\W*(?:que|o que|was|cosa|wat|ce) (?:te |mi |me )?(?:falt|fehlt|manca|ontbreekt|lipseste)"
    r"|^\W*fehlt (?:da |hier |noch )?(?:et)?was\b|\ball right\b|完了[吗嗎]"
    r"|^\W*falta algo|\brest(?:o|e|en|ul)?(?: of (?:the|your|it|my|this)(?: \w+)?)?"
    r" (?:is|was|are|looks|seems|esta|ist|sieht|est|va|e|ar|er)\b"
    r"(?! (?:missing|lost|gone|cut|where|falt|incompl|abgeschn|coup|manqu))"
    r"|\b(?:rest\w*|zbytek|остальн\w+|решта|sisanya)(?: \w+)? (?:ok|okay|bien|bon|bem|bueno|gut|super|bene|goed|хорошо"
    r"|добре|dobrze|dobre|bra|fint|oke|bagus)\W*$|\bno more\b|^\W*weiter so\W*$"
)
"""The next of its kind, what was done or is missing, that the rest is fine: not a request for the rest."""
GAP = re.compile(r"\W*")
SINGLE = re.compile(r"\w+(?:'\w+)*")
LONE = re.compile(rf"\W*{patterns.LONE}\W*|\W*{patterns.DOTS}")


@lru_cache(maxsize=1024)
def request_of(question: str) -> Request | None:
    """Return what a question asks of the answer before it, if it asks anything of it.

    >>> request_of("ok great, please continue from where you left off"), request_of("And next?")
    (<Request.REST: 'rest'>, <Request.MORE: 'more'>)
    >>> request_of("continue to step 2 of the plan"), request_of("Who was Ada Lovelace?")
    (<Request.PARTLY: 'partly'>, None)
    """
    if len(question) > LONGEST_PARTLY:
        return None
    plain = COUNTED.sub("counted", QUOTED.sub(" quoted ", folded(question))).strip()
    signed = SPACELESS.search(plain) is not None
    if signed:
        plain = BORDER.sub(" ", plain)
    short = len(question) <= LONGEST_WHOLE
    asked = _asked(plain, signed=signed) if len(plain) <= LONGEST else set()
    if asked and not ANOTHER.search(plain):
        if "rest" in asked or (short and "whole" in asked):
            return Request.REST
        if short and "more" in asked:
            return Request.MORE
    if short and LONE.fullmatch(plain):
        return Request.MORE
    partly = _compiled(patterns.HAS_REST).search(plain) or (signed and _compiled(patterns.HAS_PARTLY).search(plain))
    return Request.PARTLY if partly else None


def _asked(plain: str, *, signed: bool) -> set[str | None]:
    """Return what the words of a question ask for; nothing where one of them does not belong to such requests."""
    asked = set()
    at = GAP.match(plain).end()  # type: ignore[union-attr]
    while at < len(plain):
        word = _compiled(patterns.WORD).match(plain, at)
        if word is None and (single := SINGLE.match(plain, at)) and single[0] in patterns.AROUND_WORDS:
            word = single
        if word is None and signed:
            word = _compiled(patterns.SIGN).match(plain, at)
        if word is None:
            return set()
        asked.add(word.lastgroup)
        at = GAP.match(plain, word.end()).end()  # type: ignore[union-attr]
    return asked


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern, compiled once asked for: they take 50 ms."""
    return re.compile(pattern)


def asks_to_go_on(question: str) -> bool:
    """Whether a question asks for the rest of the answer before, or for more of it, and for nothing else.

    >>> asks_to_go_on("Please continue."), asks_to_go_on("继续"), asks_to_go_on("continue to step 2 of the plan")
    (True, True, False)
    """
    return request_of(question) in (Request.REST, Request.MORE)

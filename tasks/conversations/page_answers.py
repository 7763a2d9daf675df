"""Which answers of a conversation are the page's markup, and which are HTML because that was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from tasks.markdown.opening import (
    NO_PAGE_TAGS,
    PRE,
    SERIALISED,
    SURE_MARK,
    Opening,
    bears_page_mark,
    holds_placeholder,
    is_like_no_page,
    opening_of,
)

TAG = r"(?:<|&lt;)/?(?:p|h[1-6]|ul|ol|li|div|br|b|strong|em|table|section|body)\s*/?(?:>|&gt;)"
HTML = re.compile(rf"(?<![A-Za-z])x?html(?![A-Za-z0-9])|{TAG}", re.IGNORECASE)
"""A mention of HTML, or of one of its tags."""
MENTIONS_HTML = rf"(?i)(?:^|[^a-z])x?html(?:[^a-z0-9]|$)|{TAG}"
"""The same for Polars."""
SENTENCE = re.compile(r"[.!?。！？\n]+(?=\s|\Z)|[。！？\n]+")
QUESTION = re.compile(
    r"\W*(?:(?:and|but|so|hi|hello|hey|then)\W+)*(?:how|what|what's|why|which|when|where|who|is|are|does|do|did|should"
    r"|explain|describe|wie|was|warum|welche\w*|erkläre?|cómo|qué|por qué|cuál|comment|quel\w*|pourquoi|explique\w*"
    r"|hoe|wat|waarom|welke|leg|как|что|почему|объясни|como|o que|por que|come|cosa|perché)\b"
    r"|.*(?:怎么|如何|什么|为什么|解释|怎麼|什麼|解釋|どう|なぜ|とは|어떻게|무엇|왜"
    r"|how (?:do|can|to|does|would|should)\b)",
    re.IGNORECASE,
)
"""A sentence that asks about something instead of asking for it."""
FORMAT = re.compile(
    r"\b(?:answer|reply|respond|output|return|write|give|format|send|convert|render|deliver|rewrite|translate|put|wrap|use"
    r"|make|produce|generate|provide|keep|antworte|schreibe?|escribe|responde|réponds|écris|ответь|напиши)\b.*"
    r"|(?:in|as|using|with|to|only|just|pure|raw|valid|still|plain|als|en|im|use|用|以|输出)\W{0,3}(?:\w+\W+){0,2}x?html"
    r"|x?html\W{0,3}(?:only|format|格式|代码|で)",
    re.IGNORECASE | re.DOTALL,
)
"""A sentence that asks for a form."""

SURE_WRAPPER = r"^<div class=\"[^\"]*markdown[^\"]*\""
BARE_WRAPPER = "<div><"
"""How the page's markup mostly begins."""
MAY_BE_NO_PAGE = rf"(?i){NO_PAGE_TAGS}|&[a-z]+;"


def surely_page(answers: pl.Series) -> pl.Series:
    """Return which answers are the page's markup where no question asks for HTML, and no other answer is in words.

    Most are, so whole columns are asked: `page_answers` takes a quarter of all conversion where it reads each answer.
    """
    sure = answers.str.contains(SURE_WRAPPER)
    bare = (answers.str.starts_with(BARE_WRAPPER) & ~sure).arg_true()
    texts = answers.gather(bare)
    plain = texts.str.contains(SURE_MARK, literal=True)
    unmarked = (~plain).arg_true()
    prose = texts.gather(unmarked).str.replace_all(f"(?is){PRE.pattern.replace('Z', 'z')}", "")
    tame = ~prose.str.replace_all(f"(?i)&{SERIALISED}", " ").str.contains(MAY_BE_NO_PAGE)
    return sure.scatter(bare, plain.scatter(unmarked, tame))


def page_answers(questions: Sequence[str], answers: Sequence[str]) -> list[bool]:
    """Return of each answer whether it is the page's markup.

    The wrapper decides; else whether the question asks for HTML, or the answer holds what no page wrote; only where
    neither speaks, what most of the conversation's other answers are.

    Args:
        questions: what stands before each answer; empty where nothing does.
        answers: the raw values.
    """
    openings = [opening_of(value) for value in answers]
    if all(opening is Opening.WRAPPER for opening in openings):
        return [True] * len(answers)
    is_page: list[bool | None] = [
        _evident_page(question, value, opening)
        for question, value, opening in zip(questions, answers, openings, strict=True)
    ]
    open_bare = sum(one is None and opening is Opening.BARE for one, opening in zip(is_page, openings, strict=True))
    pages, words = sum(one is True for one in is_page), openings.count(Opening.WORDS)
    for at, opening in enumerate(openings):
        if is_page[at] is None and opening is Opening.BARE:  # a sanitised page, unless it stands alone among others
            asked = _asks_for_html(questions[at]) and "<pre" not in answers[at] and "<code" not in answers[at]
            is_page[at] = pages + open_bare > 1 or not asked if pages + open_bare >= words else False
    pages, others = sum(one is True for one in is_page), sum(one is False for one in is_page)
    return [(pages >= others) if one is None else one for one in is_page]


def _evident_page(question: str, value: str, opening: Opening) -> bool | None:
    """Whether an answer by itself is a page's; None where it does not say."""
    if opening is Opening.WRAPPER:
        return True
    if opening is Opening.WORDS or opening is Opening.DOCUMENT:
        return False
    if bears_page_mark(value):
        return True
    if is_like_no_page(value):
        return False
    asked = _asks_for_html(question)
    if opening is Opening.BLOCK and (asked or holds_placeholder(value)):
        return None if asked and "<pre" in value else False
    return False if asked and holds_placeholder(value) else None


def _asks_for_html(question: str) -> bool:
    """Whether a question asks for an answer in HTML, rather than about HTML."""
    if not HTML.search(question):
        return False
    return any(
        HTML.search(sentence) and FORMAT.search(sentence) and not QUESTION.match(sentence)
        for sentence in SENTENCE.split(question)
    )

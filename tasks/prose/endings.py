"""Tells answers that break off: inside a code fence, or in the middle of a sentence."""

from __future__ import annotations

import re

import polars as pl

from schemas.settings import Quality

NO_SENTENCE = re.compile(r"\s*(?:[-*•+|>#]|\(?\w{1,3}[.):]|```|~~~|\$|\\)|.*#\w+\s*$|.*[-–—]{4}|.*--\w+")
"""Lines that need no full stop: items, tables, quotations, headings, choices, hash tags, options, form lines."""

STOPS = re.compile(r"[.!?。！？…]")

DANGLING = (
    "the a an of to in on at by for with from and or but as is are was were be been that which who whose this these "
    "those their its his her your my our it they we you i he she not can could will would should may might must has "
    "have had do does such than then when where while if because into onto through between about over under more most "
    "de la el los las del y en un una que con por para le les des et une du dans pour der die das und ein eine zu mit "
    "von den dem"
)
"""Words that no sentence ends with."""

DANGLING_WORDS = frozenset(DANGLING.split())

FENCE = re.compile(r"(?m)^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(`{3,}|~{3,})[^`\n]*$")


def breaks_off(turns: pl.DataFrame, settings: Quality) -> pl.Series:
    """Whether an answer ends inside a fence or in mid-sentence."""
    answer = turns["role"] == "assistant"
    content = turns["content"]
    tail = content.str.tail(300).str.strip_chars_end()
    fences = content.str.count_matches("```", literal=True) + content.str.count_matches("~~~", literal=True)
    suspects = answer & (tail.str.tail(1).str.contains(r"[\p{L}\p{N},(\-]") | (fences % 2 == 1))
    at = suspects.arg_true()
    found = [
        _inside_fence(text) or _mid_sentence(end, settings.long_line)
        for text, end in zip(content[at], tail[at], strict=True)
    ]
    marks = pl.Series("breaks_off", [False] * turns.height, dtype=pl.Boolean)
    return marks.scatter(at, pl.Series(found, dtype=pl.Boolean))


def _inside_fence(text: str) -> bool:
    """Whether the last fence of a text is never closed: a closing one bears no language."""
    if "```" not in text and "~~~" not in text:
        return False
    mark = ""
    for fence in FENCE.finditer(text):
        run = fence.group(1)
        bare = fence.group(0).strip().strip(run[0]) == ""
        if not mark:
            mark = run
        elif bare and run[0] == mark[0] and len(run) >= len(mark):
            mark = ""
    return bool(mark)


def _mid_sentence(tail: str, long_line: int) -> bool:
    """Whether the last line is prose that stops without a stop."""
    line = tail.rsplit("\n", 1)[-1]
    if len(line) < long_line or NO_SENTENCE.match(line) or not (line[-1].isalnum() or line[-1] in ",(-"):
        return False
    last = line.rsplit(None, 1)[-1].lower()
    return line[-1] in ",(-" or last in DANGLING_WORDS or (last[0].islower() and bool(STOPS.search(line[:-1])))

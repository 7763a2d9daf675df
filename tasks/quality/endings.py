"""Detects truncated answers: those that end inside a code fence or in the middle of a sentence."""

from __future__ import annotations

import re

import polars as pl

from schemas.settings import Quality

ITEM = re.compile(r"\s*(?:[-*•+]|\(?(?:\d{1,3}|\w)[.):])\s")
"""A line that is an item of a list, or one of several choices."""

NO_SENTENCE = re.compile(
    r"\s*(?:[|>#]|```|~~~|\$|\\|\[[^\]]*\]$)|.*#\w+\s*$|.*[-–—_=*]{4}|.*--\w+|\s*\w+:\s|.*\shttps?://\S+$"
)
"""Lines that need no full stop: tables, quotations, headings, hash tags, options, `Key: value`, a web address last."""

BARE_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•+])\s*")
"""The marker of an item that never came."""

STOPS = re.compile(r"[.!?。！？…]")

STOPPED = r"[.!?。！？…:;)\]}\"'”’*|>~_$/=]"
"""A last character after which nothing need come."""

ENDED = re.compile(r"[.!?。！？…:;][)\"'”’*`\]]*$")
"""A line that ends as a sentence or a heading of a list does."""

DANGLING = (
    "the a an of to in on at by for with from and or but as is are was were be been that which who whose this these "
    "those their its his her your my our it they we you i he she not can could will would should may might must has "
    "have had do does such than then when where while if because into onto through between about over under more most "
    "de la el los las del y en un una que con por para le les des et une du dans pour der die das und ein eine zu mit "
    "von den dem"
)
"""Words that no sentence ends with."""

DANGLING_WORDS = frozenset(DANGLING.split())

CONTINUE = (
    r"(?i)^\W*(?:(?:ok(?:ay)?|yes|great|thanks?|please|pls|plz|can you|could you)[\s,.!]*)*"
    r"(?:continue|go on|go ahead|keep going|carry on|proceed|next|more\b|finish|complete|and\?|cont\b|resume"
    r"|(?:you|it|the \w+) (?:\w+ )?(?:stopped|cut|incomplete|unfinished|broke)"
    r"|weiter|contin[uú]a|sigue|continuez|prossegu)"
)
"""A user who asks for the rest of an answer."""

# Blanks are counted: two open-ended runs of them side by side take quadratic time on a line of blanks.
FENCED = re.compile(r"(?ms)^[ \t]*```.*?(?:^[ \t]*```[ \t]*$|\Z)")

FENCE = re.compile(r"(?m)^[ \t>]{0,80}(?:[-*+]|\d{1,3}[.)])?[ \t]{0,8}(`{3,}|~{3,})[^`\n]*$")


def truncated_answer(turns: pl.DataFrame, settings: Quality) -> pl.Series:
    """Whether an answer ends inside a fence or in mid-sentence, and the user does not ask for the rest."""
    content = turns["content"]
    end = content.str.strip_chars_end()
    stopped = end.str.tail(1).str.contains(STOPPED) | end.str.ends_with("```")
    fences = content.str.count_matches("```", literal=True) + content.str.count_matches("~~~", literal=True)
    at = ((turns["role"] == "assistant") & (~stopped | (fences % 2 == 1))).arg_true()
    following = content.gather(at + 1, null_on_oob=True).str.slice(0, 80).str.contains(CONTINUE)
    asked_on = following.fill_null(False) & ~turns["last"].gather(at)
    at = at.filter(~asked_on)
    found = [_inside_fence(text) or _mid_sentence(text, settings) for text in end.gather(at)]
    marks = pl.Series("truncated_answer", [False] * turns.height, dtype=pl.Boolean)
    return marks.scatter(at, pl.Series(found, dtype=pl.Boolean))


def _inside_fence(text: str) -> bool:
    """Whether the last fence of a text is never closed: a closing one bears no language."""
    mark = ""
    for fence in FENCE.finditer(text):
        run = fence.group(1)
        bare = fence.group(0).strip().strip(run[0]) == ""
        if not mark:
            mark = run
        elif bare and run[0] == mark[0] and len(run) >= len(mark):
            mark = ""
    return bool(mark)


def _mid_sentence(text: str, settings: Quality) -> bool:
    """Whether the last line ends without a stop though it needs one: by its own signs, or because lines like it do."""
    line = text.rsplit("\n", 1)[-1]
    if BARE_ITEM.fullmatch(line):
        return True
    if NO_SENTENCE.match(line) or not (line[-1:].isalnum() or line[-1:] in ",(-`") or " " not in line:
        return False
    if line.count("`") % 2 or line.count("**") % 2 or line.count("(") > line.count(")"):
        return True
    if line[-1] == "`":
        return False
    last = line.rsplit(None, 1)[-1]
    item, long, lower = ITEM.match(line) is not None, len(line) >= settings.long_line, last[0].islower()
    if long and (
        line[-1] in ",(-" or last.lower() in DANGLING_WORDS or (not item and lower and STOPS.search(line[:-1]))
    ):
        return True
    before = FENCED.sub("", text).split("\n")[:-1]
    like = [other for other in before if " " in other and (ITEM.match(other) is not None) == item]
    ended = sum(ENDED.search(other.rstrip()) is not None for other in like)
    habit = len(like) > (0 if long else 1) and ended >= settings.ended_share * len(like)
    return habit and (item or lower or line[-1] == ",") and (item or line.count(" ") > 1)

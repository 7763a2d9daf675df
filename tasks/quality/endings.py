"""Detects truncated answers: those that end inside a code fence, in code that breaks off or in mid-sentence."""

from __future__ import annotations

import polars as pl

from schemas.settings import Quality
from tasks.conversations.code_endings import breaks_off, may_be_open
from tasks.conversations.continuing import request_of
from tasks.conversations.endings import (
    BARE_ITEM,
    DANGLING_WORDS,
    ENDED,
    FENCED,
    ITEM,
    NO_SENTENCE,
    STOPPED,
    STOPS,
    has_odd_signs,
    last_code,
    left_open,
)

FENCE_LINE = r"[^\n]*(?:```|~~~)[^\n]*"
"""A line with a sign of a fence."""


def truncated_answer(turns: pl.DataFrame, settings: Quality) -> pl.Series:
    """Whether an answer ends inside a fence, in cut code or in mid-sentence, and the user does not ask for the rest."""
    content = turns["content"]
    answer = turns["role"] == "assistant"
    end = content.str.strip_chars_end()
    stopped = end.str.tail(1).str.contains(STOPPED) & ~end.str.ends_with("```")
    fenced = answer & stopped & (content.str.contains("```", literal=True) | content.str.contains("~~~", literal=True))
    fenced = fenced.arg_true()
    fences = sum(content.gather(fenced).str.count_matches(sign, literal=True) for sign in ("```", "~~~"))
    at = (answer & ~stopped).scatter(fenced, fences % 2 == 1).arg_true()
    at = at.filter(pl.Series(_truncated(end.gather(at), settings), dtype=pl.Boolean))
    following = content.gather(at + 1, null_on_oob=True).to_list()
    lasts = turns["last"].gather(at)
    # What becomes of an answer whose rest is asked for was decided as it was converted (`continuations`).
    free = [last or request_of(question) is None for question, last in zip(following, lasts, strict=True)]
    marks = pl.Series("truncated_answer", [False] * turns.height, dtype=pl.Boolean)
    return marks.scatter(at.filter(pl.Series(free, dtype=pl.Boolean)), True)


def _truncated(texts: pl.Series, settings: Quality) -> list[bool]:
    """Return whether each text, without white space at its end, breaks off."""
    fences = texts.str.extract_all(FENCE_LINE).list.join("\n").to_list()
    inside = {lines: left_open(lines.split("\n")) for lines in set(fences)}
    listed = texts.to_list()
    codes = [(last_code(text) or "") if text.endswith("```") else None for text in listed]
    may = may_be_open(pl.Series(codes, dtype=pl.String)).to_list()
    return [
        inside[lines] or (_mid_sentence(text, settings) if code is None else breaks_off(code, bool(open_)))
        for text, lines, code, open_ in zip(listed, fences, codes, may, strict=True)
    ]


def _mid_sentence(text: str, settings: Quality) -> bool:
    """Whether the last line ends without a stop though it needs one: by its own signs, or because lines like it do."""
    line = text.rsplit("\n", 1)[-1]
    if BARE_ITEM.fullmatch(line):
        return True
    if NO_SENTENCE.match(line) or not (line[-1:].isalnum() or line[-1:] in ",(-`") or " " not in line:
        return False
    if has_odd_signs(line):
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

"""Joins an answer that breaks off to the one that goes on with it: what they share, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.conversations.code_joining import join_code
from tasks.conversations.endings import DANGLING_WORDS, ITEM, ROW, Ending, has_stop
from tasks.conversations.halves import LONGEST_WORD, SPACELESS, between_halves
from tasks.conversations.introductions import without_introduction
from tasks.conversations.word_counts import WordCounts


@dataclass(frozen=True)
class Join:
    """How an answer goes on with another.

    Args:
        start: what shows that it does: overlap | reopened_fence | lower_case | punctuation | list | same_script.
        cut_before: characters left out at the end of the first (repeated, or a fence that the page closed).
        cut: characters left out at the beginning of the second (an introduction, a fence, an ellipsis).
        joint: what stands between them; None = that cannot be told, so they are not joined.
    """

    start: str
    cut_before: int
    cut: int
    joint: str | None


ELLIPSIS = re.compile(r"\s*(?:\.{2,4}|…)[ \t]*(?=\w)")
NUMBERED_ON = re.compile(
    r"\s*(?:\d{1,3}[.)]\s*)?\((?:continued|cont\.?|cont'd|fortsetzung|suite|续|續)\)[:.]?\s*", re.IGNORECASE
)
LEAD = re.compile(r"(?:[|>*•\-–]|\d{1,3}[.)]|[\"'“])+[ \t]+|[\"'“]")
"""Signs before a line's words."""
NUMBER = re.compile(r"[ \t]*\d")
SHARED = 600
"""Characters of the end of an answer that the next may repeat."""
LEAST_SHARED, LEAST_SPACELESS = 12, 6
"""Characters of words in mid-sentence that both must have for it to be no accident; of scripts without blanks half."""
CONTRACTED = re.compile(r"['’](?:t|s|re|ve|ll|d|m)\b")
TABLE_HEAD = re.compile(r"\s*(\|[^\n]*\|[ \t]*\n[ \t]*\|[ \t:|-]+\|)[ \t]*\n(?=[ \t]*\|)")
"""The head of a table and its rule, with a row behind them."""
UNGLUED = frozenset("&|+*–—")
SENTENCE_END = re.compile(r"[.!?。！？…।؟۔][)\"'”’*_`\]]*\Z")
LIST_BEGINS = re.compile(r"\s*(?:[-*•+]|\(?1[.):]|```)")
LINE_OR_WORD = re.compile(r"(?:^|\n)[ \t]*|(?<=[ \n\"“(，。、；：！？「（])(?=\S)")


def find_join(first: str, second: str, ending: Ending | None, words: WordCounts) -> Join | None:
    """Return how the second text goes on with the first; None where that cannot be told.

    Args:
        first: an answer, without white space at its end.
        second: the answer to the request to go on.
        ending: what shows that the first breaks off.
        words: of the conversation.
    """
    skipped, says = without_introduction(second)
    rest = second[skipped:]
    skipped += len(rest) - len(rest.lstrip("\n"))
    rest = rest.lstrip("\n")
    if not rest.strip():
        return None
    if first.endswith("~~~"):
        return None
    if first.endswith("```") or ending is Ending.OPEN_FENCE:
        found = join_code(first, rest, words, breaks=ending is not None, introduced=skipped > 0, says=says)
        return Join(found[0], found[1], skipped + found[2], found[3]) if found else None
    overlap = _table_goes_on(first, rest) or _overlap(first, rest)
    if overlap:
        return replace(overlap, cut=overlap.cut + skipped)
    return None if skipped and rest[:1].isupper() else _goes_on(first, rest, skipped, ending, words)


def _table_goes_on(first: str, rest: str) -> Join | None:
    """Return the join of a text that repeats the head of the table that the first ends in, and its half row if any."""
    head, last = TABLE_HEAD.match(rest), first.rsplit("\n", 1)[-1]
    if head is None or not last.startswith("|") or head[1] not in first:
        return None
    if rest.startswith(last, head.end()):
        return Join("overlap", len(last), head.end(), "")
    return Join("overlap", 0, head.end(), "\n") if ROW.match(last) and last.strip("| \t") else None


def _overlap(first: str, rest: str) -> Join | None:
    """Return the join of texts the second of which repeats the end of the first: a half line, a half sentence."""
    tail = first[-SHARED:]
    lead = LEAD.match(rest)
    indent = len(rest) - len(rest.lstrip(" \t"))
    for skipped in (0, lead.end()) if lead else (0, indent) if indent else (0,):
        head = rest[skipped:]
        repeated = list(_repeated(tail, head))
        for at in filter(_starts(tail).__contains__, repeated) if repeated else ():
            shared = tail[at:]
            before = tail[tail.rfind("\n", 0, at) + 1 : at]
            whole_line = at == 0 or not before or LEAD.fullmatch(before)
            after = head[len(shared) : len(shared) + 1]
            other = NUMBER.match(before) and NUMBER.match(rest[:skipped]) and before.strip() != rest[:skipped].strip()
            if other and after in ("", "\n"):
                continue  # the next item of a list, in the same words
            least = LEAST_SPACELESS if SPACELESS.match(shared[-1]) else LEAST_SHARED
            if len(shared) < (2 if whole_line else least):
                continue
            if has_stop(shared) and not whole_line:
                continue
            words = 6 if whole_line else least
            if shared[-1].isalnum() and len(shared) < words and after.isalnum():
                continue
            return Join("overlap", len(shared), skipped, "")
    return None


def _repeated(tail: str, head: str) -> Iterator[int]:
    """Yield the places in a text's end from which on another text begins with the same, the earliest first."""
    at = tail.find(head[:2])
    while at >= 0:
        if head.startswith(tail[at:]):
            yield at
        at = tail.find(head[:2], at + 1)


def _starts(tail: str) -> set[int]:
    """Return the places in a text's end where a line, its words, or a word begins."""
    places = {0} if len(tail) < SHARED else set()
    for found in LINE_OR_WORD.finditer(tail):
        places.add(found.end())
        lead = LEAD.match(tail, found.end())
        if lead:
            places.add(lead.end())
    return places


def _goes_on(first: str, rest: str, skipped: int, ending: Ending | None, words: WordCounts) -> Join | None:
    """Return the join of a text that goes on in mid-sentence, or with the list or words that the first announced."""
    dots = ELLIPSIS.match(rest) or NUMBERED_ON.match(rest)
    cut = dots.end() if dots else len(rest) - len(rest.lstrip())
    head = rest[cut:]
    if ITEM.match(head) or head.startswith(("```", "#", "|")):
        listed = ending is Ending.HEADING or (ending is Ending.ANNOUNCED and not ITEM.match(first.rsplit("\n", 1)[-1]))
        begins = LIST_BEGINS.match(head) is not None
        return Join("list", 0, skipped + cut, "\n\n") if listed and begins else None
    if CONTRACTED.match(head) and first[-1].isalpha():
        return Join("punctuation", 0, skipped + cut, "")
    if head[:1] == "}":
        return _closing(first, head, skipped + cut, ending)
    if head[:1] in ",;:)]%”’" or (head[:1] in ".!?" and not has_stop(first)):
        return Join("punctuation", 0, skipped + cut, "") if not _ends_sentence(first) else None
    if ending is Ending.MARKER and head[:1].isalpha() and not skipped:
        return Join("list", 0, cut, " ")
    if _ends_sentence(first) or ending in (Ending.HEADING, Ending.ANNOUNCED, Ending.ROW):
        return None
    if head[:1] in UNGLUED:
        return Join("punctuation", 0, skipped + cut, " ")
    opened = first.rsplit("\n", 1)[-1].count("`") % 2 == 1
    if opened and head[:1] in "().[]_=:":
        return Join("punctuation", 0, skipped + cut, "")
    again = head.startswith(first.rsplit("\n", 1)[-1])
    if head[:1] in '`"' and not again and (opened or first.rsplit("\n", 1)[-1].count('"') % 2):
        return Join("punctuation", 0, skipped + cut, "")
    quoted = head.lstrip("`*_(\"“'")
    uncased = quoted[:1].isalpha() and quoted[:1].lower() == quoted[:1].upper()
    if uncased and ending is not Ending.SENTENCE:
        return None
    if not (quoted[:1].islower() or uncased) or (head[:1] in "`*_" and not _dangles(first)):
        return None
    # A blank before it: a word of its own.
    apart = rest.startswith(" ") and first[-1].isalnum() and head[0].isalnum()
    joint = " " if apart else between_halves(first, head, words)
    return _word_again(first, head, skipped + cut) or Join(
        "same_script" if uncased else "lower_case", 0, skipped + cut, joint
    )


def _word_again(first: str, head: str, cut: int) -> Join | None:
    """Return the join of a text that begins with the word that no sentence ends with and the first does."""
    last = first.rsplit(None, 1)[-1]
    again = last.lower() in DANGLING_WORDS and head.lower().startswith(f"{last.lower()} ")
    return Join("overlap", len(last), cut, "") if again else None


def _closing(first: str, head: str, cut: int, ending: Ending | None) -> Join | None:
    """Return the join of a text that begins with a closing brace: of the formula that breaks off, or of bare code."""
    last = first.rsplit("\n", 1)[-1]
    if ending is Ending.SENTENCE and last.count("{") > last.count("}"):
        return Join("punctuation", 0, cut, "")
    alone = head.split("\n", 1)[0].strip(" \t;,)}") == ""
    return Join("punctuation", 0, cut, "\n") if alone and last.rstrip()[-1:] in "{};" else None


def _ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop or the like."""
    return SENTENCE_END.search(text[-LONGEST_WORD:]) is not None


def _dangles(text: str) -> bool:
    """Whether a text ends with a word or sign that no sentence ends with."""
    return text[-1:] in ",(" or text.rsplit(None, 1)[-1].lower() in DANGLING_WORDS

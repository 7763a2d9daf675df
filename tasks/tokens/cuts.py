"""Chooses where an over-long round is cut: between characters, at the end of a line or sentence where one is near."""

from __future__ import annotations

import re

from schemas.settings import Tokens
from tasks.tokens.rounds import Range, Rounds

SENTENCE_END = re.compile(rb"(?:[.!?][\"')\]*_`]{0,3}|\xe3\x80\x82|\xef\xbc[\x81\x9f])$")


class Cutter:
    """Cuts rounds of one batch.

    Args:
        rounds: the batch's ids and the bytes that they spell.
        tokens: shares of the context that cuts, overlaps and questions may take.
    """

    def __init__(self, rounds: Rounds, tokens: Tokens) -> None:
        self._rounds, self._tokens = rounds, tokens
        self._back = int(tokens.cut_share * tokens.context)
        self._overlap = int(tokens.overlap_share * tokens.context)

    def cut(self, at: int, end: int, free: int) -> int:
        """Return where a slice that begins at `at` ends: at most `free` tokens later, at `end` if it fits."""
        if end - at <= free:
            return end
        limit = at + free
        lowest = max(at + free // 2, limit - self._back, at + 1)
        spelled = self._spelled(lowest - 1, min(limit + 1, end))
        last = len(spelled) - 2  # the token before the limit; the one after it tells whether a character goes on
        whole = [i for i in range(last, -1, -1) if not _goes_on(spelled[i + 1])]
        for ending in (rb"\n$", None):
            for i in whole:
                before = spelled[i]
                if (
                    re.search(ending, before)
                    if ending
                    else SENTENCE_END.search(before) and spelled[i + 1][:1].isspace()
                ):
                    return lowest + i
        return lowest + whole[0] if whole else limit

    def repeat(self, r: int, whole: list[Range], at: int, room: int) -> tuple[list[Range], int]:
        """Return what a continuation at `at` shows before its own tokens: the question and how many answer tokens."""
        share = min(int(room * self._tokens.question_share), room - self._tokens.min_answer)
        asked = sum(end - start for start, end in whole)
        shown = whole if asked <= share else self.trim(r, whole, share)
        used = sum(end - start for start, end in shown)
        label = self._rounds.first.of(r)[1]
        back = max(0, min(self._overlap, at - label, room - used - self._tokens.min_answer))
        spelled = self._spelled(at - back, at)
        skip = next((i for i, text in enumerate(spelled) if not _goes_on(text)), back)
        return shown, back - skip

    def trim(self, r: int, whole: list[Range], most: int) -> list[Range]:
        """Take the middle out of a round's question so that at most about `most` tokens of the prompt are left.

        What the template writes before and after the question always stays.
        """
        (start, label) = whole[0]
        low, high = self._rounds.question_tokens(r)
        kept = most - (low - start) - (label - high)
        if kept <= 0:
            return [(start, low), (high, label)]
        if kept >= high - low:
            return whole
        left, right = low + (kept + 1) // 2, high - kept // 2
        while left > low and _goes_on(self._spelled(left, left + 1)[0]):
            left -= 1
        while right < high and _goes_on(self._spelled(right, right + 1)[0]):
            right += 1
        return [(start, left), (right, label)]

    def _spelled(self, start: int, end: int) -> list[bytes]:
        """Spell tokens one by one."""
        return self._rounds.spelling.each(start, end)


def _goes_on(text: bytes) -> bool:
    """Whether a token begins within a character."""
    return bool(text) and 0x80 <= text[0] < 0xC0

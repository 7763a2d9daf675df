"""Turns the ids of an answer into text as they come, and finds where the answer ends."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence

from tasks.serving.engines import STOPPED
from tasks.serving.prompt import PromptWriter
from tasks.tokens.token_bytes import SPECIAL


class AnswerText:
    """The text of one answer.

    Args:
        writer: of the prompt.
        stops: ids that end the answer.
        strings: texts that end it too, as the request names them.
    """

    def __init__(self, writer: PromptWriter, stops: Iterable[int], strings: Sequence[str] = ()) -> None:
        layout, self._bytes = writer.encoder.layout, writer.encoder.tokenizer.token_bytes
        self._stops, self._strings, self._post = frozenset(stops), tuple(strings), layout.post
        self._lead = self._bytes.normal(layout.lead)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        # What may yet turn out to be the beginning of a stop string, or to stand before the stop, is not shown at once.
        self._held = max([len(self._post), *(len(word) - 1 for word in strings)])
        self._text, self._shown = "", 0
        self._begin = b""
        self.count = 0
        self.ended = False

    def feed(self, ids: Iterable[int]) -> str:
        """Take in ids and return the text that they add; nothing after the end."""
        for number in ids:
            if self.ended:
                break
            self.count += number != STOPPED
            if number in self._stops or number == STOPPED:
                self.ended = True
            else:
                self._text += self._spelled(number)
                self._cut_at_string()
        return self._show(len(self._text) if self.ended else max(self._shown, len(self._text) - self._held))

    def finish(self) -> str:
        """Return what was held back, once no more ids come."""
        self._text += self._decoder.decode(b"" if self.ended else self._begin, final=True)
        return self._show(len(self._text))

    def _spelled(self, number: int) -> str:
        """Return the text of one id; the space that the template puts before an answer is no part of it."""
        data = self._bytes.table[number].as_py() if 0 <= number < len(self._bytes.table) else b""
        if data.startswith(SPECIAL):
            return ""
        if self._lead:
            self._begin += data
            if len(self._begin) < len(self._lead) and self._lead.startswith(self._begin):
                return ""
            data, self._begin, self._lead = self._begin.removeprefix(self._lead), b"", b""
        return self._decoder.decode(data)

    def _cut_at_string(self) -> None:
        places = [place for word in self._strings if (place := self._text.find(word, self._shown)) >= 0]
        if places:
            self._text, self.ended, self._post = self._text[: min(places)], True, ""

    def _show(self, end: int) -> str:
        if self.ended and self._post:
            self._text = self._text.removesuffix(self._post)
        end = min(end, len(self._text))
        text, self._shown = self._text[self._shown : end], max(end, self._shown)
        return text

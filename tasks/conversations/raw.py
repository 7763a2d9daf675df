"""A batch of raw turns as columns, and which of them conversion has to read: most turns never become Python strings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.conversations.boilerplate import MAY_END_IN_PAGE_TEXT, TAIL
from tasks.conversations.human import MAY_CHANGE
from tasks.conversations.page_answers import MENTIONS_HTML, surely_page
from tasks.conversations.pairs import BLANK, NULLS
from tasks.conversations.ragged import offsets_of, owners_of, sums_of
from tasks.conversations.roles import Role, canonical_role
from tasks.markdown.opening import BEFORE

NOTHING = rf"^[{BLANK}]*(?:{'|'.join(sorted(NULLS))})?[{BLANK}]*$"
"""A text of blanks, or of one of NULLS; for Polars, whose `$` is the end."""
SPEAKERS = (Role.SYSTEM, Role.USER, Role.ASSISTANT)


@dataclass(frozen=True)
class RawTurns:
    """The raw turns of n conversations, flat.

    Args:
        ends: n + 1 positions; conversation i owns the turns `ends[i]:ends[i + 1]`.
        turn: raw index of each turn.
        word: number of each turn's raw word in `meant`.
        meant: what each word stands for; None = unknown.
        role: system, user or assistant; another word as people may see it.
        user: which are a person's.
        answer: which are an assistant's.
        content: the texts.
    """

    ends: NDArray[np.int64]
    turn: pa.Int32Array
    word: NDArray[np.int32]
    meant: list[Role | None]
    role: pa.StringArray
    user: NDArray[np.bool_]
    answer: NDArray[np.bool_]
    content: pa.StringArray

    @property
    def row(self) -> NDArray[np.int64]:
        """Which conversation each turn belongs to."""
        return owners_of(self.ends)

    def meanings(self, start: int, end: int) -> list[Role | None]:
        """Return what the words of some turns stand for."""
        return [self.meant[word] for word in self.word[start:end].tolist()]

    def has(self, turns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return for each conversation whether it has such a turn."""
        found: NDArray[np.bool_] = sums_of(turns, self.ends) > 0
        return found

    def tagged(self) -> NDArray[np.bool_]:
        """Return which turns may be markup: they begin as a tag does."""
        texts = pl.Series("content", self.content, dtype=pl.String)
        return _mask(texts.str.contains(f"^[{BEFORE}]*<"))

    def to_read(self, tagged: NDArray[np.bool_], fastchat: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which turns may change, or show what the server did to a conversation.

        Those are the turns of conversations with an answer that may be a page: all answers, and the questions that hold
        markup, a character reference, page text at their ends, or a mention of HTML. Of Markdown
        it is what may end in page text, and what went through FastChat: its answers, and questions with a backslash.

        Args:
            tagged: turns that may be markup.
            fastchat: conversations that went through FastChat.
        """
        texts = pl.Series("content", self.content, dtype=pl.String)
        paged, changed = self.has(self.answer & tagged)[self.row], fastchat[self.row]
        loud = paged & self.user
        loud[loud] = _mask(texts.filter(pl.Series(loud)).str.contains(MAY_CHANGE))
        typed = changed & self.user
        typed[typed] = _mask(texts.filter(pl.Series(typed)).str.contains("\\", literal=True))
        for mine, role in ((self.user, "user"), (self.answer, "assistant")):
            ends = mine & ~paged
            tails = texts.filter(pl.Series(ends)).str.slice(-TAIL)
            ends[ends] = _mask(tails.str.contains(MAY_END_IN_PAGE_TEXT[role]))
            loud |= ends
        return loud | typed | ((paged | changed) & self.answer)

    def surely_pages(self, read: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which conversations have answers that are all the page's markup, and nothing that makes one doubt.

        Args:
            read: what `to_read` returned: no other turn mentions HTML, or is an answer beside a page's.
        """
        texts = pl.Series("content", self.content, dtype=pl.String)
        answers, questions = self.answer & read, self.user & read
        doubt = np.zeros(len(read), np.bool_)
        doubt[answers] = ~_mask(surely_page(texts.filter(pl.Series(answers))))
        doubt[questions] = _mask(texts.filter(pl.Series(questions)).str.contains(MENTIONS_HTML))
        return ~self.has(doubt)

    def well_formed(self, content: pa.StringArray) -> NDArray[np.bool_]:
        """Return which conversations are user, assistant, user, assistant …, with words in each turn, none of NULLS.

        Args:
            content: the turns' texts as converted.
        """
        null = _mask(pl.Series("content", content, dtype=pl.String).str.contains(NOTHING))
        odd = (np.arange(len(self.user)) - self.ends[:-1][self.row]) % 2 == 1
        wrong = ~np.where(odd, self.answer, self.user) | null
        lengths = np.diff(self.ends)
        formed: NDArray[np.bool_] = (lengths > 0) & (lengths % 2 == 0) & ~self.has(wrong)
        return formed


def raw_turns(turns: pa.ListArray, roles: Mapping[str, str], shown: Callable[[list[str]], list[str]]) -> RawTurns:
    """Read a column of RAW_TURN lists (no null lists).

    Args:
        turns: the column.
        roles: words for roles beside those that are known (`input.roles`).
        shown: writes unknown words as people may see them.
    """
    flat = turns.flatten()
    ends = offsets_of(turns.value_lengths())
    words = flat.field("role").dictionary_encode()
    known = words.dictionary.to_pylist()
    meant = [canonical_role(word, roles) for word in known]
    named = [role.value if role in SPEAKERS else None for role in meant]
    others = iter(shown([word for word, name in zip(known, named, strict=True) if name is None]))
    role = pa.array([name or next(others) for name in named], pa.string()).take(words.indices)
    word = words.indices.to_numpy(zero_copy_only=False)
    user, answer = (pc.equal(role, name).to_numpy(zero_copy_only=False) for name in ("user", "assistant"))
    return RawTurns(ends, flat.field("turn"), word, meant, role, user, answer, flat.field("content"))


def _mask(series: pl.Series) -> NDArray[np.bool_]:
    """Return a column of truths as numpy's."""
    mask: NDArray[np.bool_] = series.to_numpy()
    return mask

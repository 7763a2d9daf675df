"""The encoded rounds of a batch: flat ids, and where each round, its label and its question lie."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tasks.conversations.turns import TurnBatch
from tasks.tokens.chat_encoder import ChatEncoder, Opening
from tasks.tokens.token_bytes import Ids, Positions, Spelling

Range = tuple[int, int]


@dataclass(frozen=True)
class RoundSpans:
    """Where each round lies in the flat ids: `[start, end)`, its stop the last of them, its label from `label` on."""

    start: Positions
    label: Positions
    end: Positions

    def of(self, r: int) -> tuple[int, int, int]:
        """Return start, label and end of one round."""
        return int(self.start[r]), int(self.label[r]), int(self.end[r])


@dataclass(frozen=True)
class Rounds:
    """The rounds of a batch, flat.

    Args:
        row_ids: one per conversation.
        batch: the conversations.
        encoder: what they were encoded with.
        texts: the batch's contents as the template writes them.
        labelled_texts: what the labelled tokens of each round are to spell, its stop apart.
        ids: token ids of all rounds.
        spelling: what they spell.
        offsets: n + 1 positions; conversation i owns the rounds `offsets[i]:offsets[i + 1]`.
        question: position of each round's question in the batch; its answer is the next.
        later: where a round lies as it stands after another: each begins where the one before ends.
        first: where it lies as it stands at a window's start, behind the conversation's opening.
        openings: what each conversation's windows begin with.
        systems: position of each conversation's system message in the batch, where it has one.
        labelled: whether each round's answer is trained on; if not, it is context.
        stops: whether the stop behind it is trained on, where the answer is.
    """

    row_ids: pa.ChunkedArray
    batch: TurnBatch
    encoder: ChatEncoder
    texts: pa.StringArray
    labelled_texts: pa.StringArray
    ids: Ids
    spelling: Spelling
    offsets: list[int]
    question: Positions
    later: RoundSpans
    first: RoundSpans
    openings: list[Opening]
    systems: list[int | None]
    labelled: NDArray[np.bool_]
    stops: NDArray[np.bool_]

    def question_bytes(self, r: int) -> Range:
        """Return how many bytes a round spells at a window's start before its question, and with it."""
        before = self.encoder.bytes_before_question(self.openings[bisect_right(self.offsets, r) - 1])
        return before, before + len(self.encoder.tokenizer.normal(self.texts[int(self.question[r])].as_py()))

    def question_tokens(self, r: int) -> Range:
        """Return the tokens of a round, as it stands at a window's start, that hold the question.

        The first may begin with white space of the template; none holds what stands after the question.
        """
        start, label, _ = self.first.of(r)
        before, after = self.question_bytes(r)
        ends = self.spelling.ends[start : label + 1] - self.spelling.ends[start]
        low = int(np.searchsorted(ends[1:], before, side="right"))
        high = int(np.searchsorted(ends, after, side="right")) - 1
        return start + low, start + max(low, high)

    def shows_system(self, conversation: int) -> bool:
        """Whether a conversation's windows show a system turn of its own."""
        return self.systems[conversation] is not None and self.encoder.layout.system_head is not None

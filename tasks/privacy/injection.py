"""Counts text that imitates a chat template: special tokens written out, and headers of turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tasks.conversations.ragged import sums_of

# What LLaMA's, ChatML's, GPT's and Gemma's vocabularies hold as one token when they are not told otherwise.
TOKENS = r"</?s>|<unk>|<pad>|<bos>|<eos>|<\|[a-z_]{2,32}\|>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>"

# Headers of Vicuna, Alpaca, Zephyr and their like, where a header can stand.
HEADERS = r"(?m)(?:^|[ >])(?:USER|ASSISTANT|SYSTEM): ?|^### (?:Human|Assistant|Instruction|Response|System|User):"


@dataclass(frozen=True)
class Imitations:
    """What the texts of each conversation imitate; nothing is changed, since both are encoded as plain text.

    Args:
        special_tokens: how many special tokens are written out, per conversation.
        template_headers: how many headers of a template, per conversation.
    """

    special_tokens: list[int]
    template_headers: list[int]


def imitations(offsets: Sequence[int] | np.ndarray, content: list[str] | pl.Series) -> Imitations:
    """Count per conversation what could be taken for the template's own.

    Args:
        offsets: n + 1 positions; conversation i owns the texts `offsets[i]:offsets[i + 1]`.
        content: the texts.
    """
    column = pl.Series(content, dtype=pl.String)
    return Imitations(*(_sums(column.str.count_matches(pattern), offsets) for pattern in (TOKENS, HEADERS)))


def _sums(counts: pl.Series, offsets: Sequence[int] | np.ndarray) -> list[int]:
    sums: list[int] = sums_of(counts.to_numpy(), offsets).tolist()
    return sums

"""Makes conversations with page text, cut-off answers and FastChat's backslashes, cut into pieces and shuffled."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

from benchmarks.blocks import markdown
from benchmarks.conversations import Made, Maker
from benchmarks.published import cut_off, planted
from benchmarks.published.rows import Row

CONVERSATIONS = 10_000
SEED = 19
LIMIT = 2_048
"""Tokens of a piece, at four characters each."""
MISSING = 0.05
"""Share of pieces that the file lacks."""
CUT_OFF, PAGE_TEXT, ESCAPED = 0.1, 0.2, 0.1
"""Shares of conversations that hold an answer cut off, page text, and FastChat's backslashes."""
OTHERS = 100
"""Rows whose ids end in numbers that count them, not their turns."""

Pair = tuple[str, str]


def write(path: Path) -> tuple[list[str], set[Pair]]:
    """Write the file; return the ids of its rows, and which piece goes on with which."""
    chance, maker = random.Random(SEED), Maker(SEED, CONVERSATIONS, frozenset())
    rows: list[Row] = []
    joins: set[Pair] = set()
    for number in range(CONVERSATIONS):
        pieces = split_long(f"talk{number:05d}", _turns(chance, maker.make(number)))
        present = [chance.random() >= MISSING for _ in pieces]
        rows += [piece for piece, there in zip(pieces, present, strict=True) if there]
        joins |= {
            (one["id"], other["id"])
            for (one, first), (other, second) in pairwise(zip(pieces, present, strict=True))
            if first and second
        }
    rows += [{**planted.conversation(chance, 0)[0], "id": f"export_{number}"} for number in range(OTHERS)]
    chance.shuffle(rows)
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    return [row["id"] for row in rows], joins


def split_long(name: str, turns: list[Row]) -> list[Row]:
    """Cut a conversation as FastChat's `split_long_conversation` does: the last pair is lost where it overflows."""
    lengths = [len(turn["value"]) // 4 + 6 for turn in turns]
    pieces: list[Row] = []
    start = size = 0
    for at in range(0, len(turns), 2):
        pair = lengths[at] + lengths[at + 1]
        if size + pair > LIMIT and at > start:
            pieces.append({"id": f"{name}_{start}", "conversations": turns[start:at]})
            start, size = at, 0
        elif at == len(turns) - 2:
            pieces.append({"id": f"{name}_{start}", "conversations": turns[start:]})
        size += pair
    return pieces


def _turns(chance: random.Random, made: Made) -> list[Row]:
    """Return a generated conversation as a cleaned dump holds it, with what is planted behind it."""
    said = [text if isinstance(text, str) else markdown(text) for text in made.said]
    turns = [{"from": ("human", "gpt")[at % 2], "value": text} for at, text in enumerate(said[: len(said) // 2 * 2])]
    for share, make in ((CUT_OFF, cut_off.conversation), (PAGE_TEXT, planted.conversation)):
        if chance.random() < share:
            turns += make(chance, 0)[0]["conversations"]
    if turns and chance.random() < ESCAPED:
        turns[0] = {**turns[0], "value": f"The file is my\\_notes\\_1.txt. {turns[0]['value']}"}
    return turns

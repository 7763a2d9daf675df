"""Row number to conversation: how long, in which language and encoding, copied from which, spoiled how."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.blocks import Block, html, markdown
from benchmarks.fragments import Pool, foreign_answer, foreign_question
from benchmarks.page import question
from benchmarks.prose import members
from benchmarks.tongues import TONGUES

ENCODINGS = (("E1", "none"), ("E2", "none"), ("E1", "gpt-default"), ("E3", "S1"), ("", "markdown"))
ENCODING_SHARES = (10, 30, 15, 37, 8)
KINDS = ("whole", "exact", "near", "continuation", "branch")
KIND_SHARES = (915, 30, 30, 15, 10)
BROKEN = {
    "broken_json": '{"id": "bad", "conversations": [{"from": "human", "value": }]}',
    "not_a_conversation": '{"id": "flat", "text": "a row without turns"}',
    "bad_turn": '{"id": "half", "conversations": [{"from": "human", "value": "Hi"}, {"value": "no role"}]}',
    "no_turns": '{"id": "void", "conversations": []}',
}
"""Rows that are no conversation, each by the reason it is expected to get."""

Said = str | list[Block]


@dataclass(frozen=True)
class Made:
    """A conversation: what was said, the turns as the file holds them, and the truth about it."""

    id: str
    kind: str
    language: str
    era: str
    sanitizer: str
    said: list[Said]
    turns: list[dict[str, str]]
    key: str = "conversations"
    model: str = ""
    planted: list[dict[str, Any]] = field(default_factory=list)
    of: int | None = None
    edits: int = 0


class Maker:
    """Makes row `n` of a file from the seed and `n` alone, so that a copy can look up its original.

    Args:
        seed: of the whole file.
        conversations: its size; small files draw on fewer packages, so that they start at once.
    """

    def __init__(self, seed: int, conversations: int) -> None:
        self.seed = seed
        self.pool = Pool(members(min(100_000, 1_500 + 2 * conversations)))

    def rng(self, number: int, purpose: str) -> random.Random:
        """Return the generator of random numbers for one purpose of one row."""
        return random.Random(f"{self.seed}/{number}/{purpose}")

    def kind(self, number: int) -> str:
        """Say whether the row is whole or a copy of an earlier one."""
        return self.rng(number, "kind").choices(KINDS, KIND_SHARES)[0] if number >= 40 else "whole"

    def original(self, number: int) -> int:
        """Return the earlier whole row that row `number` copies."""
        rng = self.rng(number, "original")
        while True:
            earlier = rng.randrange(number)
            if self.kind(earlier) == "whole":
                return earlier

    def make(self, number: int) -> Made:
        """Return row `number`."""
        kind, of = self.kind(number), None
        if kind != "whole":
            of = self.original(number)
        source = number if of is None else of
        era, sanitizer, language = self.setting(source)
        said, edits = self.said(source, language), 0
        rng = self.rng(number, "change")
        if kind == "continuation":
            said = said + self.rounds(rng, language, rng.randint(1, 3))
        elif kind == "branch":
            said = [*said[:-1], *self.rounds(rng, language, 1)[1:]]
        elif kind == "near":
            said, edits = edited(rng, said)
        made = Made(f"g{number:06d}", kind, language, era, sanitizer, said, [], of=of, edits=edits)
        made = replace(made, **self.shape(source))
        return spoil(rng, replace(made, turns=turns(made))) if kind == "whole" else replace(made, turns=turns(made))

    def setting(self, number: int) -> tuple[str, str, str]:
        """Return era, sanitiser and language of a whole row."""
        rng = self.rng(number, "setting")
        era, sanitizer = rng.choices(ENCODINGS, ENCODING_SHARES)[0]
        return era, sanitizer, rng.choice(sorted(TONGUES)) if rng.random() < 0.15 else "en"

    def shape(self, number: int) -> dict[str, str]:
        """Return the row's key for turns and its model: a few rows differ."""
        draw = self.rng(number, "shape").random()
        if draw < 0.03:
            return {"key": "items" if draw < 0.02 else "messages", "model": "gpt-4" if draw < 0.01 else ""}
        return {}

    def said(self, number: int, language: str) -> list[Said]:
        """Return what was said in a whole row: rounds with a long tail, 3.5 on average."""
        rng = self.rng(number, "said")
        count = min(80, 1 + int(rng.lognormvariate(0.5, 1.15)))
        return self.rounds(rng, language, count if language == "en" else min(count, 8))

    def rounds(self, rng: random.Random, language: str, count: int) -> list[Said]:
        """Return questions and answers in turn."""
        at = rng.randrange(len(self.pool.members))
        out: list[Said] = []
        for _ in range(count):
            if language == "en":
                out += [self.pool.question(rng, at), self.pool.answer(rng, at)]
            else:
                out += [foreign_question(rng, language), foreign_answer(rng, self.pool, language, at)]
        return out


def turns(made: Made) -> list[dict[str, str]]:
    """Return the turns as the file holds them."""
    out = []
    for i, said in enumerate(made.said):
        if isinstance(said, str):
            value = said if made.sanitizer == "markdown" else question(said, made.sanitizer)
        else:
            value = markdown(said) if made.sanitizer == "markdown" else html(said, made.era, made.sanitizer)
        out.append({"from": "gpt" if i % 2 else "human", "value": value})
    return out


def edited(rng: random.Random, said: list[Said]) -> tuple[list[Said], int]:
    """Change about one word in a hundred, at least one, so that the copy stays above a Jaccard of 0.8."""
    out, edits = list(said), 0
    for i, turn in enumerate(said):
        if isinstance(turn, str):
            continue
        blocks = list(turn)
        for k, block in enumerate(blocks):
            words = block.texts[0].split(" ")
            if block.kind == "p" and len(words) > 12 and (not edits or rng.random() < 0.3):
                words[rng.randrange(3, len(words) - 3)] = rng.choice(("indeed", "really", "surely", "perhaps"))
                blocks[k] = Block("p", (" ".join(words),))
                edits += 1
        out[i] = blocks
    if not edits:
        out[0] = f"{out[0]} Thanks"
        edits = 1
    return out, edits


def spoil(rng: random.Random, made: Made) -> Made:
    """Plant a fault in one row of thirty: page text, lost answers, error replies, refusals, repetition."""
    if rng.random() > 1 / 30:
        return made
    turns, last = [dict(t) for t in made.turns], len(made.turns) - 1
    fault = rng.choice(("counter", "unanswered", "trailing_user", "leading_assistant", "empty_answer", "error_reply"))
    where = last
    if fault == "counter" and made.sanitizer == "none":
        where = 0
        value = turns[0]["value"]
        turns[0]["value"] = f"{value}2 / 2" if made.era == "E1" else f"2 / 2{value}"
    elif fault == "unanswered" and last > 1:
        where = 0
        del turns[1]
    elif fault == "trailing_user":
        del turns[last]
        where = last - 1
    elif fault == "leading_assistant" and last > 1:
        where = 0
        del turns[0]
    elif fault == "empty_answer" and made.sanitizer != "markdown":
        turns[last]["value"] = html([Block("p", ("\u200b",))], made.era, made.sanitizer)
    elif fault == "error_reply" and made.sanitizer != "markdown":
        text = "!Too many requests in 1 hour. Try again later."
        turns[last]["value"] = html([Block("p", (text,))], made.era, made.sanitizer)
    else:
        return made
    return replace(made, turns=turns, planted=[{"turn": where, "reason": fault}])

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

REPLIES = {"empty_answer": "\u200b", "error_reply": "!Too many requests in 1 hour. Try again later."}
FAULTS = ("counter", "unanswered", "trailing_user", "leading_assistant", *REPLIES)
FAULT_SHARE = 1 / 30

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
        broken: rows that hold no conversation, so no copy may name them.
    """

    def __init__(self, seed: int, conversations: int, broken: frozenset[int] = frozenset()) -> None:
        self.seed, self.broken = seed, broken
        self.pool = Pool(members(2_000 * (1 + conversations // 1_000)))

    def rng(self, number: int, purpose: str) -> random.Random:
        """Return the generator of random numbers for one purpose of one row."""
        return random.Random(f"{self.seed}/{number}/{purpose}")

    def kind(self, number: int) -> str:
        """Whether the row is whole or a copy of an earlier one."""
        return self.rng(number, "kind").choices(KINDS, KIND_SHARES)[0] if number >= 100 else "whole"

    def fault(self, number: int) -> str:
        """Return what is planted in a whole row; mostly nothing."""
        rng = self.rng(number, "fault")
        return rng.choice(FAULTS) if rng.random() < FAULT_SHARE else ""

    def original(self, number: int) -> int:
        """Return an earlier row for row `number` to copy: whole, sound, and long enough for the kind of copy."""
        rng, kind = self.rng(number, "original"), self.kind(number)
        while True:
            earlier = rng.randrange(number)
            if self.kind(earlier) == "whole" and earlier not in self.broken and not self.fault(earlier):
                if kind == "exact":
                    return earlier
                _, _, language = self.setting(earlier)
                said = self.said(earlier, language)
                if fits(kind, said, language):
                    return earlier

    def make(self, number: int) -> Made:
        """Return row `number`."""
        kind = self.kind(number)
        of = None if kind == "whole" else self.original(number)
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
        made = Made(self.id(number), kind, language, era, sanitizer, said, [], of=of, edits=edits)
        made = replace(made, turns=turns(made), **self.shape(source))
        return spoil(made, self.fault(number)) if kind == "whole" else made

    def id(self, number: int) -> str:
        """Return a row's id; files of two seeds share none, or a run on both would have to tell them apart."""
        return f"g{number:06d}" if self.seed == 1 else f"g{self.seed}-{number:06d}"

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


def fits(kind: str, said: list[Said], language: str) -> bool:
    """Whether a conversation can be copied so: a branch shares two rounds, a near copy loses one word in many."""
    if kind == "branch":
        return len(said) >= 6
    return len(said) <= 120 if kind == "continuation" else language == "en" and words(said) > 120


def words(said: list[Said]) -> int:
    """Count the words of a conversation."""
    return sum(len((t if isinstance(t, str) else markdown(t)).split()) for t in said)


def edited(rng: random.Random, said: list[Said]) -> tuple[list[Said], int]:
    """Change at most one word in a hundred, at least one, so that the copy stays well above a Jaccard of 0.8."""
    places = [
        (i, k)
        for i, turn in enumerate(said)
        for k, block in enumerate(turn)
        if isinstance(block, Block) and block.kind == "p" and block.texts[0].count(" ") > 7
    ]
    chosen = rng.sample(places, min(len(places), max(1, words(said) // 100)))
    out = [turn if isinstance(turn, str) else list(turn) for turn in said]
    for i, k in chosen:
        text = out[i][k].texts[0].split(" ")
        text[rng.randrange(3, len(text) - 3)] = rng.choice(("indeed", "really", "surely", "perhaps"))
        out[i][k] = Block("p", (" ".join(text),))  # type: ignore[index]  # places are in answers
    if not chosen:
        out[0] = f"{out[0]} Thanks"
    return out, len(chosen) or 1


def spoil(made: Made, fault: str) -> Made:
    """Plant a fault: page text glued to a question, a lost answer, an error of the page."""
    turns, last = [dict(t) for t in made.turns], len(made.turns) - 1
    html_row = made.sanitizer != "markdown"
    where = last
    if fault == "counter" and made.sanitizer == "none":
        where, value = 0, turns[0]["value"]
        turns[0]["value"] = f"{value}2 / 2" if made.era == "E1" else f"2 / 2{value}"
    elif fault == "unanswered" and last > 1:
        where = 0
        del turns[1]
    elif fault == "trailing_user":
        where = last - 1
        del turns[last]
    elif fault == "leading_assistant" and last > 1:
        where = 0
        del turns[0]
    elif fault in REPLIES and html_row:
        turns[last]["value"] = html([Block("p", (REPLIES[fault],))], made.era, made.sanitizer)
    else:
        return made
    return replace(made, turns=turns, planted=[{"turn": where, "reason": fault}])

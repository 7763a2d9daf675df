"""The contracts of the arena: people's votes between two answers whose models they do not know, and what follows."""

from __future__ import annotations

from enum import StrEnum

import polars as pl
import pyarrow as pa

from schemas.contract import Column, Contract, rule
from schemas.judging import MODEL
from schemas.types import COUNT, MESSAGE, SHARE, TEXT

VOTES = "11_votes"


class Verdict(StrEnum):
    """What a person may say of two answers: the four buttons."""

    MODEL = "model"
    AGAINST = "against"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class Votes(Contract):
    """One row a vote of the arena: two models, whose names the person saw only afterwards, and which was better."""

    view = "votes"
    folder = VOTES
    prefix = "votes"

    vote_id = Column(TEXT, "The battle's random id.", nullable=False)
    voted_at = Column(SHARE, "When, seconds since 1970.", nullable=False)
    who = Column(TEXT, "A random name that the browser gave itself; nothing of the person.", nullable=False)
    model = Column(TEXT, "The model whose answers stood on the left; sides are drawn.", nullable=False)
    against = Column(TEXT, "The model whose answers stood on the right.", nullable=False)
    verdict = Column(TEXT, "model | against | tie | both_bad: which was better.", nullable=False)
    rounds = Column(COUNT, "Questions that both had answered.", nullable=False)
    characters = Column(COUNT, "Length of the model's answers together.", nullable=False)
    characters_against = Column(COUNT, "Length of the other's.", nullable=False)
    pair = Column(
        TEXT, "Digest of question and answers, as in reviews; null where no texts are kept, or of several rounds."
    )
    messages = Column(pa.list_(MESSAGE), "Questions and the model's answers; null unless the person let them be kept.")
    messages_against = Column(pa.list_(MESSAGE), "The same questions and the other's answers.")

    @rule("a verdict is one of the four")
    def one_of_four() -> pl.Expr:
        """Return that the verdict is known."""
        return pl.col("verdict").is_in([one.value for one in Verdict])


class ArenaStrengths(Contract):
    """One strength a model from all votes of the arena, Bradley-Terry's; `both_bad` counts as a tie."""

    view = "arena_strengths"
    folder = VOTES

    model = MODEL
    strength = Column(SHARE, "On Elo's scale with mean 0: 400 more = 10 to 1 wins.", nullable=False)
    low = Column(SHARE, "Lower end of its 95 % interval: bootstrap over votes.")
    high = Column(SHARE, "Upper end of its interval.")
    votes = Column(COUNT, "Votes it was in.", nullable=False)
    wins = Column(COUNT, "Of them, those it won.", nullable=False)
    ties = Column(COUNT, "Those without a winner.", nullable=False)

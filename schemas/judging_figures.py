"""The contracts of the figures that are made of judgements."""

from __future__ import annotations

import polars as pl

from schemas.contract import Column, Contract, rule
from schemas.judging import AGAINST, JUDGEMENTS, MODEL, Judgements
from schemas.types import COUNT, SHARE, TEXT

EXPECTED = Column(COUNT, "Judgements to be made.", nullable=False)
SCORED = Column(COUNT, "Judgements with two scores.", nullable=False)
UNREADABLE = Column(COUNT, "Judgements without two scores, however often asked for.", nullable=False)
REFUSED = Column(COUNT, "Judgements that the judge refused.", nullable=False)
TOO_LONG = Column(COUNT, "Judgements that did not fit.", nullable=False)
FAILED = Column(COUNT, "Judgements that failed, or had an answer missing.", nullable=False)


class WinRates(Contract):
    """Who wins: totals, their ratio, and wins, ties and losses, with intervals, for each pair and category."""

    view = "win_rates"
    folder = JUDGEMENTS

    model = MODEL
    against = AGAINST
    judge = Column(TEXT, "The judge.", nullable=False)
    category = Column(TEXT, "A category, or all.", nullable=False)
    orders = Column(
        TEXT,
        "both: scores are means over the orders, and a win is one in both; first, second: that order alone.",
        nullable=False,
    )
    questions = Column(COUNT, "Questions to be judged.", nullable=False)
    expected = EXPECTED
    scored = SCORED
    unreadable = UNREADABLE
    refused = REFUSED
    too_long = TOO_LONG
    failed = FAILED
    counted = Column(
        COUNT, "Questions that all of whose judgements are scored: what the figures are of.", nullable=False
    )
    win = Column(COUNT, "Of them, those the model wins.", nullable=False)
    tie = Column(
        COUNT, "Those it neither wins nor loses; in both orders: also where the orders disagree.", nullable=False
    )
    loss = Column(COUNT, "Those it loses.", nullable=False)
    win_share = Column(SHARE, "Wins among those decided; null where none is.")
    win_low = Column(SHARE, "Lower end of its Wilson interval.")
    win_high = Column(SHARE, "Upper end of its Wilson interval.")
    p_value = Column(SHARE, "Of an exact binomial test that wins and losses are as likely.")
    total = Column(SHARE, "Sum of the model's scores.", nullable=False)
    total_against = Column(SHARE, "Sum of the other's scores.", nullable=False)
    ratio = Column(SHARE, "total / total_against; null where nothing counts.")
    ratio_low = Column(SHARE, "Lower end of its interval: paired bootstrap over questions, percentiles.")
    ratio_high = Column(SHARE, "Upper end of its interval.")

    @rule("expected = scored + unreadable + refused + too_long + failed")
    def ledger() -> pl.Expr:
        """Return whether every judgement has one fate."""
        return pl.col("expected") == pl.sum_horizontal("scored", "unreadable", "refused", "too_long", "failed")

    @rule("counted = win + tie + loss")
    def outcomes() -> pl.Expr:
        """Return whether every counted question has one outcome."""
        return pl.col("counted") == pl.sum_horizontal("win", "tie", "loss")


class PositionBias(Contract):
    """How much it matters which answer is shown first; the self check says it where nothing else differs."""

    view = "position_bias"
    folder = JUDGEMENTS

    kind = Column(TEXT, "pair | self_check.", nullable=False)
    model = Column(TEXT, "The model in question; null = all pairs together.")
    against = Column(TEXT, "The model it is compared with; null = all pairs together.")
    scored = SCORED
    first_wins = Column(COUNT, "Judgements won by the answer shown first.", nullable=False)
    ties = Column(COUNT, "Judgements with equal scores.", nullable=False)
    second_wins = Column(COUNT, "Judgements won by the answer shown second.", nullable=False)
    gap = Column(
        SHARE, "Mean lead of the answer shown first, over both orders, so that quality cancels out; null in one order."
    )
    gap_low = Column(SHARE, "Lower end of its interval: bootstrap over questions.")
    gap_high = Column(SHARE, "Upper end of its interval.")
    pairs = Column(COUNT, "Questions and pairs judged in both orders.", nullable=False)
    flips = Column(COUNT, "Of them, those with another outcome in the other order.", nullable=False)
    flip_share = Column(SHARE, "flips / pairs.")
    first_both = Column(COUNT, "Those won by whichever answer was shown first.", nullable=False)
    second_both = Column(COUNT, "Those won by whichever answer was shown second.", nullable=False)
    p_value = Column(SHARE, "McNemar's exact test that these two are as likely.")


class LengthBias(Contract):
    """How much it matters which answer is longer."""

    view = "length_bias"
    folder = JUDGEMENTS

    model = Column(TEXT, "The model in question; null = all pairs together.")
    against = Column(TEXT, "The model it is compared with; null = all pairs together.")
    decided = Column(COUNT, "Questions won or lost whose answers differ in length.", nullable=False)
    longer_wins = Column(COUNT, "Of them, those won by the longer answer.", nullable=False)
    longer_share = Column(SHARE, "longer_wins / decided.")
    longer_low = Column(SHARE, "Lower end of its Wilson interval.")
    longer_high = Column(SHARE, "Upper end of its Wilson interval.")
    mean_characters = Column(SHARE, "Mean length of the model's answers; null for all pairs together.")
    mean_characters_against = Column(SHARE, "Mean length of the other's answers.")
    close = Column(
        COUNT, "Questions won or lost whose answers are of like length (judge.close_length).", nullable=False
    )
    close_wins = Column(COUNT, "Of them, those the model wins; null for all pairs together.")
    close_share = Column(SHARE, "close_wins / close.")
    close_low = Column(SHARE, "Lower end of its Wilson interval.")
    close_high = Column(SHARE, "Upper end of its Wilson interval.")


class BradleyTerry(Contract):
    """One strength a model, from all pairs together."""

    view = "bradley_terry"
    folder = JUDGEMENTS

    model = Column(TEXT, "The model.", nullable=False)
    strength = Column(SHARE, "On Elo's scale with mean 0: 400 more = 10 to 1 wins.", nullable=False)
    low = Column(SHARE, "Lower end of its interval: bootstrap over questions.")
    high = Column(SHARE, "Upper end of its interval.")
    compared = Column(COUNT, "Questions and pairs it was counted in.", nullable=False)


class Agreement(Contract):
    """How far people and the judge agree, pairs drawn by chance and by need apart."""

    view = "agreement"
    folder = JUDGEMENTS

    who = Column(TEXT, "The person; null = all together.")
    drawn = Column(
        TEXT,
        "chance: a fair sample of the judge's work; need: what was unreadable or contradictory; arena: votes "
        "of the arena on these very answers.",
        nullable=False,
    )
    votes = Column(COUNT, "Pairs that the person and the judge both decided on.", nullable=False)
    agreed = Column(COUNT, "Of them, those with the same verdict.", nullable=False)
    share = Column(SHARE, "agreed / votes.")
    share_low = Column(SHARE, "Lower end of its Wilson interval.")
    share_high = Column(SHARE, "Upper end of its Wilson interval.")
    kappa = Column(SHARE, "Cohen's kappa: agreement beyond chance; null where one side always says the same.")
    kappa_low = Column(SHARE, "Lower end of its interval (Fleiss, Cohen and Everitt's large-sample error).")
    kappa_high = Column(SHARE, "Upper end of its interval.")
    unjudged = Column(COUNT, "Votes on pairs that the judge did not decide.", nullable=False)


FIGURES: tuple[type[Contract], ...] = (Judgements, WinRates, PositionBias, LengthBias, BradleyTerry, Agreement)
"""The tables of a comparison: one Parquet file each in its folder."""

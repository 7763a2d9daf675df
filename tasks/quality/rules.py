"""Judges measured turns: every rule is a policy of the settings and one expression over the signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from schemas.reasons import Reason
from schemas.settings import Quality

Reach = Literal["round", "tail"]


@dataclass(frozen=True)
class Rule:
    """One rule over turns.

    Args:
        reason: what it says against the turn.
        policy: the settings field that says keep, tag or drop.
        reach: what a drop cuts: the round of the turn, or the conversation from that round on, where what follows
            leans on a broken answer.
        bad: true where the turn is bad, of the signals of tasks.quality.signals.
        mild: where it only ever tags, even if the policy drops.
    """

    reason: Reason
    policy: str
    reach: Reach
    bad: pl.Expr
    mild: pl.Expr | None = None


def rules(settings: Quality) -> list[Rule]:
    """List the rules, the weightiest first: the first that drops a turn names its Reason."""
    answer = pl.col("role") == "assistant"
    repeats = (
        (pl.col("repeated_lines") > settings.max_repeated_lines)
        | (pl.col("repeated_paragraphs") > settings.max_repeated_paragraphs)
        | (pl.col("repeated_ngrams") > settings.max_repeated_ngrams)
    )
    noise = (
        (pl.col("run_share") > settings.max_run_share)
        | (answer & (pl.col("blob_share") > settings.max_blob_share))
        | (pl.col("mojibake_share") > settings.max_mojibake_share)
    )
    return [
        Rule(Reason.ERROR_REPLY, "error_replies", "round", pl.col("error_reply")),
        Rule(Reason.DEGENERATE, "degenerate", "tail", noise),
        Rule(Reason.REPETITION, "repetition", "tail", answer & repeats),
        Rule(Reason.PLUGIN_PANEL, "plugin_panels", "round", pl.col("plugin_panel")),
        Rule(Reason.SHORT_ANSWER, "stub_answers", "round", pl.col("stub_answer")),
        Rule(Reason.TRUNCATED_ANSWER, "truncated_answers", "round", pl.col("breaks_off"), mild=~pl.col("last")),
        Rule(Reason.BLOCKED_WORD, "blocked", "round", pl.col("blocked_words") > 0),
        Rule(Reason.REFUSAL, "refusals", "round", pl.col("refusals") > 0),
        Rule(Reason.IDENTITY_CLAIM, "identity_claims", "round", pl.col("identity_claims") > 0),
    ]


@dataclass(frozen=True)
class Verdicts:
    """What the rules say of a batch.

    Args:
        flags: per row, the reasons that only tag, in the rules' order.
        cuts: per row with cuts, `(round, reason, reach)` in order of round, one per bad round.
    """

    flags: list[list[str]]
    cuts: dict[int, list[tuple[int, Reason, Reach]]]


def judge(signals: pl.DataFrame, rows: int, settings: Quality) -> Verdicts:
    """Judge the measured turns of a batch of `rows` conversations."""
    flags: list[list[str]] = [[] for _ in range(rows)]
    worst: dict[tuple[int, int], tuple[Reason, Reach]] = {}
    for rule in rules(settings):
        policy = getattr(settings, rule.policy)
        if policy == "keep":
            continue
        mild = pl.lit(policy == "tag") if rule.mild is None else pl.lit(policy == "tag") | rule.mild
        hits = signals.filter(rule.bad.fill_null(False)).select("row", "round", mild=mild)
        for row, round_, tags in hits.iter_rows():
            if not tags:
                worst.setdefault((row, round_), (rule.reason, rule.reach))
            elif rule.reason not in flags[row]:
                flags[row].append(rule.reason.value)
    cuts: dict[int, list[tuple[int, Reason, Reach]]] = {}
    for (row, round_), (reason, reach) in sorted(worst.items()):
        cuts.setdefault(row, []).append((round_, reason, reach))
    return Verdicts(flags, cuts)

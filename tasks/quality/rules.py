"""Judges measured turns: every rule is a policy of the settings and one expression over the signals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from schemas.reasons import Reason
from schemas.settings import Policy, Quality

Scope = Literal["round", "rest"]


@dataclass(frozen=True)
class Rule:
    """One rule over turns.

    Args:
        reason: what it says against the turn.
        policy: what the settings do about it: keep, tag or drop.
        scope: what a drop cuts: the round of the turn, or that round and the rest of the conversation, where what
            follows rests on a broken answer.
        bad: true where the turn is bad; an expression over schemas.signals.
        tag_only: true where it only tags, even if the policy drops.
    """

    reason: Reason
    policy: Policy
    scope: Scope
    bad: pl.Expr
    tag_only: pl.Expr = field(default_factory=lambda: pl.lit(False))


def rules(settings: Quality) -> list[Rule]:
    """Return the rules, the weightiest first: the first that drops a turn names its Reason."""
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
    lost = pl.col("replacement_characters") > 0
    asked = pl.col("asked_for")
    return [
        Rule(Reason.ERROR_REPLY, settings.error_replies, "round", pl.col("error_reply"), tag_only=asked),
        Rule(Reason.DEGENERATE, settings.degenerate, "rest", noise, tag_only=asked),
        Rule(Reason.REPETITION, settings.repetition, "rest", answer & repeats, tag_only=asked),
        Rule(Reason.PLUGIN_PANEL, settings.plugin_panels, "round", pl.col("plugin_panel")),
        Rule(Reason.SHORT_ANSWER, settings.short_answers, "round", pl.col("short_answer")),
        Rule(
            Reason.TRUNCATED_ANSWER,
            "tag" if settings.truncated_answers == "unlabelled_eos" else settings.truncated_answers,
            "round",
            pl.col("truncated_answer"),
            tag_only=~pl.col("last"),
        ),
        Rule(Reason.REPLACEMENT_CHARACTERS, settings.replacement_characters, "round", lost),
        Rule(Reason.BLOCKED_WORD, settings.blocked, "round", pl.col("blocked_words") > 0),
        Rule(Reason.REFUSAL, settings.refusals, "round", pl.col("refusals") > 0),
        Rule(Reason.IDENTITY_CLAIM, settings.identity_claims, "round", pl.col("identity_claims") > 0),
    ]


@dataclass(frozen=True)
class Judgement:
    """What the rules say of a batch.

    Args:
        flags: per row, the reasons that only tag, in the rules' order.
        cuts: per row with cuts, `(round, reason, scope)` in order of round, one per bad round.
    """

    flags: list[list[str]]
    cuts: dict[int, list[tuple[int, Reason, Scope]]]


def judge(signals: pl.DataFrame, rows: int, settings: Quality) -> Judgement:
    """Judge the measured turns of a batch of `rows` conversations."""
    flags: list[list[str]] = [[] for _ in range(rows)]
    worst: dict[tuple[int, int], tuple[Reason, Scope]] = {}
    active = [rule for rule in rules(settings) if rule.policy != "keep"]
    # Whether a turn only tags; null where it is not bad.
    tags = signals.select(
        pl.when(rule.bad).then((pl.lit(rule.policy == "tag") | rule.tag_only).fill_null(False)).alias(rule.reason)
        for rule in active
    )
    positions = signals.select("row", "round")
    for rule in active:
        at = tags[rule.reason].is_not_null().arg_true()
        for (row, round_), only_tags in zip(positions[at].iter_rows(), tags[rule.reason].gather(at), strict=True):
            if not only_tags:
                worst.setdefault((row, round_), (rule.reason, rule.scope))
            elif rule.reason not in flags[row]:
                flags[row].append(rule.reason.value)
    cuts: dict[int, list[tuple[int, Reason, Scope]]] = {}
    for (row, round_), (reason, scope) in sorted(worst.items()):
        cuts.setdefault(row, []).append((round_, reason, scope))
    return Judgement(flags, cuts)

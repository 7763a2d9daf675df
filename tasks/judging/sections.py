"""What each section of judge.html shows: tables and plots of the comparison's figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.settings.judge import Judge
from tasks.judging.outcomes import ALL, FATES
from tasks.report.plots import bars
from tasks.report.render import Plot, Table
from tasks.report.settings_table import Setting, format_value

Figures = Mapping[str, Sequence[dict[str, Any]]]
Row = dict[str, Any]


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Write the two ends of an interval."""
    return "" if low is None or high is None else f"{low:.{digits}f} – {high:.{digits}f}"


def percent(value: float | None) -> str:
    """Write a share."""
    return "" if value is None else f"{value:.1%}"


def p_value(value: float | None) -> str:
    """Write the p-value of a test."""
    return "" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"


def dollars(value: float) -> str:
    """Write an amount of money, small ones with their digits."""
    return f"${value:,.2f}" if value >= 0.1 or value == 0 else f"${value:.4f}"


def pair_name(row: Mapping[str, Any]) -> str:
    """Return what a pair is called; all pairs together where it names none."""
    return f"{row['model']} : {row['against']}" if row["model"] else "all pairs"


def tiles(figures: Figures, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers that a reader wants first."""
    fates = manifest["fates"]
    position = [row for row in figures["position_bias"] if row["kind"] == "pair"]
    own = [row for row in figures["position_bias"] if row["kind"] == "self_check" and row["gap"] is not None]
    found = [
        (f"{manifest['questions']['count']:,}", "questions"),
        (f"{len(manifest['models'])}", "models"),
        (f"{fates['scored']:,} of {fates['expected']:,}", "judgements scored"),
    ]
    if position and position[-1]["flip_share"] is not None:
        found.append((percent(position[-1]["flip_share"]), "change with the order"))
    if own:
        found.append((f"{own[0]['gap']:+.2f}", "lead of the first against itself"))
    return [*found, (dollars(manifest["cost"]), "for all judgements")]


def gap(figures: Figures, manifest: Mapping[str, Any]) -> str:
    """Return the sentence that says what is missing from the figures; empty where nothing is."""
    fates = manifest["fates"]
    beside = ", ".join(f"{fates[fate]:,} {fate.replace('_', ' ')}" for fate in FATES[1:] if fates[fate])
    lost = sum(row["questions"] - row["counted"] for row in _headline(figures))
    return (
        f"Without scores are {beside} of {fates['expected']:,} judgements; {lost:,} questions of pairs do not count."
        if beside
        else ""
    )


def _headline(figures: Figures) -> list[Row]:
    """Return the row of win_rates that speaks for each pair: over all questions, in both orders where there are two."""
    rows = [row for row in figures["win_rates"] if row["category"] == ALL]
    both = [row for row in rows if row["orders"] == "both"]
    return both or rows


def wins(figures: Figures) -> list[Plot | Table]:
    """Return the stacked bars of wins, ties and losses, and their table."""
    rows = _headline(figures)
    drawn = bars([(pair_name(row), (row["win"], row["tie"], row["loss"])) for row in rows], ("win", "tie", "loss"))
    names = ("pair", "orders", "questions", "win", "tie", "loss", "wins of decided", "95 %", "p")
    every = [row for row in figures["win_rates"] if row["category"] == ALL]
    lines = [
        [
            *(pair_name(row), row["orders"], row["counted"], row["win"], row["tie"], row["loss"]),
            *(percent(row["win_share"]), interval(row["win_low"], row["win_high"])),
            p_value(row["p_value"]),
        ]
        for row in every
    ]
    return [Plot("Questions won, tied and lost", "by the model named first", drawn), Table(names, lines)]


def scores(figures: Figures) -> list[Plot | Table]:
    """Return the bars of total scores, as the article shows them, and the ratios."""
    rows = _headline(figures)
    drawn = bars(
        [(pair_name(row), (row["total"], row["total_against"])) for row in rows],
        ("named first", "named second"),
        beside=True,
    )
    names = ("pair", "orders", "total", "other's total", "ratio", "95 %")
    lines = [
        [
            *(pair_name(row), row["orders"], row["total"], row["total_against"]),
            *("" if row["ratio"] is None else f"{row['ratio']:.4f}", interval(row["ratio_low"], row["ratio_high"])),
        ]
        for row in figures["win_rates"]
        if row["category"] == ALL
    ]
    return [Plot("Sum of scores", "over the questions that count, of at most 10 each", drawn), Table(names, lines)]


def categories(figures: Figures) -> list[Table]:
    """Return a table for each pair: every category, and all."""
    names = ("category", "questions", "win", "tie", "loss", "total", "other's total", "ratio", "95 %")
    found = []
    for head in _headline(figures):
        rows = [
            row
            for row in figures["win_rates"]
            if all(row[name] == head[name] for name in ("model", "against", "orders"))
        ]
        lines = [
            [
                *(row["category"], row["counted"], row["win"], row["tie"], row["loss"], row["total"]),
                *(row["total_against"], "" if row["ratio"] is None else f"{row['ratio']:.3f}"),
                interval(row["ratio_low"], row["ratio_high"], 2),
            ]
            for row in [*rows[1:], rows[0]]
        ]
        found.append(Table(names, lines, pair_name(head)))
    return found


def costs(figures: Figures) -> Table:
    """Return what the judgements took, by the judge as its endpoint names it."""
    found: dict[str, list[Row]] = {}
    for row in figures["judgements"]:
        if row["samples"]:
            found.setdefault(f"{row['judge_model'] or row['judge']} {row['fingerprint'] or ''}".strip(), []).append(row)
    rows = [
        [
            *(name, len(rows), sum(row["samples"] for row in rows), sum(row["attempts"] for row in rows)),
            *(sum(row[what] or 0 for row in rows) for what in ("prompt_tokens", "completion_tokens")),
            *(dollars(sum(row["cost"] for row in rows)), round(sum(row["seconds"] or 0 for row in rows))),
        ]
        for name, rows in sorted(found.items())
    ]
    names = ("judge", "judgements", "asked for", "tries", "tokens read", "tokens written", "cost", "seconds")
    return Table(names, rows)


def settings(manifest: Mapping[str, Any]) -> list[Setting]:
    """Return every setting of the judge, marked where it is not the default."""
    found = []
    for name, value in manifest["settings"].items():
        field = Judge.model_fields[name]
        default = json.loads(json.dumps(field.default))
        found.append(Setting(f"judge.{name}", format_value(value), value == default, field.description or ""))
    return found

"""What the sections of judge.html show that tell how far its figures can be trusted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tasks.judging.outcomes import pairs_of
from tasks.judging.review import Answers
from tasks.judging.sections import Figures, interval, p_value, pair_name, percent
from tasks.report.render import Table

WIDEST = 10
"""Disagreements that are shown to be read."""


def doubts(figures: Figures) -> list[Table]:
    """Return what position, length and reading did to the scores."""
    rows = figures["judgements"]
    readings = Counter(row["reading"] or "no reply" for row in rows)
    flagged = sum(bool(row["injection_suspected"]) for row in rows)
    return [
        _position(figures),
        _length(figures),
        Table(("reading", "judgements"), sorted(readings.items()), "How the scores were read"),
        Table(("", "judgements"), [("with an answer that writes to the judge", flagged)], "Injection suspected"),
    ]


def _position(figures: Figures) -> Table:
    names = ("pair", "scored", "first wins", "ties", "second wins", "lead of the first", "95 %")
    rows = [
        [
            "against itself" if row["kind"] == "self_check" else pair_name(row),
            *(row["scored"], row["first_wins"], row["ties"], row["second_wins"]),
            *("" if row["gap"] is None else f"{row['gap']:+.3f}", interval(row["gap_low"], row["gap_high"], 2)),
            *(row["pairs"] or None, percent(row["flip_share"])),
            p_value(row["p_value"]),
        ]
        for row in figures["position_bias"]
    ]
    return Table((*names, "in both orders", "flip", "p"), rows, "Position: which answer was shown first")


def _length(figures: Figures) -> Table:
    names = (
        "pair",
        "decided",
        "longer wins",
        "95 %",
        "mean length",
        "other's",
        "of like length",
        "won",
        "95 % of them",
    )
    rows = [
        [
            *(pair_name(row), row["decided"], percent(row["longer_share"])),
            interval(row["longer_low"], row["longer_high"]),
            *(
                None if row[name] is None else round(row[name])
                for name in ("mean_characters", "mean_characters_against")
            ),
            *(row["close"], row["close_wins"], interval(row["close_low"], row["close_high"])),
        ]
        for row in figures["length_bias"]
    ]
    return Table(names, rows, "Length: which answer is longer, in characters")


def strengths(figures: Figures) -> Table:
    """Return the Bradley-Terry strengths."""
    rows = [
        [row["model"], round(row["strength"]), interval(row["low"], row["high"], 0), row["compared"]]
        for row in figures["bradley_terry"]
    ]
    return Table(("model", "strength", "95 %", "comparisons"), rows)


@dataclass(frozen=True)
class Disagreement:
    """One pair whose two orders disagree: question, answers, and the judge's words by order."""

    title: str
    question: str
    answers: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str, str], ...]
    distance: float


def widest(figures: Figures, answers: Answers) -> list[Disagreement]:
    """Return the pairs on which the two orders lie furthest apart."""
    found = []
    for pair in pairs_of(figures["judgements"]):
        for one in pair.questions:
            gaps = one.gaps(("first", "second"))
            if gaps is None or len(gaps) < 2 or gaps[0] == gaps[1]:
                continue
            shown = tuple((name, answers[name][one.question_id]["answer"]) for name in (pair.model, pair.against))
            words = tuple(
                (
                    f"{pair.model if order == 'first' else pair.against} shown first",
                    f"{pair.model} {row['score']:g}, {pair.against} {row['score_against']:g}",
                    row["text"] or "",
                )
                for order, row in one.rows.items()
            )
            title = f"{pair.model} : {pair.against}, question {one.question_id} ({one.category})"
            question = answers[pair.model][one.question_id]["question"]
            found.append(Disagreement(title, question, shown, words, abs(gaps[0] - gaps[1])))
    return sorted(found, key=lambda one: (-one.distance, one.title))[:WIDEST]


def agreement(figures: Figures) -> Table:
    """Return how far people and the judge agree."""
    rows = [
        [
            *(row["who"] or "all together", row["drawn"], row["votes"], row["agreed"], percent(row["share"])),
            *("" if row["kappa"] is None else f"{row['kappa']:.2f}", interval(row["kappa_low"], row["kappa_high"], 2)),
            row["unjudged"],
        ]
        for row in figures["agreement"]
    ]
    return Table(("who", "drawn by", "votes", "agreed", "share", "kappa", "95 %", "not judged"), rows)

"""The figures: tables of plain rows made of judgements, each with the doubt that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.settings.judge import Judge
from tasks.judging.outcomes import ALL, Pair, Question, Row, count_fates, pairs_of
from tasks.judging.statistics import Interval, bootstrap, even, mean, ratio, share, strength_intervals


def win_rates(rows: Sequence[Row], settings: Judge) -> list[dict[str, Any]]:
    """Return the table win_rates: each pair, over all questions and by category, in both orders and in each alone."""
    judge = rows[0]["judge"] if rows else ""
    found = []
    for pair in pairs_of(rows):
        ways = {"both": pair.orders()} if len(pair.orders()) > 1 else {}
        ways |= {order: (order,) for order in pair.orders()}
        for name, orders in ways.items():
            for category in (ALL, *pair.categories()):
                questions = [one for one in pair.questions if category in (ALL, one.category)]
                line = _win_rate(pair, questions, orders, settings)
                place = {"model": pair.model, "against": pair.against, "judge": judge, "category": category}
                found.append(place | {"orders": name} | line)
    return found


def _win_rate(pair: Pair, questions: Sequence[Question], orders: Sequence[str], settings: Judge) -> dict[str, Any]:
    judged = [one.rows[order] for one in questions for order in orders if order in one.rows]
    outcomes = [outcome for one in questions if (outcome := one.outcome(orders)) is not None]
    win, loss = outcomes.count(1), outcomes.count(-1)
    won = share(win, win + loss, settings.confidence)
    scores = pair.scores(orders, questions)
    ratios = bootstrap(scores, ratio, settings.resamples, settings.confidence, settings.seed)
    return {
        "questions": len(questions),
        **count_fates(judged),
        "counted": len(outcomes),
        "win": win,
        "tie": outcomes.count(0),
        "loss": loss,
        **_spread("win", won, "win_share"),
        "p_value": even(win, loss),
        "total": float(scores[0].sum()),
        "total_against": float(scores[1].sum()),
        **_spread("ratio", ratios, "ratio"),
    }


def _spread(prefix: str, interval: Interval, name: str) -> dict[str, float | None]:
    """Return an interval as three columns."""
    return {name: interval.value, f"{prefix}_low": interval.low, f"{prefix}_high": interval.high}


def position_bias(rows: Sequence[Row], settings: Judge) -> list[dict[str, Any]]:
    """Return the table position_bias: each pair, all pairs together, and the self check."""
    pairs = pairs_of(rows)
    found = [_position("pair", pair.model, pair.against, pair.questions, settings) for pair in pairs]
    if len(pairs) > 1:
        found.append(_position("pair", None, None, list(chain(*(pair.questions for pair in pairs))), settings))
    own = [row for row in rows if row["kind"] == "self_check"]
    if own:
        questions = [Question(row["question_id"], row["category"], {row["shown"]: row}) for row in own]
        found.append(_position("self_check", own[0]["model"], own[0]["model"], questions, settings))
    return found


def _position(
    kind: str, model: str | None, against: str | None, questions: Sequence[Question], settings: Judge
) -> dict[str, Any]:
    scored = [
        (one.question_id, row["score"] - row["score_against"], order == "first")
        for one in questions
        for order, row in one.rows.items()
        if row["fate"] == "scored"
    ]
    leads = [lead if model_first else -lead for _, lead, model_first in scored]
    both = [
        (one.outcome(("first",)), one.outcome(("second",)))
        for one in questions
        if len(one.rows) > 1 and one.gaps(("first", "second")) is not None
    ]
    flips = sum(first != second for first, second in both)
    first_both, second_both = both.count((1, -1)), both.count((-1, 1))
    gap = bootstrap((_gaps(kind, questions),), mean, settings.resamples, settings.confidence, settings.seed)
    return {
        "kind": kind,
        "model": model,
        "against": against,
        "scored": len(leads),
        "first_wins": sum(lead > 0 for lead in leads),
        "ties": sum(lead == 0 for lead in leads),
        "second_wins": sum(lead < 0 for lead in leads),
        **_spread("gap", gap, "gap"),
        "pairs": len(both),
        "flips": flips,
        "flip_share": flips / len(both) if both else None,
        "first_both": first_both,
        "second_both": second_both,
        "p_value": even(first_both, second_both),
    }


def _gaps(kind: str, questions: Sequence[Question]) -> npt.NDArray[np.float64]:
    """Return how far the answer shown first led, one mean a question: over both orders, so that quality cancels out.

    One order alone cannot tell a better answer from a better place, but where an answer met itself.
    """
    by_question: dict[str, list[float]] = {}
    for one in questions:
        gaps = one.gaps(("first", "second"))
        if gaps is not None and (len(one.rows) > 1 or kind == "self_check"):
            lead = gaps[0] if len(gaps) == 1 else (gaps[0] - gaps[1]) / 2
            by_question.setdefault(one.question_id, []).append(lead)
    return np.array([np.mean(values) for values in by_question.values()])


def length_bias(rows: Sequence[Row], settings: Judge) -> list[dict[str, Any]]:
    """Return the table length_bias: each pair, and all pairs together."""
    pairs = pairs_of(rows)
    found = [_lengths(pair.model, pair.against, [pair], settings) for pair in pairs]
    return [*found, _lengths(None, None, pairs, settings)] if len(pairs) > 1 else found


def _lengths(model: str | None, against: str | None, pairs: Iterable[Pair], settings: Judge) -> dict[str, Any]:
    decided = [
        (outcome, *one.length_gap())
        for pair in pairs
        for one in pair.questions
        if (outcome := one.outcome(pair.orders()))
    ]
    unlike = [(outcome, mine - other) for outcome, mine, other in decided if mine != other]
    longer = sum((outcome > 0) == (gap > 0) for outcome, gap in unlike)
    close = [outcome for outcome, *pair in decided if max(pair) - min(pair) <= settings.close_length * max(pair)]
    lengths = [one.length_gap() for pair in pairs for one in pair.questions] if model else []
    wins = close.count(1) if model else None
    close_share = share(wins, len(close), settings.confidence) if wins is not None else Interval(None, None, None)
    return {
        "model": model,
        "against": against,
        "decided": len(unlike),
        "longer_wins": longer,
        **_spread("longer", share(longer, len(unlike), settings.confidence), "longer_share"),
        "mean_characters": float(np.mean([mine for mine, _ in lengths])) if lengths else None,
        "mean_characters_against": float(np.mean([other for _, other in lengths])) if lengths else None,
        "close": len(close),
        "close_wins": wins,
        **_spread("close", close_share, "close_share"),
    }


def bradley_terry(rows: Sequence[Row], settings: Judge) -> list[dict[str, Any]]:
    """Return the table bradley_terry, the strongest first."""
    pairs = pairs_of(rows)
    names = list(dict.fromkeys(name for pair in pairs for name in (pair.model, pair.against)))
    ids = list(dict.fromkeys(one.question_id for pair in pairs for one in pair.questions))
    if not names:
        return []
    wins = np.zeros((len(ids), len(names), len(names)))
    compared = dict.fromkeys(names, 0)
    for pair in pairs:
        i, j = names.index(pair.model), names.index(pair.against)
        for one in pair.questions:
            outcome = one.outcome(pair.orders())
            if outcome is not None:
                wins[ids.index(one.question_id), i, j] += (1 + outcome) / 2
                wins[ids.index(one.question_id), j, i] += (1 - outcome) / 2
                compared[pair.model] += 1
                compared[pair.against] += 1
    intervals = strength_intervals(wins, settings.resamples, settings.confidence, settings.seed)
    found = [
        {"model": name, "strength": one.value, "low": one.low, "high": one.high, "compared": compared[name]}
        for name, one in zip(names, intervals, strict=True)
    ]
    return sorted(found, key=lambda line: (-(line["strength"] or 0.0), line["model"]))

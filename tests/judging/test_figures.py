"""Figures: the article's, out of its authors' scores; and those of small comparisons that one can count by hand."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from benchmarks.vicuna80 import PUBLISHED, rows_of_scores
from schemas.judging_figures import FIGURES
from schemas.settings.judge import Judge
from tasks.judging.figures import bradley_terry, length_bias, position_bias, win_rates
from tasks.judging.statistics import ELO, PRIOR, kappa, share, strengths

GOLDEN = Path(__file__).parent / "golden" / "vicuna80_scores.tsv"
QUICK = Judge(resamples=199)
INTERVALS = {
    "alpaca-13b": (1.171, 1.251),
    "llama-13b": (1.270, 1.443),
    "gpt35": (0.878, 0.958),
    "bard": (0.933, 1.036),
}
SHARES = {"alpaca-13b": (0.894, 0.987), "gpt35": (0.150, 0.365), "bard": (0.455, 0.681)}
CHATGPT = {  # Vicuna's and ChatGPT's totals by category
    "generic": (86.5, 89), "knowledge": (87.5, 87), "roleplay": (86, 88), "common-sense": (88, 88), "fermi": (65, 82),
    "counterfactual": (86, 84), "coding": (40.5, 56), "math": (11, 30), "writing": (87.5, 89),
}  # fmt: skip


def row(question, shown, score, other, pair=("a", "b"), kind="pair", fate="scored", lengths=(10, 20), category="c"):
    scores = {"score": score, "score_against": other} if fate == "scored" else {"score": None, "score_against": None}
    names = {"kind": kind, "model": pair[0], "against": pair[1], "judge": "j"}
    place = {"question_id": str(question), "category": category, "shown": shown, "fate": fate}
    return names | place | scores | {"characters": lengths[0], "characters_against": lengths[1]}


def both(question, first: tuple, second: tuple, **more) -> Iterable[dict]:
    """Yield the two judgements of a pair; scores are the model's and the other's."""
    yield row(question, "first", *first, **more)
    yield row(question, "second", *second, **more)


def test_the_published_result_comes_out_of_the_authors_scores():
    """Totals, ratios and wins are the article's to the digit, intervals those of 9,999 resamples."""
    lines = {line["against"]: line for line in win_rates(rows_of_scores(GOLDEN), Judge()) if line["category"] == "all"}
    for other, (total, against, ratio, outcomes) in PUBLISHED.items():
        line = lines[other]
        assert (line["total"], line["total_against"], round(line["ratio"], 4)) == (total, against, ratio)
        assert (line["win"], line["tie"], line["loss"]) == outcomes
        assert (line["ratio_low"], line["ratio_high"]) == pytest.approx(INTERVALS[other], abs=0.01)
    for other, interval in SHARES.items():
        assert (lines[other]["win_low"], lines[other]["win_high"]) == pytest.approx(interval, abs=0.001)
    assert lines["bard"]["p_value"] == pytest.approx(0.28, abs=0.01)


def test_all_of_the_gap_to_chatgpt_is_in_three_categories():
    """The totals by category are those of the authors' scores."""
    lines = win_rates(rows_of_scores(GOLDEN), QUICK)
    found = {
        line["category"]: (line["total"], line["total_against"])
        for line in lines
        if line["against"] == "gpt35" and line["category"] != "all"
    }
    assert found == CHATGPT


def test_a_win_is_one_in_both_orders():
    """A lead in one order and a tie, or a loss, in the other is a tie; scores are means over the orders."""
    rows = [
        *both(1, (9, 5), (8, 7)),  # twice ahead
        *both(2, (9, 5), (5, 9)),  # the first shown wins both times
        *both(3, (9, 5), (7, 7)),  # ahead, then equal
        *both(4, (2, 3), (2, 4)),  # twice behind
    ]
    lines = {line["orders"]: line for line in win_rates(rows, QUICK) if line["category"] == "all"}
    assert [(lines[name]["win"], lines[name]["tie"], lines[name]["loss"]) for name in ("both", "first", "second")] == [
        (1, 2, 1),
        (3, 0, 1),
        (1, 1, 2),
    ]
    assert (lines["both"]["total"], lines["both"]["total_against"]) == (8.5 + 7 + 8 + 2, 6 + 7 + 6 + 3.5)


def test_a_question_counts_only_where_every_order_is_scored():
    """One readable order would bring back the order's bias: the question leaves the figures, and the counts say so."""
    rows = [*both(1, (9, 5), (8, 7)), row(2, "first", 9, 5), row(2, "second", 0, 0, fate="unreadable")]
    line = next(line for line in win_rates(rows, QUICK) if line["orders"] == "both")
    assert (line["questions"], line["counted"], line["expected"], line["scored"], line["unreadable"]) == (2, 1, 4, 3, 1)
    assert (line["total"], line["win"]) == (8.5, 1)


def test_position_bias_is_told_apart_from_quality():
    """A better model in both places shows no lead of the place; a judge that prefers the place shows it in full."""
    better = [line for n in range(4) for line in both(n, (9, 5), (9, 5))]
    [fair] = position_bias(better, QUICK)
    assert (fair["gap"], fair["flips"], fair["first_both"]) == (0, 0, 0)
    placed = [line for n in range(4) for line in both(n, (9, 5), (5, 9))]
    [biased] = position_bias(placed, QUICK)
    assert (biased["gap"], biased["flip_share"], biased["first_both"], biased["second_both"]) == (4, 1.0, 4, 0)
    assert biased["p_value"] == pytest.approx(0.125)
    [alone] = position_bias([row(1, "first", 9, 5)], QUICK)
    assert alone["gap"] is None


def test_the_self_check_shows_the_lead_of_the_place_alone():
    """An answer against itself: what the first gets more is the judge's."""
    rows = [row(n, "first", 8, 7, pair=("a", "a"), kind="self_check") for n in range(5)]
    [line] = position_bias(rows, QUICK)
    assert (line["kind"], line["scored"], line["gap"], line["first_wins"]) == ("self_check", 5, 1, 5)
    assert win_rates(rows, QUICK) == []


def test_length_bias_counts_the_longer_answers_wins():
    """Ties and equal lengths say nothing; pairs of like length stand apart."""
    rows = [
        *both(1, (9, 5), (9, 5), lengths=(100, 50)),  # the longer wins
        *both(2, (9, 5), (9, 5), lengths=(50, 100)),  # the shorter wins
        *both(3, (9, 5), (9, 5), lengths=(100, 90)),  # the longer, of like length
        *both(4, (9, 5), (5, 9), lengths=(100, 50)),  # a tie
        *both(5, (9, 5), (9, 5), lengths=(70, 70)),  # no longer one
    ]
    [line] = length_bias(rows, QUICK)
    assert (line["decided"], line["longer_wins"], line["close"], line["close_wins"]) == (3, 2, 2, 2)


def test_strengths_are_the_maximum_of_the_likelihood():
    """Newton's method finds what a general optimiser finds, and order and sign are those of the wins."""
    wins = np.array([[0, 30, 45], [10, 0, 25.5], [5, 14.5, 0]])

    def loss(theta):
        gap = theta[:, None] - theta[None, :]
        own = 1 / (1 + np.exp(-theta))
        return (wins * np.log1p(np.exp(-gap))).sum() - PRIOR * (np.log(own) + np.log(1 - own)).sum()

    best = minimize(loss, np.zeros(3), options={"gtol": 1e-7}).x
    assert strengths(wins) == pytest.approx((best - best.mean()) * ELO, abs=0.05)
    assert strengths(np.zeros((2, 2))) == pytest.approx([0, 0])
    assert np.isfinite(strengths(np.array([[0, 80.0], [0, 0]]))).all()


def test_all_models_stand_on_one_scale():
    """The strongest stands first, and its interval holds it."""
    rows = [line for n in range(9) for line in both(n, (9, 5), (9, 5), pair=("a", "b"))]
    rows += [line for n in range(9) for line in both(n, (9, 1 + n), (9, 1 + n), pair=("b", "c"))]
    lines = bradley_terry(rows, QUICK)
    assert [line["model"] for line in lines] == ["a", "b", "c"]
    assert all(line["low"] <= line["strength"] <= line["high"] for line in lines)
    assert [line["compared"] for line in lines] == [9, 18, 9]


def test_kappa_is_cohens():
    """A table from a textbook, with the large-sample interval; none where one side always says the same."""
    table = np.array([[20.0, 5], [10, 15]])
    found = kappa(table, 0.95)
    assert found.value == pytest.approx(0.4)
    assert (found.low, found.high) == pytest.approx((0.1506, 0.6494), abs=0.002)
    assert kappa(np.array([[5.0, 3], [0, 0]]), 0.95).value is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_lies_in_its_interval(part, rest):
    """Wilson's interval holds the share and stays between 0 and 1."""
    found = share(part, part + rest, 0.95)
    if part + rest:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1
    else:
        assert found.value is None


SCORE = st.integers(1, 10)
ROWS = st.lists(
    st.tuples(st.integers(1, 4), SCORE, SCORE, SCORE, SCORE, st.sampled_from(["scored", "failed", "refused"])),
    max_size=8,
    unique_by=lambda one: one[0],
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_every_table_keeps_its_contract(drawn):
    """Whatever was judged, fates add up, outcomes add up, and the tables fit their contracts."""
    import pyarrow as pa

    rows = [
        line
        for n, a, b, c, d, fate in drawn
        for line in (row(n, "first", a, b, fate=fate), row(n, "second", c, d, category="d"))
    ]
    made = {"win_rates": win_rates, "position_bias": position_bias, "length_bias": length_bias}
    for contract in FIGURES:
        if contract.view in made:
            contract.check(pa.Table.from_pylist(made[contract.view](rows, QUICK), schema=contract.schema()))

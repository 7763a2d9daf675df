"""Intervals and tests: scipy's, one function for each figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
ELO = 400 / np.log(10)
STEPS, PRECISION = 50, 1e-9
"""Of Newton's method, which takes 5 to 10 steps here."""
PRIOR = 0.1
"""Wins and losses by which every model is taken to have met one of mean strength: keeps the strength of a model that
never loses finite, and moves the strengths of the five published models by 0.5 to 1.1 % of their interval's width."""


class Interval(NamedTuple):
    """A value and the two ends of its interval; None where there is too little to say."""

    value: float | None
    low: float | None
    high: float | None


NOTHING = Interval(None, None, None)


def share(part: int, whole: int, confidence: float) -> Interval:
    """Return a share with its Wilson interval."""
    from scipy.stats import binomtest

    if not whole:
        return NOTHING
    interval = binomtest(part, whole).proportion_ci(confidence, "wilson")
    return Interval(part / whole, float(interval.low), float(interval.high))


def even(one: int, other: int) -> float | None:
    """Return the p-value of an exact test that both are as likely; McNemar's where they are discordant pairs."""
    from scipy.stats import binomtest

    return float(binomtest(one, one + other).pvalue) if one + other else None


def bootstrap(
    samples: Sequence[Numbers], statistic: Callable[..., Numbers], resamples: int, confidence: float, seed: int
) -> Interval:
    """Return a statistic with its percentile interval over resampled questions.

    Args:
        samples: arrays of one value a question, resampled together.
        statistic: takes the arrays and `axis`.
        resamples: how many.
        confidence: of the interval.
        seed: the same seed gives the same interval.
    """
    from scipy.stats import bootstrap as resample

    if not len(samples[0]):
        return NOTHING
    value = float(statistic(*samples, axis=-1))
    if len(samples[0]) < 2:
        return Interval(value, None, None)
    found = resample(
        tuple(samples),
        statistic,
        paired=len(samples) > 1,
        vectorized=True,
        n_resamples=resamples,
        confidence_level=confidence,
        method="percentile",
        rng=seed,
    ).confidence_interval
    return Interval(value, float(found.low), float(found.high))


def ratio(total: Numbers, against: Numbers, axis: int = -1) -> Numbers:
    """Return the ratio of two totals, for the bootstrap."""
    return np.asarray(total.sum(axis=axis) / against.sum(axis=axis))


def mean(values: Numbers, axis: int = -1) -> Numbers:
    """Return the mean, for the bootstrap."""
    return np.asarray(values.mean(axis=axis))


def kappa(table: Numbers, confidence: float) -> Interval:
    """Return Cohen's kappa of a square table of counts (person by judge).

    The interval is that of Fleiss, Cohen and Everitt (1969), cut at -1 and 1.
    """
    from scipy.stats import norm

    n = table.sum()
    if not n:
        return NOTHING
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = np.trace(p), float(rows @ columns)
    if max(rows.max(), columns.max()) == 1:  # one side always says the same: nothing beyond chance can be seen
        return NOTHING
    value = (agreed - chance) / (1 - chance)
    weights = rows[None, :] + columns[:, None]  # of cell i, j: the row's share of j and the column's of i
    diagonal = (np.diag(p) * (1 - (rows + columns) * (1 - value)) ** 2).sum()
    beside = (1 - value) ** 2 * ((p - np.diag(np.diag(p))) * weights**2).sum()
    variance = (diagonal + beside - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    margin = norm.ppf(0.5 + confidence / 2) * np.sqrt(max(variance, 0.0))
    return Interval(float(value), float(max(-1, value - margin)), float(min(1, value + margin)))


def strengths(wins: Numbers) -> Numbers:
    """Return Bradley-Terry strengths on Elo's scale with mean 0: the maximum of the likelihood, by Newton's method.

    Args:
        wins: ... x n x n; `wins[..., i, j]` = how often i beat j, a tie half for each. Many tables are fitted at once.
    """
    n = wins.shape[-1]
    met = wins + np.swapaxes(wins, -1, -2)
    won = wins.sum(axis=-1)
    theta = np.zeros(wins.shape[:-1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(theta[..., None, :] - theta[..., :, None]))
        own = 1 / (1 + np.exp(-theta))
        slope = won - (met * chance).sum(axis=-1) + PRIOR * (1 - 2 * own)
        weight = met * chance * (1 - chance)
        bend = np.eye(n) * (weight.sum(axis=-1) + 2 * PRIOR * own * (1 - own))[..., None] - weight
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        theta = theta + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0.0) < PRECISION:
            break
    return np.asarray((theta - theta.mean(axis=-1, keepdims=True)) * ELO)


def strength_intervals(
    wins: Numbers, resamples: int, confidence: float, seed: int, counts: npt.NDArray[np.int64] | None = None
) -> list[Interval]:
    """Return every model's strength with its percentile interval over resampled questions, or votes.

    Args:
        wins: questions x n x n, as `strengths` takes them for one question each.
        resamples: how many.
        confidence: of the intervals.
        seed: the same seed gives the same intervals.
        counts: how often each of `wins` came; None = once. Drawing how often each comes is drawing every one.
    """
    questions, n, _ = wins.shape
    times = np.ones(questions, dtype=np.int64) if counts is None else counts
    flat = wins.reshape(questions, n * n)
    values = strengths((times @ flat).reshape(n, n))
    drawn = np.random.default_rng(seed).multinomial(times.sum(), times / times.sum(), size=resamples)
    refitted = strengths((drawn @ flat).reshape(resamples, n, n))
    tail = (1 - confidence) / 2
    low, high = np.quantile(refitted, [tail, 1 - tail], axis=0)
    return [Interval(*(float(one[place]) for one in (values, low, high))) for place in range(n)]

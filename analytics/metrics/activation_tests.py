"""Whether a mark goes with staying: the score of two-by-two tables, its permutation, the interval of their ratio."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import hypergeom

from analytics.metrics.intervals import Interval, Z

Floats = NDArray[np.float64]
ROUNDS = 499  # permutations: the smallest p is 1 / 500
SEED = 20240229


@dataclass(frozen=True)
class Landmark:
    """The customers of one landmark: `marks` (customers × candidates, 0 or 1) and `has_left` (0 or 1)."""

    marks: NDArray[np.float32]
    has_left: NDArray[np.float32]


def score(left_with: ArrayLike, n_with: ArrayLike, left: ArrayLike, customers: ArrayLike) -> Floats:
    """How many standard errors fewer (negative) or more of the marked have left than chance gives; NaN without spread.

    Mean and variance are the hypergeometric ones: the margins of the table are fixed, as in a permutation.
    """
    a, m, d, n = (np.asarray(count, dtype=float) for count in (left_with, n_with, left, customers))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = m * (n - m) * d * (n - d) / (n * n * (n - 1))
        return np.where(spread > 0, (a - m * d / n) / np.sqrt(spread), np.nan)


def lowest_by_chance(landmarks: list[Landmark], rounds: int = ROUNDS, seed: int = SEED) -> Floats:
    """The lowest score of all candidates in each of many rounds in which outcomes are shuffled among customers.

    Every landmark's outcomes are shuffled among its own customers, so who is still there is never touched.
    P. Westfall & S. Young (1993), Resampling-Based Multiple Testing: the maximum over all tests answers for all.
    """
    draws = np.random.default_rng(seed)
    lowest = np.full(rounds, np.inf)
    for landmark in landmarks:
        shuffled = draws.permuted(np.tile(landmark.has_left, (rounds, 1)), axis=1)
        scores = score(
            shuffled @ landmark.marks, landmark.marks.sum(axis=0), landmark.has_left.sum(), len(landmark.has_left)
        )
        lowest = np.fmin(lowest, np.nanmin(np.where(np.isnan(scores), np.inf, scores), axis=1, initial=np.inf))
    return lowest


def adjust(scores: ArrayLike, lowest: Floats) -> Floats:
    """p of each score after all candidates were tried: how often chance alone gives a lowest score as low."""
    below = (lowest[None, :] <= np.asarray(scores, dtype=float)[:, None]).sum(axis=1)
    adjusted: Floats = (1 + below) / (1 + len(lowest))
    return adjusted


def katz(hits: ArrayLike, trials: ArrayLike, hits_without: ArrayLike, trials_without: ArrayLike) -> Interval:
    """95 % interval of the ratio of two risks, on its logarithm; NaN where either side has no trials.

    D. Katz et al. (1978), Biometrics 34: exp(ln ratio ± z √(1/a − 1/m + 1/c − 1/k)). Where nobody or everybody
    is hit on one side, half a hit and half a miss are added to both sides.
    """
    a, m, c, k = (np.asarray(count, dtype=float) for count in (hits, trials, hits_without, trials_without))
    is_bare = (a == 0) | (c == 0) | ((a == m) & (c == k))
    extra = np.where(is_bare, 0.5, 0.0)
    a, m, c, k = (
        np.where((m > 0) & (k > 0), one, np.nan) for one in (a + extra, m + 2 * extra, c + extra, k + 2 * extra)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log((a / m) / (c / k))
        half = Z * np.sqrt(1 / a - 1 / m + 1 / c - 1 / k)
    return np.exp(centre - half), np.exp(centre + half)


def fewer_left(hits: ArrayLike, trials: ArrayLike, hits_without: ArrayLike, trials_without: ArrayLike) -> Floats:
    """One-sided p of Fisher's exact test: how often chance gives the marked as few departures as they have."""
    a, m, c, k = (np.asarray(count, dtype=np.int64) for count in (hits, trials, hits_without, trials_without))
    p: Floats = hypergeom.cdf(a, m + k, a + c, m)
    return p


def holm(p: ArrayLike) -> Floats:
    """p corrected for being several (S. Holm, 1979, Scandinavian Journal of Statistics 6); NaN is no test."""
    values = np.asarray(p, dtype=float)
    order = np.argsort(values)[: np.isfinite(values).sum()]
    corrected = np.full(len(values), np.nan)
    raised = values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(raised), 1)
    return corrected

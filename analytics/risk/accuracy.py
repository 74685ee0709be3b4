"""How good a score is: ranking, probability and calibration, each with an interval that knows rows of one
account go together.

All functions take 0/1 outcomes and `weights` (1 for every row where nothing else is meant).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.calibration import Floats, Ints, to_log_odds, to_probability

Z_95: Final = 1.959963984540054
N_BINS: Final = 10
_CLIP: Final = 1e-15


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A figure with its 95 % limits (NaN where it has none)."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


def measure_auc(scores: Floats, outcomes: Floats, accounts: Ints) -> Interval:
    """Area under the ROC curve, ties counted half, with the interval of Obuchowski (1997) for clustered rows.

    Where every account has one row this is DeLong's interval. NaN where one of the outcomes does not occur.
    """
    churned = outcomes > 0.5
    n_churned, n_stayed = int(churned.sum()), int((~churned).sum())
    if n_churned == 0 or n_stayed == 0:
        return Interval(value=float("nan"))
    ranks, churned_ranks = _rank_middle(scores), _rank_middle(scores[churned])
    stayed_ranks = _rank_middle(scores[~churned])
    placed = np.empty(len(scores))
    placed[churned] = (ranks[churned] - churned_ranks) / n_stayed
    placed[~churned] = 1.0 - (ranks[~churned] - stayed_ranks) / n_churned
    area = float(placed[churned].mean())
    error = _cluster_error(placed - area, churned, accounts)
    return Interval(value=area, low=max(0.0, area - Z_95 * error), high=min(1.0, area + Z_95 * error))


def _cluster_error(deviations: Floats, churned: NDArray[np.bool_], accounts: Ints) -> float:
    _, codes = np.unique(accounts, return_inverse=True)
    n_accounts = int(codes.max()) + 1
    above = np.bincount(codes, weights=np.where(churned, deviations, 0.0), minlength=n_accounts)
    below = np.bincount(codes, weights=np.where(churned, 0.0, deviations), minlength=n_accounts)
    with_churn, with_stay = len(np.unique(codes[churned])), len(np.unique(codes[~churned]))
    if min(with_churn, with_stay) < 2:
        return float("nan")
    n_churned, n_stayed = churned.sum(), (~churned).sum()
    variance = with_churn / (with_churn - 1) * np.sum(above**2) / n_churned**2
    variance += with_stay / (with_stay - 1) * np.sum(below**2) / n_stayed**2
    variance += 2.0 * n_accounts / (n_accounts - 1) * np.sum(above * below) / (n_churned * n_stayed)
    return float(np.sqrt(max(variance, 0.0)))


def _rank_middle(values: Floats) -> Floats:
    """Ranks from 1, ties at the middle of their places."""
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[codes]


def measure_log_loss(probabilities: Floats, outcomes: Floats, weights: Floats) -> float:
    """Mean negative log-likelihood in nats; a probability of 0 or 1 counts as 1e-15 from it."""
    clipped = np.clip(probabilities, _CLIP, 1.0 - _CLIP)
    return float(np.average(-np.where(outcomes > 0.5, np.log(clipped), np.log1p(-clipped)), weights=weights))


def measure_brier(probabilities: Floats, outcomes: Floats, weights: Floats) -> float:
    """Mean squared difference of probability and outcome."""
    return float(np.average((probabilities - outcomes) ** 2, weights=weights))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """Scores put in order once (highest first, ties as groups): a reweighted curve then costs one pass."""

    order: Ints
    group_starts: Ints

    @classmethod
    def of(cls, scores: Floats) -> "Ranking":
        """The ranking of `scores`."""
        order = np.argsort(-scores, kind="stable")
        ordered = scores[order]
        starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        return cls(order=order, group_starts=starts)

    def sum_groups(self, values: Floats) -> Floats:
        """The sum of `values` over each group of equal scores, highest score first."""
        return np.add.reduceat(values[self.order], self.group_starts)


def measure_pr_auc(ranking: Ranking, outcomes: Floats, weights: Floats) -> float:
    """Average precision: precision at each distinct score, weighted by the recall gained there."""
    gained = ranking.sum_groups(weights * outcomes)
    taken = np.cumsum(ranking.sum_groups(weights))
    precision = np.cumsum(gained) / np.where(taken > 0, taken, 1.0)
    total = gained.sum()
    return float(np.sum(precision * gained) / total) if total > 0 else float("nan")


def measure_lift(ranking: Ranking, outcomes: Floats, weights: Floats, share: float = 0.1) -> float:
    """Churn rate among the `share` of customers with the highest scores over the churn rate of all.

    Customers tied at the border count in the proportion of them that still fits.
    """
    gained, taken = ranking.sum_groups(weights * outcomes), ranking.sum_groups(weights)
    room = share * taken.sum()
    before = np.concatenate([[0.0], np.cumsum(taken)[:-1]])
    fitting = np.clip(room - before, 0.0, taken)
    caught = np.sum(gained * fitting / np.where(taken > 0, taken, 1.0))
    total = gained.sum()
    return float(caught / room / (total / taken.sum())) if total > 0 else float("nan")


def assign_bins(probabilities: Floats, weights: Floats, n_bins: int = N_BINS) -> Ints:
    """Bins of equal weight by rising probability: 0 … n_bins - 1."""
    order = np.argsort(probabilities, kind="stable")
    ordered = weights[order]
    middle = (np.cumsum(ordered) - ordered / 2.0) / ordered.sum()
    bins = np.empty(len(probabilities), dtype=np.int64)
    bins[order] = np.minimum((middle * n_bins).astype(np.int64), n_bins - 1)
    return bins


def measure_calibration_error(probabilities: Floats, outcomes: Floats, weights: Floats) -> float:
    """ECE: over ten bins of equal weight, the weighted mean of |observed rate - mean probability|."""
    bins = assign_bins(probabilities, weights)
    gaps = np.bincount(bins, weights=weights * (outcomes - probabilities), minlength=N_BINS)
    return float(np.abs(gaps).sum() / weights.sum())


def measure_calibration_floor(probabilities: Floats, weights: Floats, *, n_draws: int = 200, seed: int = 0) -> float:
    """What a perfect model would still show: the 95 % quantile of the ECE when outcomes are drawn from the
    probabilities.
    """
    bins = assign_bins(probabilities, weights)
    expected = np.bincount(bins, weights=weights * probabilities, minlength=N_BINS)
    generator = np.random.default_rng(seed)
    errors = np.empty(n_draws)
    for draw in range(n_draws):
        drawn = generator.random(len(probabilities)) < probabilities
        observed = np.bincount(bins[drawn], weights=weights[drawn], minlength=N_BINS)
        errors[draw] = np.abs(observed - expected).sum()
    return float(np.quantile(errors, 0.95) / weights.sum())


def measure_spiegelhalter_z(probabilities: Floats, outcomes: Floats) -> float:
    """Z = sum (y - p)(1 - 2p) / sqrt(sum (1 - 2p)^2 p (1 - p)): about standard normal for a calibrated score
    (Spiegelhalter 1986).
    """
    tilt = 1.0 - 2.0 * probabilities
    spread = np.sqrt(np.sum(tilt**2 * probabilities * (1.0 - probabilities)))
    return float(np.sum((outcomes - probabilities) * tilt) / spread) if spread > 0 else float("nan")


def measure_line(
    probabilities: Floats, outcomes: Floats, weights: Floats, accounts: Ints, line: tuple[float, float]
) -> tuple[Interval, Interval]:
    """Slope and intercept `line` of the outcomes on logit p with 95 % limits from the sandwich variance
    clustered by account.
    """
    design = np.column_stack([to_log_odds(probabilities), np.ones(len(outcomes))])
    fitted = to_probability(design @ np.asarray(line))
    curvature = design.T @ (design * (weights * fitted * (1.0 - fitted))[:, None])
    _, codes = np.unique(accounts, return_inverse=True)
    pulls = design * (weights * (outcomes - fitted))[:, None]
    summed = np.column_stack([np.bincount(codes, weights=pulls[:, position]) for position in range(2)])
    if np.linalg.cond(curvature) > 1e12:
        return Interval(value=line[0]), Interval(value=line[1])
    inverse = np.linalg.inv(curvature)
    errors = Z_95 * np.sqrt(np.diag(inverse @ (summed.T @ summed) @ inverse))
    slope, intercept = (
        Interval(value=value, low=value - error, high=value + error)
        for value, error in zip(line, errors.tolist(), strict=True)
    )
    return slope, intercept

"""Contributions of columns to a score, in log-odds and in points of probability that add up to it.

Path-dependent Shapley values of trees (XGBoost's `pred_contribs`), averaged over the boosters of the bag. On
the probability scale each column gets the share of the way from the base to the prediction that it has on the
log-odds scale: with margin m = m0 + sum of phi_j and any monotone calibrator g, points_j = phi_j (g(m) -
g(m0)) / (m - m0), which for smooth g is the Aumann-Shapley share.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

from analytics.risk.calibration import Calibrator, Floats
from analytics.risk.columns import FeatureSpec

_SAME_MARGIN: Final = 1e-6


def average_contributions(boosters: Sequence[xgb.Booster], data: xgb.DMatrix) -> Floats:
    """One row per row of `data`: log-odds of every feature and last the base m0; a row sums to the bag's
    margin.
    """
    total = np.zeros((data.num_row(), data.num_col() + 1))
    for booster in boosters:
        total += booster.predict(data, pred_contribs=True)
    return total / len(boosters)


def convert_to_points(
    contributions: Floats, calibrator: Calibrator, margins: Floats | None = None
) -> tuple[float, Floats, Floats]:
    """(base, points, predictions) of contributions as `average_contributions` gives them.

    base = g(m0), one number; `points` one column per feature in probability (0.01 is one point); predictions
    = g(m). For every row base + sum(points) = prediction to floating-point accuracy. Where the score's own
    `margins` are given the predictions are theirs: contributions are summed in another order and differ from
    them by about 1e-6, shared out here in proportion.
    """
    shares, base_margin = contributions[:, :-1], float(contributions[0, -1]) if len(contributions) else 0.0
    way = shares.sum(axis=1)
    start = np.array([base_margin])
    base = float(calibrator.apply(start)[0])
    near = np.abs(way) < _SAME_MARGIN
    reached = calibrator.apply(base_margin + way)
    rate = np.where(near, calibrator.slope_at(start)[0], (reached - base) / np.where(near, 1.0, way))
    points = shares * rate[:, None]
    predictions = reached if margins is None else calibrator.apply(margins)
    size = np.abs(shares)
    total = size.sum(axis=1)
    rest = (predictions - base - points.sum(axis=1)) / np.where(total > 0, total, 1.0)
    return base, points + size * rest[:, None], predictions


def fold_columns(values: Floats, names: Sequence[str]) -> tuple[list[str], Floats]:
    """Sum the columns of `values` that share a name; names in order of first appearance."""
    distinct = list(dict.fromkeys(names))
    summed = np.zeros((len(values), len(distinct)))
    for position, name in enumerate(names):
        summed[:, distinct.index(name)] += values[:, position]
    return distinct, summed


def sum_sources(values: Floats, specs: Sequence[FeatureSpec]) -> tuple[list[str], Floats]:
    """Contributions (points or log-odds) per source column: lags and one-hot copies folded into the column
    they came from.
    """
    return fold_columns(values, [spec.source for spec in specs])


def sum_families(values: Floats, specs: Sequence[FeatureSpec]) -> tuple[list[str], Floats]:
    """Contributions (points or log-odds) per family."""
    return fold_columns(values, [spec.family for spec in specs])


def rank_reasons(points: Floats, n_reasons: int = 3) -> NDArray[np.intp]:
    """Per row the positions of the `n_reasons` columns that raise the risk most, highest first; -1 where
    fewer raise it at all.
    """
    n_shown = min(n_reasons, points.shape[1])
    order = np.argsort(-points, axis=1, kind="stable")[:, :n_shown]
    raised = np.take_along_axis(points, order, axis=1) > 0
    positions = np.where(raised, order, -1)
    return np.pad(positions, ((0, 0), (0, n_reasons - n_shown)), constant_values=-1)

"""95 % intervals of what is not a share: means, quantiles, net scores, and the difference of two shares."""

import numpy as np
import polars as pl
from numpy.typing import ArrayLike
from scipy.stats import binom, t

from analytics.metrics.intervals import LEVEL, Interval, Z, garwood, wilson

_TAIL = (1 - LEVEL) / 2


def rank_interval(sizes: ArrayLike, quantile: float) -> tuple[np.ndarray, np.ndarray]:
    """The ranks (from 1) of the ordered values between which a quantile lies with at least 95 % confidence.

    Free of any distribution: W. J. Conover, Practical Nonparametric Statistics, 3.2; rank 0 or n + 1 means that so
    few values do not bound it on that side.
    """
    n = np.asarray(sizes, dtype=np.int64)
    return binom.ppf(_TAIL, n, quantile).astype(np.int64), binom.ppf(1 - _TAIL, n, quantile).astype(np.int64) + 1


def clustered_mean(rows: pl.DataFrame, column: str, keys: list[str]) -> pl.DataFrame:
    """Mean of a column by keys with its interval: keys, value, low, high, n (rows).

    Rows of one customer are not independent: the variance is that of the customers' sums of deviations, with
    Student's t for as many customers less one; low and high are null for a single customer.
    """
    means = rows.with_columns(value=pl.col(column).mean().over(keys), n=pl.len().over(keys))
    deviations = means.group_by(*keys, "customer_key", "value", "n").agg(off=(pl.col(column) - pl.col("value")).sum())
    cells = deviations.group_by(*keys, "value", "n").agg(squares=pl.col("off").pow(2).sum(), customers=pl.len())
    m = cells["customers"].to_numpy().astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(cells["squares"].to_numpy() * m / (m - 1)) / cells["n"].to_numpy()
        half = np.where(m > 1, t.ppf(1 - _TAIL, m - 1) * error, np.nan)
    width = pl.Series(half, dtype=pl.Float64).fill_nan(None)
    bounds = {"low": pl.col("value") - width, "high": pl.col("value") + width}
    return cells.select(*keys, "value", **bounds, n=pl.col("n").cast(pl.Int64))


def net_share(gained: ArrayLike, lost: ArrayLike, trials: ArrayLike) -> Interval:
    """Interval of (gained − lost) ÷ trials where one answer can be at most one of the two; NaN without trials.

    D. G. Bonett & R. M. Price (2012), JEBS 37: one is added to each count and two to their number, then the usual
    interval of a difference; cut at −1 and 1.
    """
    n = np.asarray(trials, dtype=float)
    up, down = ((np.asarray(count, dtype=float) + 1) / (n + 2) for count in (gained, lost))
    half = Z * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    low, high = np.maximum(up - down - half, -1), np.minimum(up - down + half, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def difference(hits: ArrayLike, trials: ArrayLike, hits_before: ArrayLike, trials_before: ArrayLike) -> Interval:
    """Interval of one share less another, from different customers; NaN where either has no trials.

    R. G. Newcombe (1998), Statistics in Medicine 17, method 10: Wilson's two intervals put together.
    """
    counts = [np.asarray(count, dtype=float) for count in (hits, trials, hits_before, trials_before)]
    with np.errstate(divide="ignore", invalid="ignore"):
        share, before = counts[0] / counts[1], counts[2] / counts[3]
    return _subtract(share, wilson(*counts[:2]), before, wilson(*counts[2:]))


def rate_difference(
    events: ArrayLike, exposure: ArrayLike, events_before: ArrayLike, exposure_before: ArrayLike
) -> Interval:
    """Interval of one rate of events per exposure less another; NaN where either has no exposure.

    Garwood's two exact intervals put together: G. Y. Zou & A. Donner (2008), Statistics in Medicine 27.
    """
    counts = [np.asarray(count, dtype=float) for count in (events, exposure, events_before, exposure_before)]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, before = counts[0] / counts[1], counts[2] / counts[3]
    return _subtract(rate, garwood(*counts[:2]), before, garwood(*counts[2:]))


def _subtract(value: np.ndarray, bounds: Interval, before: np.ndarray, bounds_before: Interval) -> Interval:
    """Interval of value − before from the intervals of the two, which come from different customers."""
    (low, high), (low_before, high_before) = bounds, bounds_before
    change = value - before
    down = np.sqrt((value - low) ** 2 + (high_before - before) ** 2)
    up = np.sqrt((high - value) ** 2 + (before - low_before) ** 2)
    return change - down, change + up

"""95 % intervals of rates: Wilson for shares of customers, Garwood for events per exposure."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri

LEVEL = 0.95
Z = float(ndtri((1 + LEVEL) / 2))
Interval = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(successes: ArrayLike, trials: ArrayLike) -> Interval:
    """Wilson's score interval of a share (low, high), 0-1; NaN without trials.

    E. B. Wilson (1927), JASA 22: centre (p + z²/2n) / (1 + z²/n), half-width z √(p(1−p)/n + z²/4n²) / (1 +
    z²/n).
    """
    hits, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, spread = hits / n, Z * Z / n
        half = Z * np.sqrt(share * (1 - share) / n + spread / (4 * n))
        low, high = (share + spread / 2 - half) / (1 + spread), (share + spread / 2 + half) / (1 + spread)
    low, high = np.where(hits == 0, 0.0, low), np.where(hits == n, 1.0, high)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def garwood(events: ArrayLike, exposure: ArrayLike) -> Interval:
    """Exact interval of a rate of events per unit of exposure (low, high); NaN without exposure.

    F. Garwood (1936), Biometrika 28: χ²(.025, 2D) / 2E and χ²(.975, 2D + 2) / 2E, written with the inverse
    gamma function.
    """
    d, e = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    tail = (1 - LEVEL) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(d > 0, gammaincinv(np.maximum(d, 1), tail), 0.0) / e
        high = gammaincinv(d + 1, 1 - tail) / e
    return np.where(e > 0, low, np.nan), np.where(e > 0, high, np.nan)


def with_wilson(rows: pl.DataFrame, hits: str, trials: str) -> pl.DataFrame:
    """The rows with rate, low and high of hits ÷ trials; null where there are no trials (zero or null)."""
    low, high = wilson(_floats(rows[hits]), _floats(rows[trials]))
    return rows.with_columns(divide(hits, trials).alias("rate"), *_columns(("low", "high"), (low, high)))


def with_garwood(rows: pl.DataFrame, events: str, exposure: str, rate: str) -> pl.DataFrame:
    """The rows with `rate`, low and high of events per unit of exposure; null without exposure."""
    low, high = garwood(_floats(rows[events]), _floats(rows[exposure]))
    return rows.with_columns(divide(events, exposure).alias(rate), *_columns(("low", "high"), (low, high)))


def divide(above: str, below: str) -> pl.Expr:
    """One column by another as a float; null where the divisor is 0 or null."""
    divisor = pl.col(below).cast(pl.Float64)
    return pl.when(divisor != 0).then(pl.col(above).cast(pl.Float64) / divisor)


def _floats(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _columns(names: Sequence[str], values: Sequence[NDArray[np.float64]]) -> list[pl.Series]:
    return [pl.Series(name, value, dtype=pl.Float64).fill_nan(None) for name, value in zip(names, values, strict=True)]

"""Leavers against those who were there as long: a comparison that the length of a stay cannot bias."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import ndtr

from analytics.metrics.estimates import difference

Row = dict[str, float | int | None]


@dataclass(frozen=True)
class Days:
    """By day of a stay (index): stays watched on it, and departures on it; and the stays by first and last day."""

    watched: np.ndarray
    left: np.ndarray
    stays: pl.DataFrame


def count_days(stays: pl.DataFrame) -> Days:
    """The risk sets of stays: from_day, until_day (first and last day watched), has_left (1 on until_day), n."""
    size = int(stays["until_day"].max() or 0) + 2  # type: ignore[arg-type]
    return Days(_cover(stays, size), _leave(stays, size), stays)


def compare(days: Days, shown: pl.DataFrame) -> Row:
    """A sign among leavers against those watched on the same day of their stay.

    leavers: share of departures with the sign on their day; stayers: for each departure the share with the sign among
    those watched on that day of their own stay who did not leave on it, averaged over departures; difference, low,
    high (95 %, Newcombe, over as many independent stays as the reused ones are worth: (Σ w)² ÷ Σ w²); p (D. R. Cox,
    1972: score test of a covariate that changes with time, the same as Mantel and Haenszel over the days); n_leavers,
    n_stayers (stays compared with). shown: rows of from_day, until_day (the sign shows on these), has_left, n.
    Departures with nobody to compare with are left out.
    """
    size = len(days.watched)
    on, hits = _cover(shown, size), _leave(shown, size)
    others = days.watched - days.left
    used = (days.left > 0) & (others > 0)
    n = float(days.left[used].sum())
    if not n:
        return {"n_leavers": 0, "n_stayers": 0}
    died, rest = days.left[used], others[used]
    expected = float((died * (on - hits)[used] / rest).sum())
    found = float(hits[used].sum())
    weight, n_stayers = _weigh(days.stays, np.where(used, days.left / np.maximum(others, 1), 0.0))
    low, high = difference(found, n, expected / n * weight, weight)
    return {
        "leavers": found / n,
        "stayers": expected / n,
        "difference": (found - expected) / n,
        "low": float(low),
        "high": float(high),
        "p": _score_test(hits[used], died, on[used], days.watched[used]),
        "n_leavers": int(n),
        "n_stayers": n_stayers,
    }


def _score_test(hits: np.ndarray, left: np.ndarray, on: np.ndarray, watched: np.ndarray) -> float | None:
    share = on / watched
    variance = (left * share * (1 - share) * (watched - left) / np.maximum(watched - 1, 1)).sum()
    if variance <= 0:
        return None
    return float(2 * ndtr(-abs((hits - left * share).sum()) / np.sqrt(variance)))


def _weigh(stays: pl.DataFrame, weights: np.ndarray) -> tuple[float, int]:
    """How many independent stays those compared with are worth, and how many there are.

    weights: by day, what each one watched that day counts.
    """
    running = np.concatenate([[0.0], np.cumsum(weights)])
    first, last = stays["from_day"].to_numpy(), stays["until_day"].to_numpy()
    # on its own last day a leaver is not compared with
    own = running[last + 1 - stays["has_left"].to_numpy()] - running[first]
    n = stays["n"].to_numpy().astype(float)
    squares = (n * own**2).sum()
    return float((n * own).sum() ** 2 / squares) if squares > 0 else 0.0, int(n[own > 0].sum())


def _cover(rows: pl.DataFrame, size: int) -> np.ndarray:
    edges = np.zeros(size + 1)
    n = rows["n"].to_numpy().astype(float)
    np.add.at(edges, rows["from_day"].to_numpy(), n)
    np.add.at(edges, rows["until_day"].to_numpy() + 1, -n)
    return np.cumsum(edges)[:size]


def _leave(rows: pl.DataFrame, size: int) -> np.ndarray:
    gone = rows.filter(pl.col("has_left") == 1)
    return np.bincount(gone["until_day"].to_numpy(), gone["n"].to_numpy().astype(float), minlength=size)[:size]

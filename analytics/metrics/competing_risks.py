"""Cumulative incidence where several causes compete: the Aalen–Johansen estimate from a histogram of durations."""

import numpy as np
import polars as pl

from analytics.metrics.intervals import Z
from analytics.metrics.kaplan_meier import estimate_survival
from analytics.metrics.likelihood import Floats

_ROUNDING = 1e-12  # a share that is one may fall short of it by this much


def estimate_incidence(durations: pl.DataFrame) -> pl.DataFrame:
    """Aalen–Johansen by group and cause.

    Takes rows of group, time, entry (observed from this time on; null: from the beginning), cause (null where
    nobody left), events and censored (customers). Gives one row per group, cause and time at which anybody left,
    0 and the last time watched included: group, cause, time, incidence (share gone through that cause by that
    time, the other causes competing), low, high (95 %, log-log as in Kaplan–Meier: with one cause they are one
    minus its bounds). Over the causes, incidence and survival sum to 1. Every cause stands in every group.

    F(t) = Σ S(u−) d(u) ÷ n(u). O. Aalen & S. Johansen (1978), Scand. J. Statistics 5; variance by the delta
    method, E. Marubini & M. G. Valsecchi (1995), "Analysing Survival Data from Clinical Trials", ch. 10.
    """
    curves = estimate_survival(durations)
    left = durations.filter(pl.col("events") > 0)
    causes = left["cause"].unique().sort().to_list()
    counts = (
        left.cast({"time": pl.Float64, "events": pl.Float64})
        .group_by("group", "cause", "time")
        .agg(pl.col("events").sum())
    )
    parts = [
        _estimate_cause(curve, counts.filter(group=curve["group"][0], cause=cause), cause)
        for curve in curves.partition_by("group", maintain_order=True)
        for cause in causes
    ]
    return pl.concat(parts) if parts else curves.select("group", cause=pl.lit(""), time="time").clear()


def _estimate_cause(curve: pl.DataFrame, counts: pl.DataFrame, cause: str) -> pl.DataFrame:
    """The rows of one cause in one group."""
    own = curve.select("time").join(counts.select("time", "events"), on="time", how="left").fill_null(0.0)
    at_risk, left, survival = (curve[name].to_numpy() for name in ("at_risk", "events", "survival"))
    before, died = np.append(1.0, survival[:-1]), own["events"].to_numpy()
    watched = np.maximum(at_risk, 1e-300)  # nobody at risk: nobody leaves either
    incidence = np.cumsum(before * died / watched)
    low, high = _bound(incidence, _vary(incidence, before, at_risk, left, died))
    rows = curve.select("group", cause=pl.lit(cause), time="time", incidence=incidence, low=low, high=high)
    return rows.filter((pl.Series(left) > 0) | pl.col("time").is_in([curve["time"][0], curve["time"][-1]]))


def _vary(incidence: Floats, before: Floats, at_risk: Floats, left: Floats, died: Floats) -> Floats:
    """The variance of the incidence at each time.

    Σ over u ≤ t of (F(t) − F(u))² g(u) + S(u−)² d (n − d) ÷ n³ − 2 (F(t) − F(u)) S(u−) d ÷ n², with g = D ÷ (n (n
    − D)), D all departures; by running sums. Where everybody left, F no longer moves and g plays no part.
    """
    n = np.maximum(at_risk, 1e-300)
    some = (left > 0) & (at_risk > left)
    g = np.divide(left, n * (at_risk - left), out=np.zeros_like(n), where=some)
    own = before * died / n
    squares = np.cumsum(before * own * (at_risk - died) / n**2)
    f, f2, g1 = np.cumsum(incidence * g), np.cumsum(incidence**2 * g), np.cumsum(g)
    crossed, h = np.cumsum(incidence * own / n), np.cumsum(own / n)
    spread = incidence**2 * g1 - 2 * incidence * f + f2 + squares - 2 * (incidence * h - crossed)
    return np.maximum(spread, 0.0)


def _bound(incidence: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """95 % bounds on ln(−ln(1 − F)); 0 before the first departure, 1 when all have left through this cause."""
    inner = np.clip(incidence, _ROUNDING, 1 - _ROUNDING)
    log = np.log1p(-inner)
    spread = Z * np.sqrt(variance) / ((1 - inner) * log)  # negative, as log is
    low, high = (-np.expm1(log * np.exp(sign * spread)) for sign in (1, -1))
    is_edge = (incidence <= _ROUNDING) | (incidence >= 1 - _ROUNDING)
    edge = np.where(incidence <= _ROUNDING, 0.0, 1.0)
    return np.where(is_edge, edge, low), np.where(is_edge, edge, high)

"""The product-limit estimate from a histogram of durations: curves, medians, restricted means, the log-rank test."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.special import chdtrc

from analytics.metrics.intervals import Z

_ROUNDING = 1e-12  # a product of factors that is one half may fall short of it by this much


def estimate_survival(durations: pl.DataFrame) -> pl.DataFrame:
    """Kaplan–Meier by group.

    Takes rows of group, time, entry (observed from this time on; null: from the beginning), events and
    censored (customers, or weights). Gives one row per group and distinct time, from 0 on: group, time,
    at_risk (entered before that time and not gone before it), events, censored, survival (share still here
    after that time), low, high (95 %, log-log).

    E. L. Kaplan & P. Meier (1958), JASA 53; Greenwood's variance; J. D. Kalbfleisch & R. L. Prentice for the
    log-log interval, which is 1 before the first event and 0 after the last customer.
    """
    steps = _count_steps(durations)
    removed = pl.col("events") + pl.col("censored")
    at_risk = (pl.col("entered").cum_sum() - removed.cum_sum() + removed - pl.col("late")).over("group")
    rows = steps.with_columns(at_risk=at_risk)
    left = pl.col("at_risk") - pl.col("events")
    rows = rows.with_columns(
        survival=pl.when(pl.col("events") > 0).then(left / pl.col("at_risk")).otherwise(1.0).cum_prod().over("group"),
        variance=pl.when((pl.col("events") > 0) & (left > 0))
        .then(pl.col("events") / (pl.col("at_risk") * left))
        .otherwise(0.0)
        .cum_sum()
        .over("group"),
    )
    return _with_log_log(rows).select("group", "time", "at_risk", "events", "censored", "survival", "low", "high")


def _count_steps(durations: pl.DataFrame) -> pl.DataFrame:
    """Per group and distinct time: events, censored, entered, late (of them, at that very time)."""
    counts = [pl.col(name).cast(pl.Float64) for name in ("events", "censored")]
    entry = pl.col("entry").cast(pl.Float64)
    rows = durations.select(
        "group", pl.col("time").cast(pl.Float64), pl.when(entry > 0).then(entry).alias("entry"), *counts
    )
    rows = rows.filter(pl.col("entry").is_null() | (pl.col("entry") < pl.col("time")))  # the others were never watched
    zero, size = pl.lit(0.0), pl.col("events") + pl.col("censored")
    is_late = pl.col("entry").is_not_null()
    nothing = {"events": zero, "censored": zero, "entered": zero, "late": zero}
    early = rows.filter(~is_late).group_by("group").agg(entered=size.sum())
    parts = (
        rows.with_columns(entered=zero, late=zero),
        rows.select("group").unique().join(early, on="group", how="left").with_columns(
            **nothing | {"time": zero, "entered": pl.col("entered").fill_null(0.0)}),
        rows.filter(is_late).with_columns(**nothing | {"time": pl.col("entry"), "entered": size, "late": size}),
    )  # fmt: skip
    names = ("events", "censored", "entered", "late")
    stacked = pl.concat([part.select("group", "time", *names) for part in parts])
    return stacked.group_by("group", "time").agg(pl.col(names).sum()).sort("group", "time")


def _with_log_log(rows: pl.DataFrame) -> pl.DataFrame:
    log = pl.col("survival").log()
    spread = Z * pl.col("variance").sqrt() / log
    bounds = {"low": -((-log).log() - spread).exp(), "high": -((-log).log() + spread).exp()}
    edge = pl.when(pl.col("survival") >= 1 - _ROUNDING).then(1.0).when(pl.col("survival") <= _ROUNDING).then(0.0)
    return rows.with_columns(**{name: edge.otherwise(bound.exp()) for name, bound in bounds.items()})


def median_time(curve: pl.DataFrame, bound: str = "survival") -> float | None:
    """The first time by which half have left, from one group's curve; None when that is not reached.

    With bound `low` or `high` it is where that bound of the curve has fallen to half: the lower and the upper end of
    the median's 95 % interval (R. Brookmeyer & J. Crowley, 1982, on the log-log interval).
    """
    times = curve.filter(pl.col(bound) <= 0.5 + _ROUNDING)["time"]
    return None if times.is_empty() else float(times.to_numpy().min())


def count_at_risk(curves: pl.DataFrame, times: Sequence[float]) -> pl.DataFrame:
    """How many customers are watched and still here just before each of these times: group, time, at_risk.

    Nobody after the last time of a group. At 0, everybody watched from the beginning.
    """
    asked = pl.DataFrame({"time": sorted(times)}, schema={"time": pl.Float64})
    groups = curves.select("group").unique(maintain_order=True)
    later = curves.select("group", "time", "at_risk").sort("time")
    # between two rows nobody leaves; whoever entered at the earlier row is at risk by the later one
    rows = (
        groups.join(asked, how="cross")
        .sort("time")
        .join_asof(later, on="time", by="group", strategy="forward", check_sortedness=False)
    )
    return rows.with_columns(pl.col("at_risk").fill_null(0)).sort("group", "time")


def restricted_mean(curve: pl.DataFrame, horizon: float) -> float:
    """The mean time here within the horizon: the area under one group's curve up to it, in the curve's unit."""
    inside = curve.filter(pl.col("time") < horizon)
    edges = np.append(inside["time"].to_numpy(), horizon)
    return float(np.sum(np.diff(edges) * inside["survival"].to_numpy()))


def log_rank(curves: pl.DataFrame) -> tuple[float, int, float]:
    """The log-rank test of equal curves: statistic (χ²), degrees of freedom, p-value.

    N. Mantel (1966), hypergeometric variance. Takes the rows of `estimate_survival` for two groups or more.
    """
    groups = curves["group"].unique().sort().to_list()
    times = np.unique(curves.filter(pl.col("events") > 0)["time"].to_numpy())
    parts = [_at_times(curves.filter(pl.col("group") == group), times) for group in groups]
    risk, died = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
    n, d = risk.sum(axis=0), died.sum(axis=0)
    share = risk / n
    ties = np.divide(d * (n - d), n - 1, out=np.zeros_like(n), where=n > 1)
    excess = (died - d * share).sum(axis=1)
    variance = np.diag((ties * share).sum(axis=1)) - (ties * share) @ share.T
    statistic = float(excess @ np.linalg.pinv(variance) @ excess)
    return statistic, len(groups) - 1, float(chdtrc(len(groups) - 1, statistic))


def _at_times(curve: pl.DataFrame, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At risk and events of one group at each of these times."""
    own = pl.DataFrame({"time": times}).join(curve.select("time", "events"), on="time", how="left").fill_null(0.0)
    at_risk = count_at_risk(curve, times.tolist())["at_risk"]
    return at_risk.cast(pl.Float64).to_numpy(), own["events"].to_numpy()

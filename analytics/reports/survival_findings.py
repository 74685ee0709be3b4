"""Titles about how long customers stay: medians, what is not reached, and whether groups differ beyond chance."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_name

NOT_REACHED = "not reached"
CHANCE = 0.05


def say_survival(summary: pl.DataFrame, test: pl.DataFrame | None, unit: str) -> str:
    """By when half have left; between groups, whether they differ. summary, test: the rows of `survival`."""
    if summary.height > 1:
        return _say_difference(summary, test, unit)
    row = summary.row(0, named=True)
    if not row["events"]:
        return "Nobody has left yet"
    if row["median"] is None:
        return f"Fewer than half have left within {say_time(row['horizon'], unit)}: the median is not reached"
    return f"Half of the customers have left within {say_time(row['median'], unit)}"


def _say_difference(summary: pl.DataFrame, test: pl.DataFrame | None, unit: str) -> str:
    if test is None:
        return "Nobody has left yet"
    p_value = test["p_value"][0]
    if p_value >= CHANCE:
        return f"The groups do not differ beyond chance in how long they stay ({say_p(p_value)})"
    known = summary.sort("restricted_mean")
    worst, best = known.row(0, named=True), known.row(-1, named=True)
    if worst["median"] is None and best["median"] is None:
        means = " against ".join(_say_bound(row["restricted_mean"]) for row in (best, worst))
        told = f"on average {means} of the first {say_time(worst['horizon'], unit)}"
    else:
        told = f"median {say_median(best, unit)} against {say_median(worst, unit)}"
    return f"{best['group']} stays longest, {worst['group']} leaves soonest: {told}"


def say_test(test: pl.DataFrame) -> str:
    """The log-rank test in one sentence. test: the row of `survival` with `test`."""
    row = test.row(0, named=True)
    differ = "differ beyond chance" if row["p_value"] < CHANCE else "do not differ beyond chance"
    freedom = int(row["degrees_of_freedom"])
    degrees = f"{freedom} degree{'' if freedom == 1 else 's'} of freedom"
    return (
        f"Log-rank test of equal curves: they {differ} (χ² {row['statistic']:.2f}, {degrees}, {say_p(row['p_value'])})."
    )


def say_means(summary: pl.DataFrame, unit: str) -> str:
    """Median and restricted mean of one group, with what they rest on."""
    row = summary.row(0, named=True)
    low, high = (_say_bound(row[name]) for name in ("median_low", "median_high"))
    interval = f" (95 % interval {low} to {high})" if row["median_low"] is not None else ""
    return (
        f"Median time as a customer: **{say_median(row, unit)}**{interval}. Mean within the first "
        f"{say_time(row['horizon'], unit)}: **{say_time(row['restricted_mean'], unit)}**. "
        f"{row['events']:,.0f} of {row['customers']:,.0f} have left."
    )


def list_medians(summary: pl.DataFrame) -> pl.DataFrame:
    """The summary for reading: group, customers, left, median, interval, mean; what is not reached says so."""
    rows = [
        {
            "group": row["group"],
            "customers": row["customers"],
            "left": row["events"],
            "median": _say_bound(row["median"]),
            "95 % interval": say_interval(row),
            "mean": row["restricted_mean"],
        }
        for row in summary.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def say_interval(row: dict[str, Any]) -> str:
    """`12.4 to 18.1`, `12.4 to not reached`, or that neither end is reached."""
    if row["median_low"] is None:
        return NOT_REACHED
    return f"{_say_bound(row['median_low'])} to {_say_bound(row['median_high'])}"


def say_median(row: dict[str, Any], unit: str) -> str:
    """`14.2 months`, or that it is not reached."""
    return NOT_REACHED if row["median"] is None else say_time(row["median"], unit)


def say_time(time: float, unit: str) -> str:
    """`14.2 months`, `1 month`."""
    told = _say_bound(time)
    return f"{told} {unit.removesuffix('s') if told == '1' else unit}".strip()


def say_p(p_value: float) -> str:
    """`p = 0.031`, or `p < 0.001`."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def say_causes(rows: pl.DataFrame, unit: str) -> str:
    """Which cause has taken most by the end. rows: those of `incidence` without groups."""
    ends = rows.sort("time").group_by("reason").agg(pl.col("incidence", "time").last()).sort("incidence", "reason")
    worst = ends.row(-1, named=True)
    if not worst["incidence"]:
        return "Nobody has left yet"
    return f"{say_name(worst['reason'])} takes most: {worst['incidence']:.1%} within {say_time(worst['time'], unit)}"


def fold_causes(rows: pl.DataFrame, most: int = 5) -> pl.DataFrame:
    """The greatest causes, and the others together: reason, time, incidence, greatest at the end first.

    rows: those of `incidence` without groups, in which every reason stands at the same times.
    """
    ends = rows.sort("time").group_by("reason").agg(pl.col("incidence").last()).sort("incidence", descending=True)
    order = ends["reason"].to_list()
    kept = order[:most] if len(order) > most + 1 else order
    named = rows.with_columns(reason=pl.when(pl.col("reason").is_in(kept)).then("reason").otherwise(pl.lit("others")))
    sums = named.group_by("reason", "time").agg(pl.col("incidence").sum())
    place = pl.DataFrame({"reason": [*kept, "others"], "place": range(len(kept) + 1)})
    return sums.join(place, on="reason").sort("place", "time").drop("place")


def _say_bound(time: float | None) -> str:
    if time is None:
        return NOT_REACHED
    return f"{time:,.1f}".removesuffix(".0")

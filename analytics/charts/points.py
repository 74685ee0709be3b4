"""Rows of a metric as the points of `curves`: the same numbers under the names a figure knows."""

import polars as pl

MOST_POINTS = 400  # of a line: more is below one pixel


def points_over_time(rows: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """Rates per period as points: x (date), y, low, high, group, state.

    rows: period, rate (0-1), base, low, high, state and, where broken down, group. A rate over fewer than `low_n`
    customers is a gap.
    """
    return _points(rows.rename({"period": "x"}), pl.col("base") >= low_n, pl.col("state"))


def points_by_age(rows: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """An average curve as points: x (age), y, low, high, group, state; averages rest on final cells only.

    rows: age, rate (0-1), eligible, low, high and, where broken down, group. A rate over fewer than `low_n`
    customers is left out.
    """
    enough = rows.filter(pl.col("eligible") >= low_n)
    return _points(enough.rename({"age": "x"}), pl.lit(True), pl.lit("final"))


def points_by_time(rows: pl.DataFrame, most: int = MOST_POINTS) -> pl.DataFrame:
    """Survival curves as points: x (time), y, low, high, group (null where there is one alone), state.

    rows: those of `survival`. Times without a departure change nothing and are left out, the last one aside; of more
    than `most` steps of a group, those that lie within one `most`th of its width of each other become one.
    """
    names = rows["group"].unique()
    is_step = (pl.col("events") > 0) | (pl.col("time") == 0) | (pl.col("time") == pl.col("time").max())
    steps = rows.filter(is_step.over("group"))
    bin_of = (pl.col("time") / pl.col("time").max() * (most - 2)).floor()
    is_last = bin_of != bin_of.shift(-1)
    thinned = steps.filter(((pl.len() <= most) | is_last.fill_null(True) | (pl.col("time") == 0)).over("group"))
    shown = thinned.rename({"time": "x", "survival": "rate"})
    return _points(shown if names.len() > 1 else shown.drop("group"), pl.lit(True), pl.lit("final"))


def _points(rows: pl.DataFrame, is_shown: pl.Expr, state: pl.Expr) -> pl.DataFrame:
    group = pl.col("group") if "group" in rows.columns else pl.lit(None, dtype=pl.String)
    values = {"y": pl.col("rate"), "low": pl.col("low"), "high": pl.col("high")}
    shown = {name: pl.when(is_shown).then(value) for name, value in values.items()}
    return rows.select("x", **shown, group=group, state=state)

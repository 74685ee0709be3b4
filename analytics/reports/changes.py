"""Whether a metric's latest change is news: against its interval, and against how much it usually moves."""

import polars as pl

from analytics.contract.metrics import find_metric

FEWEST_CHANGES = 6  # below it, how much a metric usually moves is not known
LIMIT = 2.66  # of the mean moving range: three standard deviations of an individuals chart, Shewhart (1931)


def judge_changes(scores: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """The rows of `scorecard` with what to make of the change since the period before.

    Adds change (value − previous), usual_low and usual_high (the changes to expect: mean of the earlier changes
    ± 2.66 × their mean moving range; null below six of them) and verdict: `better` or `worse` where the change leaves
    that range and the value's interval leaves the previous value out, whichever of the two is known; `usual` where
    it does not; `unknown` where neither is known or there is no period before.
    history: the rows of `scorecard_history` for the same question, without groups.
    """
    changes = pl.col("value") - pl.col("previous")
    rows = scores.with_columns(change=changes).join(_usual(history), on="metric", how="left", maintain_order="left")
    better = {key: find_metric(key).direction for key in rows["metric"].unique()}
    return rows.with_columns(direction=pl.col("metric").replace_strict(better, default="neither")).with_columns(
        verdict=pl.when(pl.col("change").is_null() | (pl.col("usual_low").is_null() & pl.col("low").is_null()))
        .then(pl.lit("unknown"))
        .when(_is_news())
        .then(_name_direction())
        .otherwise(pl.lit("usual"))
    )


def _usual(history: pl.DataFrame) -> pl.DataFrame:
    """metric, usual_low, usual_high from all final changes but the latest, which is the one to judge."""
    final = history.filter(pl.col("state") == "final").sort("metric", "period")
    moves = final.with_columns(move=pl.col("value").diff().over("metric")).filter(pl.col("move").is_not_null())
    earlier = moves.filter(pl.col("period") < pl.col("period").max().over("metric"))
    ranges = earlier.with_columns(range=pl.col("move").diff().abs().over("metric"))
    limits = ranges.group_by("metric").agg(mean=pl.col("move").mean(), range=pl.col("range").mean(), n=pl.len())
    width = LIMIT * pl.col("range")
    return limits.filter(pl.col("n") >= FEWEST_CHANGES).select(
        "metric", (pl.col("mean") - width).alias("usual_low"), (pl.col("mean") + width).alias("usual_high")
    )


def _is_news() -> pl.Expr:
    is_unusual = ~pl.col("change").is_between("usual_low", "usual_high")
    is_outside = ~pl.col("previous").is_between("low", "high")
    return is_unusual.fill_null(True) & is_outside.fill_null(True)


def _name_direction() -> pl.Expr:
    is_up = pl.col("change") > 0
    gets_better = (is_up & (pl.col("direction") == "up")) | (~is_up & (pl.col("direction") == "down"))
    named = pl.when(gets_better).then(pl.lit("better")).otherwise(pl.lit("worse"))
    return pl.when(pl.col("direction") == "neither").then(pl.lit("usual")).otherwise(named)

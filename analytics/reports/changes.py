"""What changed: whether it is news, against its interval and its usual range, and which parts it is made of."""

import polars as pl

from analytics.charts.wording import say_amount, say_name, say_period, say_points
from analytics.contract.metrics import find_metric
from analytics.metrics.estimates import difference

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


def say_changes(churn: pl.DataFrame, revenue: pl.DataFrame, by: str, period: str, sign: str) -> list[str]:
    """Two or three sentences on the last finished period; the parts they name add up to the change they name.

    churn: the rows of `change_of_churn` broken down by `by` (empty: not broken down); revenue: those of `change_of_mrr`
    without groups, or none. Nothing is said of what is not there.
    """
    told = [_say_revenue(revenue, period, sign)] if revenue.height else []
    if churn.height:
        told += [_say_parts(churn, by, period), _say_chance(churn)]
    return told


def _say_revenue(revenue: pl.DataFrame, period: str, sign: str) -> str:
    """`Recurring revenue rose by €14.1k to €703k in Dec 2025: new €19.8k, …, churn −€2.74k.`"""
    last = revenue.row(0, named=True)
    change = last["closing"] - last["opening"]
    moved = "rose by" if change > 0 else "fell by"
    parts = [
        f"{say_name(kind).lower()} {say_amount(amount, sign)}"
        for kind, amount in revenue.select("kind", "amount").iter_rows()
        if amount
    ]
    name = f"in {say_period(last['period'], period)}"
    if not change:
        return f"Recurring revenue stayed at {say_amount(last['closing'], sign)} {name}."
    return (
        f"Recurring revenue {moved} {say_amount(abs(change), sign)} to {say_amount(last['closing'], sign)} {name}: "
        f"{', '.join(parts)}."
    )


def _say_parts(churn: pl.DataFrame, by: str, period: str) -> str:
    """`Churn rose by 0.4 pp from Nov 2025 to Dec 2025: +0.1 pp from the mix of plan, +0.3 pp …`"""
    first = churn.row(0, named=True)
    total = float(churn["contribution"].sum())
    # what is shown must add up: the second part is what the rounded first leaves of the rounded whole
    shown, mix = round(total, 3), round(float(churn["mix"].sum()), 3)
    span = f"from {say_period(first['period_before'], period)} to {say_period(first['period'], period)}"
    if not shown:
        return f"Customer churn did not move {span}."
    told = f"Customer churn {'rose' if shown > 0 else 'fell'} by {say_points(abs(shown))[1:]} {span}"
    if not by:
        return f"{told}."
    most = churn.sort(pl.col("contribution") * (1 if shown > 0 else -1), descending=True).row(0, named=True)
    named = say_name(by).lower()
    return (
        f"{told}: {say_points(mix)} from the mix of {named}, {say_points(shown - mix)} from the rates within it; "
        f"{most['group']} contributes most ({say_points(most['contribution'])})."
    )


def _say_chance(churn: pl.DataFrame) -> str:
    """Whether so many customers can tell the change from none."""
    now, before = (
        (float((churn[rate].fill_null(0) * churn[base]).sum()), float(churn[base].sum()))
        for rate, base in (("rate", "base"), ("rate_before", "base_before"))
    )
    low, high = (float(bound) for bound in difference(*now, *before))
    span = f"95 % interval of the change {say_points(low)} to {say_points(high)}"
    if low <= 0 <= high:
        return f"A change of this size can be chance ({span})."
    return f"Chance alone does not explain the change of churn ({span})."

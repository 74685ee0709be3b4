"""Titles of the journey's figures: the moves between stages, their rates, what stood out, what thresholds decide."""

import polars as pl

from analytics.charts.bars import STAGE_LABELS
from analytics.charts.wording import say_percent, say_period
from analytics.contract.stages import CHURNED, JOURNEY
from analytics.reports.journey_findings import find_unusual


def say_moves(moves: pl.DataFrame) -> str:
    """The commonest move and the stage most left from. moves: the rows of `flows` without groups."""
    seen = moves.filter(pl.col("from_stage").is_in(JOURNEY) & (pl.col("customers") > 0))
    seen = seen.sort("customers", "from_stage", "to_stage", descending=[True, False, False])
    inside, gone = seen.filter(pl.col("to_stage") != CHURNED), seen.filter(pl.col("to_stage") == CHURNED)
    parts = []
    if inside.height:
        first = inside.row(0, named=True)
        moved = f"{first['customers']:,} went from {_name(first['from_stage'])} to {_name(first['to_stage'])}"
        parts.append(f"Most moves: {moved}")
    if gone.height:
        first = gone.row(0, named=True)
        parts.append(f"{first['customers']:,} of {gone['customers'].sum():,} left from {_name(first['from_stage'])}")
    return "; ".join(parts) or "Nobody moved between stages"


def say_rates(stages: pl.DataFrame) -> str:
    """The stages with the highest and the lowest rate of departures. stages: the rows of `stages` without groups."""
    known = stages.filter(pl.col("churn_rate").is_not_null()).sort("churn_rate")
    if known.is_empty():
        return "No time has been spent in any stage"
    low, high = known.row(0, named=True), known.row(-1, named=True)
    told = f"{say_percent(high['churn_rate'])} leave per month in {_name(high['stage'])}"
    if known.height == 1:
        return told
    return f"{told}, {say_percent(low['churn_rate'])} in {_name(low['stage'])}"


def say_standout(history: pl.DataFrame, period: str) -> str:
    """The latest stage and period that stand out, and how many more. history: rows of `stage_history`, no groups."""
    if history.is_empty():
        return f"No {period} is over yet"
    found = find_unusual(history)
    if found.is_empty():
        return f"No {period} stands out against the others"
    first, left = found.row(0, named=True), found.height - 1
    more = "more" if first["verdict"] == "rose" else "fewer"
    rest = f", and {left} more {'stands' if left == 1 else 'stand'} out" if left else ""
    return f"{STAGE_LABELS[first['stage']]} lost {more} than usual in {say_period(first['period'], period)}{rest}"


def say_thresholds(thresholds: pl.DataFrame) -> str:
    """The threshold that decides most, as a share of customer-days. thresholds: the rows of `stage_thresholds`."""
    moving = thresholds.filter(pl.col("customer_days_moved") > 0).sort("share", "threshold", descending=[True, False])
    if moving.is_empty():
        return "No threshold decides in which stage a customer is"
    first = moving.row(0, named=True)
    return f"The setting {first['threshold']} decides most: the stage of {say_percent(first['share'])} of customer-days"


def _name(stage: str) -> str:
    return STAGE_LABELS[stage].lower()

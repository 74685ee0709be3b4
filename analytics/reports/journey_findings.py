"""The journey in sentences: what changed in which stage, which periods stand out, and where today's customers go."""

from typing import Any

import polars as pl

from analytics.charts.bars import STAGE_LABELS
from analytics.charts.wording import say_percent, say_period, say_points
from analytics.contract.stages import CHURNED

MOST_NAMED = 4  # unusual periods told in words; the table has all


def say_stage_change(changes: pl.DataFrame, period: str) -> str:
    """What made departures per customer-month move between the last two finished periods; "" without two of them.

    The two parts named add up to the change named. changes: the rows of `change_of_stages` without groups.
    """
    if changes.is_empty():
        return ""
    first = changes.row(0, named=True)
    total, mix = round(float(changes["contribution"].sum()), 4), round(float(changes["mix"].sum()), 4)
    span = f"from {say_period(first['period_before'], period)} to {say_period(first['period'], period)}"
    if not total:
        return f"Departures per month of customer time did not move {span}."
    moved = "rose" if total > 0 else "fell"
    most = changes.sort(pl.col("contribution") * (1 if total > 0 else -1), descending=True).row(0, named=True)
    return (
        f"Departures per month of customer time {moved} by {say_points(abs(total), 2)[1:]} {span}: "
        f"{say_points(mix, 2)} from where customers spend their time, {say_points(total - mix, 2)} from the rates "
        f"within the stages; {STAGE_LABELS[most['stage']]} contributes most ({say_points(most['contribution'], 2)}"
        f"{_say_news(most)})."
    )


def _say_news(row: dict[str, Any]) -> str:
    if row["low"] is None or row["low"] <= 0 <= row["high"]:
        return ", which can be chance"
    return ", beyond chance"


def find_unusual(history: pl.DataFrame) -> pl.DataFrame:
    """The stages and periods whose rate is not that of the other periods, latest first: rows of `stage_history`."""
    return history.filter(pl.col("verdict").is_in(["rose", "fell"])).sort(
        "period", "adjusted_p", descending=[True, False]
    )


def say_unusual(history: pl.DataFrame, period: str) -> list[str]:
    """One sentence per stage and period whose rate stands out, strongest first; the rest are only counted.

    history: the rows of `stage_history` without groups.
    """
    found = find_unusual(history).sort("adjusted_p")
    told = [_say_period(row, period) for row in found.head(MOST_NAMED).iter_rows(named=True)]
    left = found.height - len(told)
    return [*told, f"{left} more in the table."] if left > 0 else told


def _say_period(row: dict[str, Any], period: str) -> str:
    more = "more" if row["verdict"] == "rose" else "fewer"
    return (
        f"**{STAGE_LABELS[row['stage']]}** lost {more} customers than usual in {say_period(row['period'], period)}: "
        f"{say_percent(row['churn_rate'])} a month ({say_percent(row['low'])} to {say_percent(row['high'])}) against "
        f"{say_percent(row['usual_rate'])} in the other {period}s."
    )


def say_ahead(flows: pl.DataFrame, stage: str, days: int) -> str:
    """`Of 100 in onboarding today, in 90 days: 62 in adoption, 25 still in onboarding, 8 have left, …`.

    The numbers are rounded so that they sum to 100. flows: the rows of `flows` without groups.
    """
    rows = flows.filter((pl.col("from_stage") == stage) & pl.col("probability").is_not_null())
    label = STAGE_LABELS[stage].lower()
    if rows.is_empty():
        return f"Too little has been seen to say where those in {label} will be in {days} days"
    shares = _round_to_hundred(rows["probability"].to_list())
    told = sorted(zip(shares, rows["to_stage"].to_list(), strict=True), reverse=True)
    parts = [f"{n} {_say_place(to, stage)}" for n, to in told if n]
    return f"Of 100 in {label} today, in {days} days: {', '.join(parts)}"


def _say_place(to: str, stage: str) -> str:
    if to == CHURNED:
        return "have left"
    return f"{'still ' if to == stage else ''}in {STAGE_LABELS[to].lower()}"


def _round_to_hundred(shares: list[float]) -> list[int]:
    """Whole numbers that sum to 100: the greatest remainders are rounded up (Hamilton's method)."""
    floors = [int(share * 100) for share in shares]
    remainders = sorted(range(len(shares)), key=lambda nth: floors[nth] - shares[nth] * 100)
    for nth in remainders[: 100 - sum(floors)]:
        floors[nth] += 1
    return floors


def say_value_time(summary: pl.DataFrame) -> str:
    """How soon half of those who join reach first value. summary: the one row of `activation_time` with `summary`."""
    row = summary.row(0, named=True)
    lost = f"{row['churned']:,} of {row['customers']:,} left without it"
    if row["median_days"] is None:
        return f"Fewer than half reach first value ({row['event']}); {lost}"
    return f"Half reach first value ({row['event']}) within {row['median_days']:,.0f} days; {lost}"

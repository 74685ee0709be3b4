"""Titles that state what the numbers show, computed from the rows on the page, so that they cannot outlive them."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_amount, say_percent, say_period, say_points
from analytics.contract.stages import STAGES
from analytics.metrics.intervals import with_wilson

STAGE_LABELS = {stage.name: stage.label for stage in STAGES}
FEWEST_COHORTS = 4  # in all, before newer ones are held against older ones


def say_standing(judged: pl.DataFrame, period: str) -> str:
    """Churn in its latest finished period, and whether its change is news. judged: the rows of `judge_changes`."""
    share = _row(judged, "churned_share")
    if share:
        return f"{say_percent(share['value'])} of the customers in this file have left"
    churn = _row(judged, "churn_start_existing")
    if not churn or churn["value"] is None:
        return "No period with customers at its start is there yet"
    name = say_period(churn["period"], period)
    if churn["state"] != "final":
        return f"{say_percent(churn['value'])} of customers have left so far in {name}, which is not over"
    return f"{say_percent(churn['value'])} of customers left in {name}{_compare(churn)}"


def say_base(judged: pl.DataFrame, sign: str) -> str:
    """How many customers there are and what they pay, as a sentence; empty without either."""
    customers, mrr = _row(judged, "customers"), _row(judged, "mrr")
    if not customers or customers["value"] is None:
        return ""
    paying = f" pay {say_amount(mrr['value'], sign)} a month" if mrr else ""
    noun = "customers" if paying else "customers are there"
    return f"**{customers['value']:,.0f}** {noun}{paying}"


def say_retention(averages: pl.DataFrame, period: str, low_n: int) -> str:
    """How many of 100 are still there at the longest age that rests on enough customers and two cohorts.

    averages: the rows of `retention_average` without groups.
    """
    known = averages.filter((pl.col("age") > 0) & (pl.col("eligible") >= low_n))
    solid = known.filter(pl.col("cohorts") >= min(2, known["cohorts"].max() or 0)).sort("age")
    if solid.is_empty():
        return f"No {period} after the first is finished for enough customers"
    last = solid.row(-1, named=True)
    return f"Of 100 customers who join, {last['rate'] * 100:.0f} are active {_say_ages(last['age'], period)} later"


def say_steepest(averages: pl.DataFrame, period: str, low_n: int) -> str:
    """Between which two ages most are lost. averages: the rows of `retention_average` without groups."""
    known = averages.filter(pl.col("eligible") >= low_n).sort("age").with_columns(drop=-pl.col("rate").diff())
    steps = known.filter(pl.col("drop") > 0).sort("drop", descending=True)
    if steps.is_empty():
        return "No age loses customers"
    worst = steps.row(0, named=True)
    return f"Most are lost by {period} {worst['age']}: {say_points(-worst['drop'])}"


def say_newer(cells: pl.DataFrame, period: str, low_n: int) -> str:
    """Whether the newer half of the cohorts stays longer than the older half, beyond chance.

    Compared at the greatest age up to 6 at which at least four cohorts are final, and called different only where
    the two 95 % intervals do not meet. cells: the rows of `retention` without groups.
    """
    final = cells.filter((pl.col("state") == "final") & (pl.col("eligible") >= low_n) & pl.col("age").is_between(1, 6))
    ages = final.group_by("age").len().filter(pl.col("len") >= FEWEST_COHORTS).sort("age")
    if ages.is_empty():
        return "Too few finished cohorts to compare newer with older ones"
    age = ages["age"][-1]
    older, newer = _halves(final.filter(pl.col("age") == age))
    told = f"{say_percent(newer['rate'], 0)} against {say_percent(older['rate'], 0)} after {_say_ages(age, period)}"
    if newer["low"] > older["high"]:
        return f"Newer customers stay longer: {told}"
    if newer["high"] < older["low"]:
        return f"Newer customers leave sooner: {told}"
    return f"Newer and older customers stay about as long: {told}"


def say_groups(averages: pl.DataFrame, age: int, period: str) -> str:
    """Which group stays longest and which shortest at one age, where their intervals do not meet.

    averages: the rows of `retention_average` with groups.
    """
    rows = averages.filter((pl.col("age") == age) & pl.col("rate").is_not_null()).sort("rate")
    if rows.height < 2:
        return f"No two groups can be compared at {period} {age}"
    worst, best = rows.row(0, named=True), rows.row(-1, named=True)
    if worst["high"] >= best["low"]:
        return f"The groups do not differ beyond chance at {period} {age}"
    told = f"{say_percent(best['rate'], 0)} against {say_percent(worst['rate'], 0)}"
    return f"{best['group']} stays longest, {worst['group']} leaves soonest: {told} at {period} {age}"


def say_journey(stages: pl.DataFrame) -> str:
    """The stage with most departures beyond the average, where that is more than chance. stages: `stages` ungrouped."""
    known = stages.filter(pl.col("customer_months") > 0)
    if known.is_empty() or not known["churned"].sum():
        return "Nobody has left in the chosen time"
    overall = float(known["churned"].sum()) / float(known["customer_months"].sum())
    worst = known.sort("excess_churned", descending=True).row(0, named=True)
    label = STAGE_LABELS[worst["stage"]]
    if worst["low"] is None or worst["low"] <= overall:
        return "No stage loses more customers than chance explains"
    return f"{label} is where customers leave: {worst['excess_churned']:,.0f} more than its time would explain"


def say_tenure(bands: pl.DataFrame, unit: str) -> str:
    """The band of tenure with the highest share churned against the lowest. bands: `tenure_bands` without groups."""
    known = bands.filter(pl.col("share").is_not_null() & (pl.col("band") != "unknown")).sort("share")
    if known.height < 2:
        return "Too few bands of tenure to compare"
    low, high = known.row(0, named=True), known.row(-1, named=True)
    named = f" {unit}" if unit else ""
    return (
        f"{say_percent(high['share'], 0)} of those with {high['band']}{named} have left, "
        f"{say_percent(low['share'], 0)} of those with {low['band']}"
    )


def _compare(row: dict[str, Any]) -> str:
    """`, up 1.2 pp, more than chance explains`; nothing without a period before."""
    if row["previous"] is None:
        return ""
    moved = "up" if row["change"] > 0 else "down"
    judged = {"better": "more than usual", "worse": "more than usual", "usual": "within its usual range"}
    told = judged.get(row["verdict"], "too early to judge")
    return f", {moved} {abs(row['change']) * 100:.1f} pp: {told}" if row["change"] else ", unchanged"


def _halves(cells: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """The older and the newer half of the cohorts of one age, each with its pooled rate and interval."""
    ordered = cells.sort("cohort").with_row_index("nth")
    half = pl.when(pl.col("nth") < ordered.height // 2).then(pl.lit(0)).otherwise(pl.lit(1))
    sums = ordered.group_by(half.alias("half")).agg(pl.col("retained", "eligible").sum()).sort("half")
    older, newer = with_wilson(sums, "retained", "eligible").iter_rows(named=True)
    return older, newer


def _say_ages(age: int, period: str) -> str:
    return f"{age} {period}{'' if age == 1 else 's'}"


def _row(judged: pl.DataFrame, metric: str) -> dict[str, Any] | None:
    rows = judged.filter(pl.col("metric") == metric)
    return rows.row(0, named=True) if rows.height else None

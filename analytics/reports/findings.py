"""Titles that state what the numbers show, computed from the rows on the page, so that they cannot outlive them."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_amount, say_percent, say_period
from analytics.contract.stages import STAGES

STAGE_LABELS = {stage.name: stage.label for stage in STAGES}


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


def say_base(judged: pl.DataFrame, period: str, sign: str) -> str:
    """How many customers there are, what they pay and how many came, as a sentence; empty without any."""
    customers, mrr, new = (_row(judged, name) for name in ("customers", "mrr", "new_customers"))
    if not customers or customers["value"] is None:
        return ""
    told = f"**{customers['value']:,.0f} customers**"
    if mrr:
        told += f" pay **{say_amount(mrr['value'], sign)}** a month"
    if customers["period"]:
        told += f" at the end of {say_period(customers['period'], period)}"
    return told + (f"; {new['value']:,.0f} came new." if new else " in the file.")


def say_spread(rows: pl.DataFrame, period: str) -> str:
    """Between which rates churn moved. rows: those of `churn` for one convention, without groups."""
    final = rows.filter((pl.col("state") == "final") & pl.col("rate").is_not_null()).sort("rate")
    if final.is_empty():
        return f"No {period} with customers at its start is over yet"
    low, high = final["rate"][0], final["rate"][-1]
    if final.height == 1:
        return f"{say_percent(high)} left in the only finished {period}"
    return f"Between {say_percent(low)} and {say_percent(high)} left in a {period}"


def say_revenue(rows: pl.DataFrame, period: str, sign: str) -> str:
    """What the latest finished period won and lost. rows: those of `movements` without groups."""
    final = rows.filter(pl.col("state") == "final")
    if final.is_empty():
        return f"No {period} is over yet"
    last = final.row(-1, named=True)
    won = last["new"] + last["reactivation"] + last["expansion"]
    lost = -last["contraction"] - last["churn"]
    name = say_period(last["period"], period)
    return f"{say_amount(won, sign)} won and {say_amount(lost, sign)} lost in {name}"


def say_journey(stages: pl.DataFrame) -> str:
    """The stage with most departures beyond the average, where that is more than chance. stages: `stages` ungrouped."""
    if not stages["churned"].sum():
        return "Nobody has left in the chosen time"
    leak = find_leak(stages)
    if leak is None:
        return "No stage loses more customers than chance explains"
    extra = f"{leak['excess_churned']:,.0f} more than at the average rate"
    return f"{STAGE_LABELS[leak['stage']]} is where customers leave: {extra}"


def say_leak(stages: pl.DataFrame) -> str:
    """How much faster customers leave in that stage than over the whole journey; empty without such a stage."""
    leak = find_leak(stages)
    if leak is None:
        return ""
    return (
        f"In {STAGE_LABELS[leak['stage']].lower()} {say_percent(leak['churn_rate'])} leave per month "
        f"(95 % interval {say_percent(leak['low'])} to {say_percent(leak['high'])}), "
        f"over the whole journey {say_percent(_overall(stages))}."
    )


def find_leak(stages: pl.DataFrame) -> dict[str, Any] | None:
    """The stage with most departures beyond the average, if its whole interval lies above it. stages: ungrouped."""
    known = stages.filter((pl.col("customer_months") > 0) & (pl.col("excess_churned") > 0))
    beyond = known.filter(pl.col("low") > _overall(stages)).sort("excess_churned", descending=True)
    return beyond.row(0, named=True) if beyond.height else None


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


def _overall(stages: pl.DataFrame) -> float:
    """Departures per customer-month over all stages; 0 without any time."""
    months = float(stages["customer_months"].sum())
    return float(stages["churned"].sum()) / months if months else 0.0


def _compare(row: dict[str, Any]) -> str:
    """`, up 1.2 pp, more than chance explains`; nothing without a period before."""
    if row["previous"] is None:
        return ""
    moved = "up" if row["change"] > 0 else "down"
    judged = {"better": "more than usual", "worse": "more than usual", "usual": "within its usual range"}
    told = judged.get(row["verdict"], "too early to judge")
    return f", {moved} {abs(row['change']) * 100:.1f} pp: {told}" if row["change"] else ", unchanged"


def _row(judged: pl.DataFrame, metric: str) -> dict[str, Any] | None:
    rows = judged.filter(pl.col("metric") == metric)
    return rows.row(0, named=True) if rows.height else None

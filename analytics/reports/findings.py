"""Titles that state what the numbers show, computed from the rows on the page, so that they cannot outlive them."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_amount, say_percent, say_period, say_points
from analytics.contract.stages import STAGES
from analytics.metrics.intervals import with_wilson

STAGE_LABELS = {stage.name: stage.label for stage in STAGES}
A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
FEWEST_AT_AGE = 3  # cohorts behind an age that is named in a title
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


def say_retention(averages: pl.DataFrame, period: str, low_n: int) -> str:
    """How many of 100 are still there a year on, or at the longest age that rests on enough.

    averages: the rows of `retention_average` without groups.
    """
    last = find_longest(averages, low_n, period)
    if last is None:
        return f"No {period} after the first is over for enough customers"
    return f"Of 100 customers who join, {last['rate'] * 100:.0f} are active {_say_ages(last['age'], period)} later"


def say_basis(averages: pl.DataFrame, period: str, low_n: int) -> str:
    """What the title of `say_retention` rests on: interval, customers, finished cohorts."""
    last = find_longest(averages, low_n, period)
    if last is None:
        return f"A rate is shown from {low_n} customers on: choose a shorter period, or more customers."
    return (
        f"{say_percent(last['rate'])} (95 % interval {say_percent(last['low'])} to {say_percent(last['high'])}): "
        f"{last['retained']:,} of {last['eligible']:,} customers, "
        f"from the {last['cohorts']:,} cohorts that have finished {period} {last['age']}."
    )


def find_longest(averages: pl.DataFrame, low_n: int, period: str) -> dict[str, Any] | None:
    """The row of the solid age nearest to a year, from below; None when no age after the first is solid."""
    later = find_solid(averages, low_n).filter((pl.col("age") > 0) & (pl.col("age") <= A_YEAR[period])).sort("age")
    return later.row(-1, named=True) if later.height else None


def find_solid(averages: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """The ages that rest on `low_n` customers and, where there are any such after the first, on three cohorts.

    The very last ages rest on the one or two oldest cohorts alone, which speak for nobody else.
    """
    known = averages.filter(pl.col("eligible") >= low_n)
    solid = known.filter(pl.col("cohorts") >= FEWEST_AT_AGE)
    return solid if solid.filter(pl.col("age") > 0).height else known


def say_steepest(averages: pl.DataFrame, period: str, low_n: int) -> str:
    """Between which two ages most are lost. averages: the rows of `retention_average` without groups."""
    known = find_solid(averages, low_n).sort("age").with_columns(drop=-pl.col("rate").diff())
    steps = known.filter(pl.col("drop") > 0).sort("drop", descending=True)
    if steps.is_empty():
        return "No age loses customers"
    worst = steps.row(0, named=True)
    return f"The steepest loss is by {period} {worst['age']}: {say_points(-worst['drop'])}"


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


def say_groups(averages: pl.DataFrame, period: str, low_n: int) -> str:
    """Which group stays longest and which shortest, where their intervals do not meet.

    Compared a year on, or at the longest age before it at which most groups rest on enough.
    averages: the rows of `retention_average` with groups.
    """
    known = find_solid(averages, low_n).filter((pl.col("age") > 0) & (pl.col("age") <= A_YEAR[period]))
    ages = known.group_by("age").len().filter(pl.col("len") > 1).sort("len", "age")
    if ages.is_empty():
        return "No two groups have enough customers to be compared"
    age = ages["age"][-1]
    rows = known.filter(pl.col("age") == age).sort("rate")
    worst, best = rows.row(0, named=True), rows.row(-1, named=True)
    if worst["high"] >= best["low"]:
        return f"The groups do not differ beyond chance after {_say_ages(age, period)}"
    told = f"{say_percent(best['rate'], 0)} against {say_percent(worst['rate'], 0)} after {_say_ages(age, period)}"
    return f"{best['group']} stays longest, {worst['group']} leaves soonest: {told}"


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

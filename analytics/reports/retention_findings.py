"""Titles about who stays: what the retention table, its average curve and its groups show."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_date, say_percent, say_points
from analytics.metrics.intervals import with_wilson
from analytics.metrics.rule import RetentionRule
from analytics.reports.rule_words import name_brackets

A_YEAR = {"hour": 365 * 24, "day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
FEWEST_AT_AGE = 3  # cohorts behind an age that is named in a title
FEWEST_COHORTS = 4  # in all, before newer ones are held against older ones
_USUAL = RetentionRule()


def say_retention(averages: pl.DataFrame, period: str, low_n: int, rule: RetentionRule = _USUAL) -> str:
    """How many of 100 are still there a year on, or at the longest age that rests on enough, as the rule counts.

    averages: the rows of `retention_average` without groups.
    """
    last = find_longest(averages, low_n, period)
    if last is None:
        return f"No {period} after the first is over for enough customers"
    share, ages = f"{last['rate'] * 100:.0f}", _say_ages(last["age"], period)
    if rule.measure == "revenue":
        return f"Of 100 of revenue at the start, {share} is there {ages} later"
    return f"Of 100 customers who {_say_who(rule, period)}, {share} {_say_back(rule, last['age'], period)}"


def _say_who(rule: RetentionRule, period: str) -> str:
    if rule.cohorts == "recurring":
        return f"have {rule.start_event} in a {period}" if rule.start_event else f"are active in a {period}"
    return f"have a first {rule.start_event}" if rule.start_event else "join"


def _say_back(rule: RetentionRule, age: int, period: str) -> str:
    ages, done = _say_ages(age, period), f"have {rule.return_event}" if rule.return_event else "are active"
    return {
        "exact": f"{done} {ages} later",
        "on_or_after": f"{done} {ages} later or after that",
        "on_or_before": f"{done} again within {ages}" if rule.is_same_event else f"{done} within {ages}",
        "streak": f"{done} in every {period} for {ages}",
        "bracket": f"{done} {name_brackets(rule).get(age, age)} {period}s later",
    }[rule.mode]


def say_basis(
    averages: pl.DataFrame, period: str, low_n: int, rule: RetentionRule = _USUAL, average: str = "pooled"
) -> str:
    """What the title of `say_retention` rests on: interval where there is one, customers, finished cohorts."""
    last = find_longest(averages, low_n, period)
    if last is None:
        return f"A rate is shown from {low_n} customers on: choose a shorter period, or more customers."
    interval = f" (95 % interval {say_percent(last['low'])} to {say_percent(last['high'])})"
    counted = "customers" if rule.measure == "customers" else "of revenue"
    cohorts = "cohort that has" if last["cohorts"] == 1 else f"{last['cohorts']:,} cohorts that have"
    if average == "simple":
        return f"{say_percent(last['rate'])} is the mean of the {cohorts} finished {period} {last['age']}."
    return (
        f"{say_percent(last['rate'])}{'' if last['low'] is None else interval}: "
        f"{last['retained']:,.0f} of {last['eligible']:,.0f} {counted}, "
        f"from the {cohorts} finished {period} {last['age']}."
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
    if final["low"].null_count() == final.height:
        return "What newer cohorts bring, beside older ones"
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
    if worst["high"] is None or best["low"] is None:
        return (
            f"{best['group']} is highest and {worst['group']} lowest after {_say_ages(age, period)}, without intervals"
        )
    if worst["high"] >= best["low"]:
        return f"The groups do not differ beyond chance after {_say_ages(age, period)}"
    told = f"{say_percent(best['rate'], 0)} against {say_percent(worst['rate'], 0)} after {_say_ages(age, period)}"
    return f"{best['group']} stays longest, {worst['group']} leaves soonest: {told}"


def _halves(cells: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """The older and the newer half of the cohorts of one age, each with its pooled rate and interval."""
    ordered = cells.sort("cohort").with_row_index("nth")
    half = pl.when(pl.col("nth") < ordered.height // 2).then(pl.lit(0)).otherwise(pl.lit(1))
    sums = ordered.group_by(half.alias("half")).agg(pl.col("retained", "eligible").sum()).sort("half")
    older, newer = with_wilson(sums, "retained", "eligible").iter_rows(named=True)
    return older, newer


def _say_ages(age: int, period: str) -> str:
    return f"{age} {period}{'' if age == 1 else 's'}"


def say_ripening(cells: pl.DataFrame, period: str) -> str:
    """When the hatched cells complete. cells: the rows of `ripening_cells`."""
    open_cells = cells.filter((pl.col("state") == "unfinished") & pl.col("rate").is_not_null())
    days = open_cells["completes_on"].unique().sort().to_list()
    if not days:
        return f"Every {period} shown is over."
    if len(days) == 1:
        return f"Hatched: not over yet; completes on {say_date(days[0])}."
    return f"Hatched: not over yet; the first completes on {say_date(days[0])}, the last on {say_date(days[-1])}."

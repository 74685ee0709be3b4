"""Why two churn rates of one period differ, as sentences made from the customers who make the difference."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_name, say_percent, say_period, say_points
from analytics.contract.metrics import find_metric
from analytics.metrics.churn import CONVENTIONS
from analytics.metrics.reconcile import AGAIN, MORNINGS

WORDS = ("no", "one", "two", "three", "four", "five", "six")
# group: what its customers did, in the singular and in the plural
GROUPS = {
    "joined_and_left": ("who joined and left within it", "who joined and left within it"),
    "came_back": ("who came back", "who came back"),
    "acquired": ("who came for the first time", "who came for the first time"),
    "rejoined": ("who had been a customer before and joined again", "who had been customers before and joined again"),
    "active_start": ("who was here at the start", "who were here at the start"),
    AGAIN: ("further departure", "further departures"),
}
# column of `yearly_churn`, under the name it has on a page
_YEARLY = {
    "rate": "Rate",
    "yearly": "A year: 1 − (1 − rate)^n",
    "low": "Low",
    "high": "High",
    "multiplied": "Wrong: n × rate",
}
YEARLY_LABELS = tuple(_YEARLY.values())
# the same groups, and all of them, as the labels of a choice
STEP_LABELS = {
    "all": "All of them",
    "joined_and_left": "Joined and left",
    "came_back": "Came back",
    "acquired": "New customers",
    "rejoined": "Joined again",
    "active_start": "Here at the start",
    AGAIN: "Left again",
    MORNINGS: "By morning",
}
# what a list of customers shows, under the name it has there
PEOPLE = {
    "customer_id": "Customer",
    "was_here": "Here at the start",
    "came_on": "Came",
    "left_on": "Left",
    "returned_on": "Came back",
    "times_left": "Times left",
}
COUNTS = {
    "churned and base": "as churned, and in the base",
    "churned": "as churned, outside the base",
    "base": "in the base",
}


def say_conventions(rates: pl.DataFrame, people: pl.DataFrame, period: str) -> str:
    """How far the conventions lie apart in one period, and who makes the difference.

    rates: the rows of `churn` with all conventions for one period; people: those of `reconcile_churn` for it.
    """
    known = rates.filter(pl.col("rate").is_not_null()).sort("rate")
    if known.is_empty():
        return f"Nobody was a customer in {say_period(rates['period'][0], period)}"
    name = say_period(rates["period"][0], period)
    if not people["has_churned"].any():
        return f"Nobody left in {name}: every convention gives {say_percent(0)}"
    shown = known["rate"].map_elements(say_percent, pl.String)
    if shown.n_unique() == 1:
        return f"All conventions give {shown[0]} for {name}"
    told = f"One {period}, {WORDS[shown.n_unique()]} rates: {shown[0]} to {shown[-1]}"
    makers = _say_makers(people)
    return f"{told}; {makers} make the difference" if makers else told


def say_moves(rates: pl.DataFrame, people: pl.DataFrame, period: str) -> str:
    """What happened in the period: customers at its start, who joined, who left.

    rates, people: as for `say_conventions`.
    """
    here = rates.filter(pl.col("convention") == "start")["base"][0]
    joined, left = (people[name].sum() for name in ("has_joined", "has_churned"))
    is_open = rates["state"][0] != "final"
    return (
        f"{say_period(rates['period'][0], period)}{', which is not over' if is_open else ''}: "
        f"**{_say_customers(here)}** at the start, {joined:,} joined, {left:,} left."
    )


def say_pair(one: str, other: str, steps: pl.DataFrame) -> str:
    """Two conventions' rates, and by how much the second is above or below. steps: `explain_steps` of one period."""
    if steps.height < 2:
        return f"{say_convention(one)} and {say_convention(other)} count the same customers"
    first, last = steps["rate"][0], steps["rate"][-1]
    told = f"{say_convention(one)} {say_percent(first)}, {say_convention(other)} {say_percent(last)}"
    if first is None or last is None:
        return f"{told}: a rate without a base is not defined"
    return f"{told}: {say_points(last - first)} in {steps.height - 1} step{'s' if steps.height > 2 else ''}"


def say_step(row: dict[str, Any], period: str) -> str:
    """One step of a walk in words. row: one of `explain_steps` after the first."""
    if row["who"] == MORNINGS:
        by_day = "Divide each departure by those here that morning"
        return by_day if row["base"] is None else f"Divide by everybody here in the {period}, not by mornings"
    n, comes_in = abs(row["customers"]), row["customers"] > 0
    who = say_group(row["who"], n)
    if row["side"] == "churned":
        return (
            f"Count {who} as churned"
            if comes_in and row["who"] != AGAIN
            else (f"Count {who} too" if comes_in else f"Do not count {who}")
        )
    return f"Add {who} to the base" if comes_in else f"Take {who} out of the base"


def say_group(group: str, n: int) -> str:
    """`the 2 who joined and left within it`; `the 1 further departure`."""
    return f"the {n:,} {GROUPS[group][0 if n == 1 else 1]}"


def say_convention(name: str) -> str:
    """A convention as a label: `net_of_returns` is `Net of returns`."""
    return say_name(name)


def say_listed(listed: pl.DataFrame, steps: pl.DataFrame, step: str) -> str:
    """How many customers a list holds, and how many more differ without being in it, as they did not move.

    listed: rows of `reconcile_churn`; steps: those of `explain_steps`; step: a group of them, or `all`.
    """
    n = listed.height
    unmoved = abs(int(steps.filter((pl.col("who") == step) | pl.lit(step == "all"))["unmoved"].sum()))
    if step == MORNINGS:
        told = f"**{_say_customers(n)}** came or left in the period, so that they are not here on every morning."
    elif step == "all":
        counts = "count" if n != 1 else "counts"
        told = f"**{_say_customers(n)}** {counts} otherwise in one than in the other."
    else:
        told = f"**{_say_customers(n)}** in this step."
    if not unmoved:
        return told
    return f"{told} Not listed: {_say_customers(unmoved)} here throughout, who are in one base and not in the other."


def say_yearly(row: dict[str, Any], period: str) -> str:
    """A period's churn as a year's, and what multiplying would claim. row: one of `yearly_churn`."""
    if row["rate"] is None:
        return f"No yearly churn: nobody was here at the start of the {period}"
    return (
        f"{say_percent(row['rate'])} a {period} is {say_percent(row['yearly'])} a year, "
        f"not {say_percent(row['multiplied'])}"
    )


def describe_conventions(rates: pl.DataFrame) -> pl.DataFrame:
    """The conventions of one period with their words: label, note, rate, low, high, churned, base, definition, formula.

    rates: the rows of `churn` with all conventions. note: how many of how many, as a chart writes it below the label.
    """
    metrics = {name: find_metric(f"churn_{name}") for name in rates["convention"]}
    note = pl.when(pl.col("base").is_null()).then(pl.format("{} ÷ mornings", "churned"))
    return rates.select(
        label=pl.col("convention").map_elements(say_convention, pl.String),
        note=note.otherwise(pl.format("{} ÷ {}", "churned", "base")),
        rate="rate",
        low="low",
        high="high",
        churned="churned",
        base="base",
        definition=pl.col("convention").replace_strict({name: metric.definition for name, metric in metrics.items()}),
        formula=pl.col("convention").replace_strict({name: metric.formula for name, metric in metrics.items()}),
    )


def describe_worked_example() -> pl.DataFrame:
    """The worked example of every convention but the daily one, which has its own: label, working, answer."""
    metrics = {name: find_metric(f"churn_{name}") for name in CONVENTIONS if not CONVENTIONS[name].is_daily}
    rows = [
        {"label": say_convention(name), "working": metric.working, "answer": say_percent(metric.answer)}
        for name, metric in metrics.items()
    ]
    return pl.DataFrame(rows)


def describe_yearly(rows: pl.DataFrame) -> pl.DataFrame:
    """Yearly rates as a person reads them, one row per convention. rows: those of `yearly_churn` for one period."""
    labels = pl.col("convention").map_elements(say_convention, pl.String)
    return rows.select(labels.alias("Convention"), *_YEARLY).rename(_YEARLY)


def describe_steps(steps: pl.DataFrame, one: str, other: str, period: str) -> pl.DataFrame:
    """A walk as rows to draw: label, note, rate, before, change; the first and the last row are the two conventions.

    steps: the rows of `explain_steps` for one period. before: the rate the step begins with.
    """
    rows = steps.with_columns(before=pl.col("rate").shift(1)).rows(named=True)
    begin, *middle = rows
    told = [
        {"label": say_convention(one), "note": _say_ratio(begin), "rate": begin["rate"]},
        *({**row, "label": say_step(row, period), "note": _say_ratio(row)} for row in middle),
        {"label": say_convention(other), "note": _say_ratio(rows[-1]), "rate": rows[-1]["rate"]},
    ]
    names = {"label": pl.String, "note": pl.String, "rate": pl.Float64, "before": pl.Float64, "change": pl.Float64}
    return pl.DataFrame([{name: row.get(name) for name in names} for row in told], schema=names)


def describe_people(people: pl.DataFrame, one: str, other: str) -> pl.DataFrame:
    """Customers as a person reads them: what they did in the period, and where the two conventions count them.

    people: rows of `reconcile_churn`. The columns are named as a page shows them.
    """
    counted = {
        say_convention(name): pl.col(name).replace_strict(COUNTS, default=None).fill_null("not at all")
        for name in dict.fromkeys((one, other))
    }
    return people.select(pl.col(list(PEOPLE)), **counted).rename(PEOPLE)


def _say_customers(n: int) -> str:
    return f"{n:,} customer{'' if n == 1 else 's'}"


def _say_makers(people: pl.DataFrame) -> str:
    """Those who left and are counted by some conventions only; else those who joined."""
    groups = dict(people["leaving"].drop_nulls().value_counts().iter_rows())
    makers = [name for name in ("joined_and_left", "came_back") if groups.get(name)]
    if not makers:
        groups = dict(people["standing"].value_counts().iter_rows())
        makers = [name for name in ("acquired", "rejoined") if groups.get(name)]
    return " and ".join(say_group(name, groups[name]) for name in makers)


def _say_ratio(row: dict[str, Any]) -> str:
    base = "mornings" if row["base"] is None else f"{row['base']:,}"
    return f"{row['churned']:,} ÷ {base}"

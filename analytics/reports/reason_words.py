"""One customer's reasons in words: what the score is associated with, never what is behind it."""

from html import escape
from typing import Any, Final

import polars as pl

from analytics.charts.wording import say_percent
from analytics.contract.features import FEATURES
from analytics.reports.risk_findings import find_ties
from analytics.risk.frames import read_scoring_rows
from analytics.store.dataset import Dataset

CAVEAT: Final = "Reasons explain the score, not the effect of changing them."
LEAST_LEAD: Final = 0.10  # log-odds: below it the order of two reasons changes in half of all refits
FAR_BASE: Final = 0.02  # from there on the model's base is not the average people know
N_SAID: Final = 3
N_DRAWN: Final = 9
UNITS: Final = {feature.name: feature.unit for feature in FEATURES}
SHORT: Final = {"days": "d", "months": "mo", "hours": "h"}
LONGEST_LABEL: Final = 22  # characters on one line


def reason_rows(explanation: dict[str, Any], typical: dict[str, str]) -> pl.DataFrame:
    """One row per reason of `explain_customer`, the largest first: label, value, typical (texts), points (signed
    fraction), log_odds, family. typical: as `typical_values` gives it."""
    return pl.DataFrame(
        [
            {
                "label": one["label"],
                "value": say_value(one["value"], UNITS.get(one["feature"], "")),
                "typical": typical.get(one["feature"], "–"),
                "points": one["points"],
                "log_odds": one["log_odds"],
                "family": one["family"],
            }
            for one in explanation["contributions"]
        ],
        schema={
            **dict.fromkeys(("label", "value", "typical"), pl.String),
            **dict.fromkeys(("points", "log_odds"), pl.Float64),
            "family": pl.String,
        },
    )


def draw_rows(rows: pl.DataFrame, base: float, average: float) -> tuple[float, pl.DataFrame]:
    """(start, label and points of the waterfall's steps): the largest reasons with their values, the others as one.

    The start is the model's base; where that is 2 points or more from the average risk, it is the average, and the
    first step leads from there to the base. start + sum(points) is the score either way.
    """
    named = rows.select(
        pl.struct("label", "value").map_elements(_label, return_dtype=pl.String).alias("label"), "points"
    )
    shown, rest = named.head(N_DRAWN), named.slice(N_DRAWN)
    parts = [shown]
    if rest.height:
        label = f"{rest.height} others together"
        parts.append(pl.DataFrame({"label": [label], "points": [rest["points"].sum()]}))
    if abs(base - average) < FAR_BASE:
        return base, pl.concat(parts)
    first = pl.DataFrame({"label": ["Average risk to the model's base"], "points": [base - average]})
    return average, pl.concat([first, *parts])


def _label(one: dict[str, str]) -> str:
    """A reason and its value, on two lines where one would leave no room for the bars; marks of HTML stay texts."""
    label, value = escape(one["label"]), escape(one["value"])
    return f"{label}: {value}" if len(one["label"]) + len(one["value"]) <= LONGEST_LABEL else f"{label}:<br>{value}"


def typical_values(dataset: Dataset) -> dict[str, str]:
    """What is usual among everybody scored, by feature: the median of a number, the commonest text."""
    rows = read_scoring_rows(dataset).drop("customer_key")
    return {column.name: say_value(_usual(column), UNITS.get(column.name, "")) for column in rows.iter_columns()}


def say_reasons(explanation: dict[str, Any], rows: pl.DataFrame) -> str:
    """The score in one sentence, its strongest reasons up and down, and ties called ties."""
    prediction, base = explanation["prediction"], explanation["base"]
    side = "above" if prediction >= base else "below"
    gap = f"{abs(prediction - base) * 100:.0f} points {side} the average customer ({say_percent(base)})"
    parts = [f"The score is **{say_percent(prediction)}**, {gap}."]
    for words, chosen in (
        ("Associated with a higher score", rows.filter(pl.col("points") > 0)),
        ("Associated with a lower score", rows.filter(pl.col("points") < 0)),
    ):
        if said := _say_ranked(chosen.head(N_SAID)):
            parts.append(f"{words}: {said}.")
    return " ".join(parts)


def say_value(value: Any, unit: str = "") -> str:
    """A feature's value as people read it, in its unit; `not known` where there is none."""
    if value is None or value != value:  # NaN is missing too
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "share":
        return say_percent(value, 0)
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"
    return f"{number} {SHORT[unit]}" if unit in SHORT else number


def _say_ranked(rows: pl.DataFrame) -> str:
    names = [f"{row['label'].lower()} ({row['points'] * 100:+.1f})" for row in rows.iter_rows(named=True)]
    groups = find_ties(rows["log_odds"].to_list(), LEAST_LEAD)
    said = [_join([names[at] for at in group]) + (" about equally" if len(group) > 1 else "") for group in groups]
    return ", then ".join(said).replace("-", "−")


def _join(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _usual(column: pl.Series) -> Any:
    known = column.drop_nulls()
    if known.is_empty():
        return None
    if column.dtype.is_numeric():
        return known.median()
    return known.mode().sort()[0]

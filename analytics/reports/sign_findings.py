"""Early signs in sentences: which tell that a customer will be lost, how early, and which tell nothing."""

import polars as pl

from analytics.charts.wording import say_percent
from analytics.metrics.signals import LACKING, NOTHING, TELLS, TELLS_STAYING, TOO_FEW

MOST_NAMED = 3
WORDS = {
    TELLS: "comes before leaving",
    TELLS_STAYING: "comes with staying",
    NOTHING: "tells nothing",
    TOO_FEW: "too few to judge",
    LACKING: "cannot be computed",
}


def say_signs(signs: pl.DataFrame) -> str:
    """Which signs come before leaving. signs: the rows of `signals` without groups, those that tell most first."""
    telling = signs.filter(pl.col("verdict") == TELLS)
    judged = signs.filter(pl.col("verdict").is_in([TELLS, TELLS_STAYING, NOTHING]))
    if judged.is_empty():
        return "No sign was seen often enough to judge"
    if telling.is_empty():
        return f"None of {judged.height} signs tells who will leave"
    names = telling["label"].head(MOST_NAMED).to_list()
    names = [names[0], *(_lower(name) for name in names[1:])]
    first = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    verb = "comes" if len(names) == 1 else "come"
    rest = telling.height - len(names)
    more = f"; so {'does 1 other sign' if rest == 1 else f'do {rest} other signs'}" if rest else ""
    return f"{first} {verb} before leaving{more}"


def say_warning(signs: pl.DataFrame) -> str:
    """What the strongest sign is worth: how often it is right, against what, and how early it comes; "" without one."""
    telling = signs.filter(pl.col("verdict") == TELLS)
    if telling.is_empty():
        return ""
    row = telling.row(0, named=True)
    early = (
        "" if row["median_lead_days"] is None else f", half of them {row['median_lead_days']:.0f} days ahead or more"
    )
    times = f"{row['lift']:.1f} times ({row['low']:.1f} to {row['high']:.1f})"
    return (
        f"**{row['label']}**: {say_percent(row['churn_with'])} of {row['episodes']:,} alarms were followed by a "
        f"departure, {times} the {say_percent(row['churn_without'])} of customers without it on the same days{early}."
    )


def say_showing(n_customers: int, least: int) -> str:
    """How many customers show so many telling signs now."""
    signs = "a telling sign" if least == 1 else f"{least} or more telling signs"
    return f"1 customer shows {signs} now" if n_customers == 1 else f"{n_customers:,} customers show {signs} now"


def say_tally(signs: pl.DataFrame) -> str:
    """How many of the judged signs come before leaving, and how many tell nothing."""
    judged = signs.filter(pl.col("verdict").is_in([TELLS, TELLS_STAYING, NOTHING]))["verdict"].to_list()
    if not judged:
        return "No sign can be judged yet"
    staying = judged.count(TELLS_STAYING)
    parts = [f"{judged.count(TELLS)} of {len(judged)} signs come before leaving"]
    parts += [f"{staying} with staying"] if staying else []
    return ", ".join([*parts, f"{judged.count(NOTHING)} tell nothing"])


def say_silent(signs: pl.DataFrame) -> str:
    """The signs that were judged and tell nothing, by name; "" without any."""
    names = signs.filter(pl.col("verdict") == NOTHING)["label"].to_list()
    if not names:
        return ""
    return f"Judged, and telling nothing: {', '.join(names)}."


def say_few(signs: pl.DataFrame) -> str:
    """The signs that were seen too seldom to judge, by name; "" without any."""
    names = signs.filter(pl.col("verdict") == TOO_FEW)["label"].to_list()
    return f"Seen too seldom to judge: {', '.join(names)}." if names else ""


def say_lacking(signs: pl.DataFrame) -> list[str]:
    """One line per sign that cannot be computed, with what is lacking."""
    rows = signs.filter(pl.col("verdict") == LACKING).select("label", "reason").iter_rows()
    return [f"**{label}**: {reason}" for label, reason in rows]


def lift_rows(signs: pl.DataFrame) -> pl.DataFrame:
    """The judged signs as rows of `lift_dots`: label, lift, low, high, note, tells.

    Those that tell something, the highest lift first, then those that tell nothing.
    """
    judged = signs.filter(pl.col("verdict").is_in([TELLS, TELLS_STAYING, NOTHING]) & pl.col("lift").is_not_null())
    judged = judged.sort(pl.col("verdict") == NOTHING, pl.col("lift"), descending=[False, True], maintain_order=True)
    notes = [
        f"{episodes:,} alarms, {customers:,} customers"
        for episodes, customers in judged.select("episodes", "customers").rows()
    ]
    tells = pl.col("verdict").is_in([TELLS, TELLS_STAYING])
    return judged.select("label", "lift", "low", "high", tells=tells).with_columns(
        note=pl.Series(notes, dtype=pl.String)
    )


def count_on(current: pl.DataFrame, signs: pl.DataFrame) -> pl.DataFrame:
    """One row per customer with a telling sign on: customer_id, signs (how many), which, since (the latest), mrr.

    Most signs first, then most money. current: the rows of `current_signs`; signs: those of `signals`.
    """
    telling = signs.filter(pl.col("verdict") == TELLS)["signal"]
    rows = current.filter(pl.col("sign").is_in(telling.implode()))
    counted = rows.group_by("customer_id").agg(
        signs=pl.len(),
        which=pl.col("label").sort().str.join(", "),
        since=pl.col("since").max(),
        mrr=pl.col("mrr").first(),
    )
    return counted.sort("signs", "mrr", "customer_id", descending=[True, True, False])


def _lower(label: str) -> str:
    """A label within a sentence; `NPS low` keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]

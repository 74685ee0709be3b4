"""Activity in sentences, and its rows as the lines of a figure."""

import datetime as dt
from typing import Any

import polars as pl

from analytics.charts.activity_lines import choose_lines
from analytics.charts.wording import say_date, say_name, say_within

MOST_TOLD = 6
LEVEL = 0.05  # of adjusted p-values


def say_activity(incidents: pl.DataFrame | None, event: str, per: str) -> str:
    """The latest unusual stretch and how many more there are. incidents: the rows of `unusual_periods`; null: too
    few periods to tell."""
    told = say_name(say_what(event, per)) if event else "Activity"
    if incidents is None:
        return f"{told}: too few finished periods to tell what is unusual"
    if incidents.is_empty():
        return f"{told} has no unusual stretch"
    last = incidents.sort("to", "from").row(-1, named=True)
    left = incidents.height - 1
    more = f"; {left} more unusual {'stretch' if left == 1 else 'stretches'}" if left else ""
    times = "more than" if last["ratio"] is None else f"{last['ratio']:.2f} times"
    return f"{say_name(last['series'])}: {times} the usual, {say_span(last['from'], last['to'])}{more}"


def say_what(event: str, per: str) -> str:
    """What is counted: `purchase per cart`, `events` where it is every event."""
    return f"{event} per {per}" if per else event or "events"


def list_incidents(incidents: pl.DataFrame) -> list[str]:
    """The likeliest incidents as sentences; the rest are only counted."""
    said = [say_incident(row) for row in incidents.head(MOST_TOLD).iter_rows(named=True)]
    left = incidents.height - len(said)
    return [*said, f"{left} more in the table."] if left else said


def say_incident(row: dict[str, Any]) -> str:
    """One row of `unusual_periods`: `**purchase**, 3 to 9 Jun 2024: 12 where 40 were to be expected (0.30 times).`"""
    expected = f"{row['expected']:,.0f}" if row["expected"] >= 10 else f"{row['expected']:.1f}"
    times = "" if row["ratio"] is None else f" ({row['ratio']:.2f} times)"
    span = say_span(row["from"], row["to"])
    return f"**{row['series']}**, {span}: {row['observed']:,} where {expected} were to be expected{times}."


def say_span(first: dt.date, last: dt.date) -> str:
    """From the first day to the last: `3 Jun 2024`, `3 Jun to 9 Jul 2024`, `30 Dec 2023 to 2 Jan 2024`."""
    if first == last:
        return say_date(first)
    begins = f"{first.day} {first:%b}" if first.year == last.year else say_date(first)
    return f"{begins} to {say_date(last)}"


def say_drawn(lines: pl.DataFrame, stretches: pl.DataFrame) -> str:
    """How many of the lines the figure draws; "" where it draws all. lines: those of `line_rows`."""
    n_lines, n_drawn = lines["series"].n_unique(), len(choose_lines(lines, stretches))
    if n_lines == n_drawn:
        return ""
    return f"Drawn: {n_drawn} of {n_lines}, those with an unusual stretch first, then the largest; the table has all."


def line_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `activity` as lines: period, series (event and group; null for a single one), y, size, state."""
    value = pl.col("ratio") if "ratio" in rows.columns else pl.col("n").cast(pl.Float64)
    return rows.select("period", "state", series=_series(rows), y=value, size="n")


def stretch_rows(incidents: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `unusual_periods` with the series they have among the `line_rows` of rows, and said for people."""
    said = pl.Series([say_incident(row).replace("**", "") for row in incidents.iter_rows(named=True)], dtype=pl.String)
    return incidents.select("from", "to", "ratio", series=_series(rows)).with_columns(said=said)


def _series(rows: pl.DataFrame) -> pl.Expr:
    parts = [name for name in ("event", "group") if name in rows.columns and rows[name].n_unique() > 1]
    return pl.concat_str(parts, separator=", ") if parts else pl.lit(None, dtype=pl.String)


def say_groups(groups: pl.DataFrame, by: str) -> str:
    """The group that departs most from the others, beyond chance. groups: the rows of `unusual_groups`."""
    known = groups.filter(pl.col("adjusted_p").is_not_null())
    if known.is_empty():
        return f"Too little has been seen to compare {say_name(by).lower()}s"
    found = known.filter(pl.col("adjusted_p") <= LEVEL)
    if found.is_empty():
        return f"No {say_name(by).lower()} departs from the others by more than chance"
    first = found.row(0, named=True)
    seldom = "less" if first["difference"] < 0 else "more"
    what = say_name(say_what(first["event"], "")).lower()
    return (
        f"{say_name(by)} {first['group']} has {seldom} {what} than the others: {first['ratio']:.2f} against "
        f"{first['others']:.2f}"
    )


def list_groups(groups: pl.DataFrame) -> list[str]:
    """The groups that were compared as sentences, those that depart most first; the rest are only counted."""
    said = groups["said"].drop_nulls().to_list()
    left = len(said) - MOST_TOLD
    return [*said[:MOST_TOLD], f"{left} more in the table."] if left > 0 else said


def say_lifecycle(rows: pl.DataFrame, period: str) -> str:
    """Whether more fell silent than came or came back in the last finished period. rows: those of `lifecycle`."""
    final = rows.filter(pl.col("state") == "final")
    if final.is_empty():
        return f"No {period} is over yet"
    last = final.row(-1, named=True)
    came, gone = last["new"] + last["resurrecting"], -last["dormant"]
    told = f"{came:,} came or came back and {gone:,} fell silent in {say_within(last['period'], period)}"
    return f"{last['active']:,} {'customer is' if last['active'] == 1 else 'customers are'} active: {told}"

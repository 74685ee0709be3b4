"""Activity in sentences, and its rows as the lines of a figure."""

import polars as pl

from analytics.charts.wording import say_name, say_period

MOST_TOLD = 6


def say_activity(incidents: pl.DataFrame, event: str, per: str) -> str:
    """How many stretches stand out, and the likeliest of them. incidents: the rows of `unusual_periods`."""
    told = f"{say_name(event) or 'Activity'}{f' per {per}' if per else ''}"
    if incidents.is_empty():
        return f"{told} has no unusual stretch"
    first = incidents.row(0, named=True)
    more = f", and {incidents.height - 1} more" if incidents.height > 1 else ""
    direction = "more" if first["ratio"] is None or first["ratio"] >= 1 else "less"
    span = say_period(first["from"], "day")
    until = "" if first["to"] == first["from"] else f" to {say_period(first['to'], 'day')}"
    return f"{first['series']} stands out: {direction} than expected, {span}{until}{more}"


def list_incidents(incidents: pl.DataFrame) -> list[str]:
    """The likeliest incidents as sentences; the rest are only counted."""
    said = incidents["said"].head(MOST_TOLD).to_list()
    left = incidents.height - len(said)
    return [*said, f"{left} more in the table."] if left else said


def line_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `activity` as lines: period, series (event and group; null for a single one), y, state."""
    parts = [name for name in ("event", "group") if name in rows.columns and rows[name].n_unique() > 1]
    series = pl.concat_str(parts, separator=", ") if parts else pl.lit(None, dtype=pl.String)
    value = pl.col("ratio") if "ratio" in rows.columns else pl.col("n").cast(pl.Float64)
    return rows.select("period", "state", series=series, y=value)


def say_lifecycle(rows: pl.DataFrame, period: str) -> str:
    """Whether more fell silent than came or came back in the last finished period. rows: those of `lifecycle`."""
    final = rows.filter(pl.col("state") == "final")
    if final.is_empty():
        return f"No {period} is over yet"
    last = final.row(-1, named=True)
    name = (
        f"the week of {say_period(last['period'], period)}" if period == "week" else say_period(last["period"], period)
    )
    came, gone = last["new"] + last["resurrecting"], -last["dormant"]
    told = f"{came:,} came or came back and {gone:,} fell silent in {name}"
    return f"{last['active']:,} customers are active: {told}"

"""What goes wrong in a stage, and why customers say they leave, in sentences."""

import polars as pl

from analytics.charts.bars import STAGE_LABELS
from analytics.charts.wording import say_amount, say_percent, say_points
from analytics.contract.reasons import UNKNOWN


def say_friction(rows: pl.DataFrame, stage: str) -> str:
    """What is seen more often in those who leave from the stage. rows: those of `friction` without groups."""
    own = rows.filter(pl.col("stage") == stage)
    more = own.filter(pl.col("verdict") == "more_before_leaving").sort("difference", descending=True)
    label = STAGE_LABELS[stage].lower()
    if more.is_empty():
        return f"Nothing recorded tells those who leave in {label} from those who stay"
    first = more.row(0, named=True)
    rest = more.height - 1
    return (
        f"{first['label']} goes with leaving in {label}: {say_percent(first['leavers'], 0)} of leavers, "
        f"{say_percent(first['stayers'], 0)} of stayers{f', and {rest} more' if rest else ''}"
    )


def friction_rows(rows: pl.DataFrame, stage: str) -> pl.DataFrame:
    """The computed signs of the stage as rows of `rate_bars`: the share of leavers, beside that of stayers in grey."""
    own = rows.filter((pl.col("stage") == stage) & pl.col("difference").is_not_null()).sort(
        "difference", descending=True
    )
    notes = [
        f"{say_percent(stayers)} of stayers; {say_points(difference)} ({say_points(low)} to {say_points(high)})"
        for stayers, difference, low, high in own.select("stayers", "difference", "low", "high").iter_rows()
    ]
    none = pl.lit(None, dtype=pl.Float64)
    return own.select("label", rate="leavers", low=none, high=none).with_columns(note=pl.Series(notes, dtype=pl.String))


def say_uncomputed(rows: pl.DataFrame, stage: str) -> list[str]:
    """One line per sign of the stage that cannot be computed, with what is lacking."""
    own = rows.filter((pl.col("stage") == stage) & pl.col("reason").is_not_null())
    return [f"**{label}**: {reason}" for label, reason in own.select("label", "reason").iter_rows()]


def say_reasons(rows: pl.DataFrame, sign: str) -> str:
    """The family of reasons with most departures, and their money. rows: those of `reasons` without groups."""
    known = rows.filter((pl.col("reason") != UNKNOWN) & (pl.col("departures") > 0)).sort("departures", descending=True)
    if known.is_empty():
        return "No departure has a reason that is known"
    first = known.row(0, named=True)
    money = f", {say_amount(first['mrr'], sign)} a month" if first["mrr"] is not None else ""
    return f"{first['label']} is the commonest reason: {say_percent(first['share'], 0)} of departures{money}"


def say_coverage(known: pl.DataFrame) -> str:
    """How much of this was stated, and how often records agree. known: the one row of `coverage` without groups."""
    row = known.row(0, named=True)
    if not row["departures"]:
        return "Nobody has left in the chosen time."
    agreed = f"; where both are known they agree in {row['agreed']:,} of {row['both']:,}" if row["both"] else ""
    return (
        f"{row['stated']:,} of {row['departures']:,} departures state a reason ({say_percent(row['rate'])}); records "
        f"of the 90 days before point to one for {row['inferred']:,}{agreed}. Unknown stays in the count."
    )


def reason_rows(rows: pl.DataFrame, sign: str) -> pl.DataFrame:
    """The families with any departure as rows of `rate_bars`, most departures first, unknown last."""
    seen = rows.filter(pl.col("departures") > 0).with_columns(is_unknown=pl.col("reason") == UNKNOWN)
    ordered = seen.sort("is_unknown", "departures", "label", descending=[False, True, False])
    notes = []
    for row in ordered.iter_rows(named=True):
        money = f" · {say_amount(row['mrr'], sign)}" if row["mrr"] is not None else ""
        stated = "" if row["is_unknown"] else f", {row['stated']:,} stated"
        notes.append(f"{row['departures']:,} left{stated}{money}")
    return ordered.select("label", "low", "high", rate="share").with_columns(note=pl.Series(notes, dtype=pl.String))

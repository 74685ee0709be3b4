"""What the activation finder says, in sentences."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_percent

CAVEAT = "A marker, not a cause: pushing customers to it may change nothing; a test on half of them would tell."


def say_activation(rows: pl.DataFrame) -> str:
    """The title: the best confirmed mark, or that there is none. rows: those of `activation`."""
    if rows.is_empty():
        return "Too few customers have been followed to say what marks those who stay"
    confirmed = rows.filter("confirmed")
    if confirmed.is_empty():
        return "Nothing customers do early on marks those who stay"
    best = confirmed.row(0, named=True)
    return (
        f"Customers who {say_mark(best)} leave {say_times(best)} as often: "
        f"{say_percent(best['churn_with'])} against {say_percent(best['churn_without'])}"
    )


def say_mark(row: dict[str, Any]) -> str:
    """`did share 3 times by day 14`."""
    times = {1: "once", 2: "twice"}.get(row["times"], f"{row['times']} times")
    return f"did {row['event'].replace('_', ' ')} {times} by day {row['by_day']}"


def say_times(row: dict[str, Any]) -> str:
    """The ratio as a share, with its interval."""
    return f"{row['ratio']:.2f} times (95 %: {row['low']:.2f} to {row['high']:.2f})"


def say_basis(rows: pl.DataFrame) -> str:
    """What was compared, for the line below the title; empty without rows."""
    if rows.is_empty():
        return ""
    row = rows.row(0, named=True)
    return (
        f"{row['customers']:,} customers who were still there on day {row['by_day']}, other than those the mark was "
        f"found on; {say_percent(row['recall'], 0)} of those who stayed had it. {CAVEAT}"
    )

"""What a point of retention is worth, as people say it."""

import polars as pl

from analytics.charts.wording import say_amount, say_percent


def say_worth(numbers: pl.DataFrame, sign: str) -> str:
    """What one point of monthly retention brings in a year. numbers: the rows of `economics` without groups."""
    value, customers = (_value(numbers, metric) for metric in ("point_value", "point_customers"))
    if customers is None:
        return "What a point of retention is worth is not known yet"
    if customers == 0:
        return "Nobody has left lately: there is no point of retention to gain"
    if value is None:
        return f"One point of monthly retention keeps {customers:,.0f} customers in a year"
    return f"One point of monthly retention is worth {say_amount(value, sign)} in a year"


def say_worth_basis(numbers: pl.DataFrame, working: pl.DataFrame, sign: str) -> str:
    """What that rests on: interval, churn, customers kept, and what it may cost. working: `project_point`."""
    rows = {row["metric"]: row for row in numbers.iter_rows(named=True)}
    kept, value, cost = rows["point_customers"], rows["point_value"], rows["point_break_even"]
    if kept["value"] is None:
        return f"It takes {kept['missing']}."
    told = (
        f"At {say_percent(working['churn'][0])} churn a month, {kept['value']:,.0f} customers more after twelve months"
    )
    if value["value"] is None:
        return f"{told} ({kept['low']:,.0f} to {kept['high']:,.0f}). Its money takes {value['missing']}."
    return (
        f"{told}, and {say_amount(value['low'], sign)} to {say_amount(value['high'], sign)} of margin "
        f"(95 % interval of the churn rate). It pays for itself up to {say_amount(cost['value'], sign)} a customer and "
        "month."
    )


def _value(numbers: pl.DataFrame, metric: str) -> float | None:
    values: list[float | None] = numbers.filter(pl.col("metric") == metric)["value"].to_list()
    return values[0] if values else None

"""Whether buyers come back: repeat purchases and the time between them."""

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.intervals import with_wilson
from analytics.metrics.layout import lay_out, name_cells
from analytics.metrics.periods import read_periods, refuse_hours, spread
from analytics.metrics.question import Question, require_dates
from analytics.metrics.service import count_records
from analytics.metrics.tickets import measure_quantile
from analytics.store.dataset import Dataset

METRICS = ("repeat_purchase_rate", "purchase_gap_days")
WINDOW_DAYS = 365  # in which a second order makes a repeat customer


def loyalty(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per metric and period, from the events that bring money.

    The columns of `service`, with category null. repeat_purchase_rate: of the customers who bought in the 365 days
    up to the period's last day, the share who bought at least twice in them; n counts buyers; unfinished where those
    days begin before the data. purchase_gap_days: median days between an order in the period and the same customer's
    order before it, whenever that was; n counts gaps. Events of a customer under one event_id, or at one
    instant, are one order. UserError when no event has an amount.
    """
    require_dates(dataset, "Repeat purchase")
    refuse_hours(question)
    if not has_orders(count_records(dataset)):
        raise UserError("repeat purchase needs orders.", dataset.name.name, "Bring events with an amount.")
    orders = dataset.query("orders", question.chosen, grain=question.period)
    gaps = orders.filter(pl.col("gap_days").is_not_null()).with_columns(category=pl.lit(None, dtype=pl.String))
    cells = [_repeaters(dataset, question, orders), measure_quantile(gaps, "gap_days", 0.5, "purchase_gap_days")]
    return lay_out(dataset, question, METRICS, cells)


def has_orders(n_known: dict[str, int]) -> bool:
    """Whether any event brings money. n_known: the answer of `count_records`."""
    return n_known.get("order", 0) > 0


def _repeaters(dataset: Dataset, question: Question, orders: pl.DataFrame) -> pl.DataFrame:
    """Cells of the repeat-purchase rate on the last observed day of each period."""
    periods = read_periods(dataset, question)
    starts = periods.select("period_index", pl.col("period").alias("on_day"))
    turns = _turns(orders).filter(pl.col("on_day") <= dataset.info.as_of).sort("on_day")
    placed = turns.join_asof(starts, on="on_day", strategy="backward")
    changes = placed.group_by("segment", "period_index").agg(pl.col("buyers", "repeaters").sum())
    counts = spread(dataset, question, changes).with_columns(
        pl.col("buyers", "repeaters").cum_sum().over("segment"),
        category=pl.lit(None, dtype=pl.String),
        is_decided=pl.col("ends_on") - pl.duration(days=WINDOW_DAYS) >= pl.lit(dataset.info.first_on),
    )
    rates = with_wilson(counts, "repeaters", "buyers").rename({"rate": "value", "buyers": "n"})
    return name_cells(rates, "repeat_purchase_rate")


def _turns(orders: pl.DataFrame) -> pl.DataFrame:
    """on_day, buyers, repeaters: how many more there are in the window that ends on that day, by segment.

    While an order is a customer's latest, the customer is a buyer until the window has passed it, and a repeat
    customer until the window has passed the order before it.
    """
    window = pl.duration(days=WINDOW_DAYS)
    next_on, since = pl.col("next_on"), pl.col("ordered_on")
    again = orders.filter(pl.col("previous_on") + window > since)
    parts = []
    for rows, until, counted in ((orders, since, "buyers"), (again, pl.col("previous_on"), "repeaters")):
        last = pl.min_horizontal(until + window, next_on)
        for on_day, step in ((since, 1), (last, -1)):
            change = {name: pl.lit(step if name == counted else 0) for name in ("buyers", "repeaters")}
            parts.append(rows.select("segment", on_day.alias("on_day"), **change))
    return pl.concat(parts)

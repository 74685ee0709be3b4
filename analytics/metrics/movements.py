"""Monthly recurring revenue: the bridge from one period to the next, to the cent, and how much of it is kept."""

import datetime as dt
from dataclasses import replace

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.cents import in_currency
from analytics.metrics.intervals import divide
from analytics.metrics.periods import spread
from analytics.metrics.question import Question, choose_periods, name_groups, require_table
from analytics.store.dataset import Dataset, read_text

KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
BASES = ("event", "snapshot")
_LISTS = {"event": "movements_event_detail", "snapshot": "movements_snapshot"}


def movements(dataset: Dataset, question: Question, *, basis: str = "event", detail: bool = False) -> pl.DataFrame:
    """The bridge: one row per period, in currency units a month (exact cents ÷ 100).

    period (local first day), opening (0 in the first period of the data), new, reactivation, expansion,
    contraction, churn (the last two negative), closing, state, group; opening + new + … + churn = closing to
    the cent. Basis `event`: each change on its date; `snapshot`: what is in force on the period's first day
    against the first day of the period before. With `detail` one row per customer and change: customer_id, at
    (date), kind, before, after, change, period, group.
    """
    if basis not in BASES:
        raise UserError(f"there is no basis {basis!r}.", "--basis", suggest(basis, BASES))
    require_table(dataset, "subscriptions", "started_at, ended_at and mrr", "Revenue")
    return _list_changes(dataset, question, basis) if detail else _bridge(dataset, question, basis)


def _bridge(dataset: Dataset, question: Question, basis: str) -> pl.DataFrame:
    rows = bridge_cents(dataset, question, basis)
    money = ("opening", *KINDS, "closing")
    rows = rows.select("period", *(in_currency(name) for name in money), "state", "segment")
    return choose_periods(name_groups(rows, question), question)


def bridge_cents(dataset: Dataset, question: Question, basis: str = "event") -> pl.DataFrame:
    """The bridge in whole cents by segment and period: the columns of `read_periods`, opening, the kinds, closing."""
    if basis == "event":
        changes = dataset.query("movements_event", question.chosen, grain=question.period)
    else:  # what came before the chosen periods is in what they open with
        listed = {"changes": read_text(_LISTS[basis])}
        everything = {"start_on": dt.date.min, "end_on": dt.date.max}
        changes = dataset.query("movements_totals", question.chosen, listed, grain=question.period, **everything)
    totals = [pl.col("change_cents").filter(pl.col("kind") == kind).sum().alias(kind) for kind in KINDS]
    wide = spread(dataset, question, changes.group_by("segment", "period_index").agg(totals))
    net = pl.sum_horizontal(KINDS)
    closing = net.cum_sum().over("segment")
    return wide.with_columns(closing=closing, opening=closing - net)


def _list_changes(dataset: Dataset, question: Question, basis: str) -> pl.DataFrame:
    rows = _read_changes(dataset, question, basis).rename({"changed_on": "at"}).sort("at", "customer_id")
    money = [in_currency(f"{name}_cents").alias(name) for name in ("before", "after", "change")]
    return name_groups(rows.select("customer_id", "at", "kind", *money, "period", "segment"), question)


def _read_changes(dataset: Dataset, question: Question, basis: str) -> pl.DataFrame:
    """One row per customer and change in the chosen periods, in cents."""
    return dataset.query(
        _LISTS[basis], question.chosen, grain=question.period, start_on=question.start_on, end_on=question.end_on
    )


def bar_customers(
    dataset: Dataset, question: Question, period: dt.date, kind: str, basis: str = "event"
) -> pl.DataFrame:
    """The customers behind one bar of the bridge: a kind of movement in the period that starts on a day.

    One row per customer and change, the greatest first: customer_id, at (date), before, after, change (currency a
    month; they sum to the bar to the cent), group. The conditions of the question hold, its `start` and `end` do not
    matter. UserError for a kind or a basis that does not exist.
    """
    if kind not in KINDS:
        raise UserError(f"there is no kind of movement {kind!r}.", "", suggest(kind, KINDS))
    only = replace(question, start=period.isoformat(), end=period.isoformat())
    rows = movements(dataset, only, basis=basis, detail=True).filter(pl.col("kind") == kind)
    ordered = rows.sort(pl.col("change").abs(), "customer_id", "at", descending=[True, False, False])
    return ordered.drop("kind", "period")


def revenue(dataset: Dataset, question: Question) -> pl.DataFrame:
    """What the recurring revenue says: one row per period.

    period, mrr (in force at the period's end, or on the as-of day), customers (paying then), arpa (mrr ÷
    customers), gross_retention (what those paying at the start still pay, each capped at what they paid, ÷
    opening), net_retention (the same uncapped), quick_ratio ((new + reactivation + expansion) ÷ (contraction
    + churn)), state, group. Null where undefined.
    """
    require_table(dataset, "subscriptions", "started_at, ended_at and mrr", "Revenue")
    kept = spread(dataset, question, dataset.query("revenue", question.chosen, grain=question.period))
    bridge = bridge_cents(dataset, question).select("segment", "period_index", "opening", *KINDS, "closing")
    rows = kept.join(bridge, on=["segment", "period_index"], nulls_equal=True, maintain_order="left").with_columns(
        customers=pl.col("net_customers").cum_sum().over("segment"),
        mrr=in_currency("closing"),
        kept_gross=pl.col("opening") + pl.col("lost_cents"),
        kept_net=pl.col("opening") + pl.col("existing_cents"),
        won=pl.col("new") + pl.col("reactivation") + pl.col("expansion"),
        gone=-pl.col("contraction") - pl.col("churn"),
    )
    ratios = {
        "arpa": divide("mrr", "customers"),
        "gross_retention": divide("kept_gross", "opening"),
        "net_retention": divide("kept_net", "opening"),
        "quick_ratio": divide("won", "gone"),
    }
    rows = rows.with_columns(**ratios).select("period", "mrr", "customers", *ratios, "state", "segment")
    return choose_periods(name_groups(rows, question), question)

"""Counts of events laid over a dense calendar: one series per event and group."""

from dataclasses import replace

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.instants import observed_span
from analytics.metrics.periods import read_periods
from analytics.metrics.question import BLANK, MOST_GROUPS, Question, read_groups, require_table
from analytics.store.dataset import Chosen, Dataset

MOST_CELLS = 2_000_000  # series × periods: more than anybody reads, and than a browser holds
_KEYS = ["segment", "event", "period_index"]
_COUNTS = ("n", "customers", "squares", "crossed")


def read_series(dataset: Dataset, question: Question, event: str = "", per: str = "") -> pl.DataFrame:
    """One row per event, group and period of the calendar; a period with nothing is a row of zeros.

    segment, event, period_index, period, ends_on, observed_until, state, n (events), customers (who did it),
    squares (Σ over customers of n²); with `per`, the same of the event named so: n_per, squares_per, and crossed
    (Σ over customers of n × n_per). event: empty for every event, `(blank)` for the one without a name. The question
    breaks down by a customer attribute, else by an attribute of the events (only groups in which the event occurs).
    UserError for a name that does not exist, and for more cells than can be read.
    """
    require_table(dataset, "events", "customer_id, occurred_at and name", "Activity")
    for name, option in ((event, "--event"), (per, "--per")):
        _check_event(dataset, name, option)
    counts = _count(dataset, question, event, per)
    wanted = pl.col("event") != _stored(per) if per and not event else pl.col("event") == _stored(event)
    pairs = _list_series(dataset, question, counts, event).filter(wanted if event or per else pl.lit(True))
    periods = read_periods(dataset, question).with_columns(pl.col("period_index").cast(pl.Int64))
    if pairs.height * periods.height > MOST_CELLS:
        raise UserError(
            f"{pairs.height:,} series over {periods.height:,} periods are too many.",
            "--period",
            "Choose one event (--event), a longer period or fewer groups.",
        )
    dense = pairs.join(periods, how="cross").join(counts, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    if per:
        dense = _beside(dense, counts.filter(pl.col("event") == _stored(per)))
    rows = dense.with_columns(
        pl.col(column).fill_null(0) for column in dense.columns if dense[column].dtype.is_numeric()
    )
    return rows.with_columns(event=pl.col("event").replace("", BLANK)).sort("segment", "event", "period_index")


def _beside(rows: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    others = counts.select("segment", "period_index", n_per="n", squares_per="squares")
    return rows.join(others, on=["segment", "period_index"], how="left", nulls_equal=True, maintain_order="left")


def _count(dataset: Dataset, question: Question, event: str, per: str) -> pl.DataFrame:
    """segment, event, period_index with any: n, customers, squares, crossed."""
    names = {"event": _stored(event), "is_every": not event, "per": _stored(per) if per else None}
    of_events = is_of_events(dataset, question.by)
    if not of_events and question.period != "hour":
        counts = dataset.query("activity_days", question.chosen, grain=question.period, **names)
    else:
        by = {"event_by": question.by} if of_events else {"by": question.by}
        first, _ = observed_span(dataset)
        chosen = Chosen(where=question.where, **by)
        counts = dataset.query("activity_events", chosen, grain=question.period, first=first, **names)
    return counts.with_columns(pl.col("period_index").cast(pl.Int64)).select(*_KEYS, *_COUNTS)


def _list_series(dataset: Dataset, question: Question, counts: pl.DataFrame, event: str) -> pl.DataFrame:
    """segment, event: with a customer attribute every event in every group, else those that occur together.

    An event that is named has its series in every group, though nobody did it.
    """
    of_events = is_of_events(dataset, question.by)
    groups = read_groups(dataset, replace(question, by="") if of_events else question).select("segment")
    events = pl.DataFrame({"event": [_stored(event)]}) if event else counts.select("event").unique()
    if not of_events:
        return groups.join(events, how="cross")
    pairs = counts.select("segment", "event").unique()
    if pairs["segment"].n_unique() > MOST_GROUPS:
        number = pairs["segment"].n_unique()
        raise UserError(f"{question.by!r} has {number} values.", "--by", f"Choose one with at most {MOST_GROUPS}.")
    return pairs


def is_of_events(dataset: Dataset, name: str) -> bool:
    """Whether a breakdown is by an attribute of the events; a customer attribute of that name goes first.

    UserError where neither has it.
    """
    if not name or name in dataset.info.attributes:
        return False
    known = dataset.event_attributes()
    if name not in known:
        raise UserError(
            f"neither customers nor events have an attribute {name!r}.",
            "--by",
            suggest(name, [*dataset.info.attributes, *known]),
        )
    return True


def _stored(event: str) -> str:
    return "" if event == BLANK else event


def _check_event(dataset: Dataset, name: str, option: str) -> None:
    names = dataset.query("event_names")["name"].to_list() if name else []
    if name and _stored(name) not in names:
        raise UserError(f"there is no event {name!r}.", option, suggest(name, names))

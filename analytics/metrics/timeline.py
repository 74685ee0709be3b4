"""Everything that has happened with one customer, on one axis of time."""

import datetime as dt
from collections.abc import Callable
from typing import Final, cast

import polars as pl

from analytics.metrics import timeline_lanes as lanes
from analytics.metrics.customers import find_key, next_term_end
from analytics.metrics.question import require_dates
from analytics.metrics.timeline_words import Thing
from analytics.store.dataset import Dataset

LANES: Final = ("stage", "subscription", "use", "tickets", "surveys", "invoices", "touches", "people", "risk")
SCHEMA: Final[dict[str, pl.DataType]] = {
    "at": pl.Datetime("us"), "until": pl.Datetime("us"), "lane": pl.String(), "kind": pl.String(), "label": pl.String(),
    "value": pl.Float64(), "source_row": pl.Int64(),
}  # fmt: skip


def timeline(dataset: Dataset, customer_id: str) -> pl.DataFrame:
    """One row per thing that has happened with a customer, oldest first.

    at and until (local time, midnight where only the day is known; until is null for a moment and for what still
    lasts), lane (stage, subscription, use, tickets, surveys, invoices, touches, people, risk), kind, label (plain
    words), value (a currency amount, a score, actions in a week, or the probability of leaving), source_row (row of
    the lane's table, null for what is derived). Nothing lies after the as-of day but the end of the running term.
    UserError for an unknown customer (with the nearest ids) and for a snapshot.
    """
    require_dates(dataset, "A timeline")
    key, as_of = find_key(dataset, customer_id), cast(dt.date, dataset.info.as_of)
    things = list_things(lambda name: _read_local(dataset, name, key), dataset, as_of)
    rows = pl.DataFrame([thing.row() for thing in things], schema=SCHEMA, orient="row")
    order = pl.col("lane").replace_strict(list(LANES), range(len(LANES)), return_dtype=pl.Int64)
    return rows.sort("at", order, "source_row", maintain_order=True)


def list_things(rows_of: Callable[[str], pl.DataFrame], dataset: Dataset, as_of: dt.date) -> list[Thing]:
    """All things of all lanes. rows_of: the customer's rows of a fact, with local instants."""
    spans = rows_of("spans")
    things = [
        *lanes.tell_stages(rows_of("stage_episodes"), rows_of("onboarding")),
        *lanes.tell_departures(rows_of("active_spans"), rows_of("churn_events")),
        *lanes.tell_spans(spans),
        *lanes.tell_movements(rows_of("mrr_movements")),
        *lanes.tell_terms(rows_of("renewals"), next_term_end(spans, as_of), as_of),
        *lanes.tell_use(_count_weeks(dataset, rows_of("customer_days"))),
        *lanes.tell_tickets(rows_of("tickets")),
        *lanes.tell_surveys(rows_of("surveys")),
        *lanes.tell_bills(rows_of("invoices")),
        *lanes.tell_touches(rows_of("touches")),
        *lanes.tell_people(rows_of("contacts")),
    ]
    stored = dataset.tables()
    past = lanes.tell_past_scores(rows_of("past_scores")) if "past_scores" in stored else []
    return things + past + (lanes.tell_scores(rows_of("scores"), as_of) if "scores" in stored else [])


def _read_local(dataset: Dataset, name: str, key: int) -> pl.DataFrame:
    zone = dataset.info.settings.timezone
    local = pl.selectors.datetime().dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return dataset.fact(name, "customer_key = $key", key=key).with_columns(local)


def _count_weeks(dataset: Dataset, days: pl.DataFrame) -> pl.DataFrame:
    """One row per week and name of an event: starts_on, ends_on, name, n."""
    names = dataset.fact("kinds", "source = 'event'").select("kind_key", "name")
    weeks = dataset.fact("periods", "grain = 'week'").select("starts_on", "ends_on").sort("starts_on")
    used = days.join(names, on="kind_key").sort("day")
    placed = used.join_asof(weeks, left_on="day", right_on="starts_on", strategy="backward", coalesce=False)
    return placed.group_by("starts_on", "ends_on", "name").agg(pl.col("n").sum()).sort("starts_on", "n", "name")

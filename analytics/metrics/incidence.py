"""Why customers leave, over time: the share gone for each reason, the others competing."""

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.competing_risks import estimate_incidence
from analytics.metrics.departure_kinds import RECORD_DAYS, UNKNOWN, name_kind
from analytics.metrics.periods import read_window
from analytics.metrics.question import BLANK, Question, read_groups, require_dates
from analytics.metrics.survival import EVERYBODY, UNIT_DAYS
from analytics.store.dataset import Dataset

CAUSES = ("reason", "kind")
NOT_STATED = "(not stated)"  # the reason of departures without one


def incidence(dataset: Dataset, question: Question, *, unit: str = "days", causes: str = "reason") -> pl.DataFrame:
    """Cumulative incidence of the end of the first stretch of being a customer, by cause (Aalen–Johansen).

    One row per reason and time at which anybody left: reason, time (in the unit, since the first day; 0 and the
    last time watched included), incidence (share gone for that reason by then), low, high (95 %, log-log), group
    with `by`. At every time the reasons and survival sum to 1. `causes`: `reason` as stated within 90 days of
    leaving, or `kind` (voluntary, payment_failure, unknown, as `departures` tells them). `start` and `end` choose
    customers by the period their stretch began in. UserError for a snapshot, and where no departure has a cause.
    """
    if unit not in UNIT_DAYS:
        raise UserError(f"there is no unit {unit!r}.", "--unit", suggest(unit, UNIT_DAYS))
    if causes not in CAUSES:
        raise UserError(f"there are no causes {causes!r}.", "--causes", suggest(causes, CAUSES))
    rows = estimate_incidence(_read_causes(dataset, question, causes))
    columns = ("time", "incidence", "low", "high", *(("group",) if question.by else ()))
    return rows.with_columns(pl.col("time") / UNIT_DAYS[unit]).select(pl.col("cause").alias("reason"), *columns)


def _read_causes(dataset: Dataset, question: Question, causes: str) -> pl.DataFrame:
    """The histogram behind it: group, time (days), entry, cause, events, censored."""
    require_dates(dataset, "Incidence by reason")
    read_groups(dataset, question)
    rows = dataset.query("first_departures", question.chosen, days=RECORD_DAYS, **read_window(dataset, question))
    if rows.is_empty():
        raise UserError("nobody chosen became a customer in the chosen periods.", dataset.name.name, "Choose others.")
    cause = pl.col("reason").fill_null(NOT_STATED) if causes == "reason" else name_kind()
    group = pl.col("segment").fill_null(BLANK if question.by else EVERYBODY)
    named = rows.with_columns(cause=cause, group=group, entry=pl.lit(None, dtype=pl.Float64))
    if named.filter((pl.col("events") > 0) & ~pl.col("cause").is_in([NOT_STATED, UNKNOWN])).is_empty():
        raise UserError(
            "incidence by reason needs departures that say why; there is none.",
            dataset.name.name,
            "Bring churn_events with customer_id, churned_at and reason, or invoices with --causes kind.",
        )
    return named.select("group", "time", "entry", "cause", "events", "censored")

"""What a customer was on the day they entered a cohort: attributes that change are frozen there."""

from typing import Literal

import polars as pl

from analytics.metrics.periods import read_periods
from analytics.metrics.question import Question
from analytics.metrics.rule import RetentionRule
from analytics.store.dataset import Dataset

_TURNS = {"plan": "plan_turns", "stage": "stage_turns"}  # attribute: the query that tells the days on which it turns
_ENTRY = ["customer_key", "cohort_index"]


def is_frozen(dataset: Dataset, question: Question) -> bool:
    """Whether the question breaks down by an attribute that changes: its value on the day of entry then counts."""
    return question.by in dataset.info.changing


def freeze(
    dataset: Dataset, question: Question, rule: RetentionRule, basis: str, entries: pl.DataFrame, marks: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries and marks of `read_marks` with the segment of the day of entry; as they came for a constant attribute.

    That day is the first of the cohort's period on which the customer was active (had the start event). The plan is
    the dearest in force then, the stage the one they were in; null where there was none.
    """
    if not is_frozen(dataset, question):
        return entries, marks
    entered = _find_days(dataset, question, rule, basis, entries.select(_ENTRY))
    turns = dataset.query(_TURNS[question.by], question.chosen)
    values = _place(entered, "entered_on", turns, "turns_on", "backward").select(*_ENTRY, "segment")
    return entries.drop("segment").join(values, on=_ENTRY), marks.drop("segment").join(values, on=_ENTRY)


def _find_days(
    dataset: Dataset, question: Question, rule: RetentionRule, basis: str, entries: pl.DataFrame
) -> pl.DataFrame:
    """customer_key, cohort_index and entered_on, the first day of the period on which the customer was active."""
    starts = read_periods(dataset, question).select(
        pl.col("period_index").cast(pl.Int64).alias("cohort_index"), pl.col("period").cast(pl.Date).alias("starts_on")
    )
    placed = entries.join(starts, on="cohort_index")
    name = "event_presence" if basis == "event" else "subscribed_presence"
    present = dataset.query(name, question.chosen, event=rule.start_event, as_of=dataset.info.as_of)
    # the first stretch that is not over when the period begins
    found = _place(placed, "starts_on", present, "last_on", "forward")
    return found.select(*_ENTRY, entered_on=pl.max_horizontal("starts_on", "started_on"))


def _place(
    rows: pl.DataFrame, day: str, others: pl.DataFrame, other_day: str, strategy: Literal["backward", "forward"]
) -> pl.DataFrame:
    """Each row beside the same customer's nearest other row, before or after its day."""
    return rows.sort(day).join_asof(
        others.sort(other_day),
        left_on=day,
        right_on=other_day,
        by="customer_key",
        strategy=strategy,
        check_sortedness=False,  # Polars cannot check it by group; both are sorted here
    )

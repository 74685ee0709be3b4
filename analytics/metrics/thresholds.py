"""What each threshold of the journey does: the customer-days it puts into another stage."""

from dataclasses import fields, replace
from typing import Any

import polars as pl

from analytics.contract.settings import Stages
from analytics.metrics.periods import read_window
from analytics.metrics.question import Question, read_groups, require_dates
from analytics.store.dataset import Dataset
from analytics.store.restage import stage_shifts

MOST_CUSTOMERS = (
    50_000  # of more, every second, third, … is looked at: shares are then known to a fraction of a percent
)
# what a threshold becomes when it is to have no say: the lowest or highest value it may take, or nothing at all
_WITHOUT = {
    "value_event": "",
    "onboarding_event": "",
    "onboarding_share": "high",
    "onboarding_days": "high",
    "escalation_priorities": (),
    "cooldown_days": "low",
    "escalation_days": "high",
    "failed_payment_days": "high",
    "renewal_days": "low",
    "renewal_min_term_months": "low",
    "dwell_days": "low",
}
_SCHEMA = {
    "threshold": pl.String, "value": pl.String, "alternative": pl.String, "customer_days_moved": pl.Int64,
    "customer_days": pl.Int64, "share": pl.Float64, "from_stage": pl.String, "to_stage": pl.String,
    "largest_move": pl.Int64, "customers_looked_at": pl.Int64, "meaning": pl.String,
}  # fmt: skip


def stage_thresholds(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per threshold of the stages (settings `[stages]`), over the customers and periods chosen.

    threshold, value (in force, as text), alternative (the value at which it has no say: no event, no priority, the
    lowest or highest days, months or share the settings allow), customer_days_moved (days on which a customer would
    be in another stage with it, everything else as it is), customer_days (all days of customers), share (of them),
    from_stage (in force) and to_stage (with the alternative) of the largest such move, largest_move (customer-days;
    the three are null where nothing moves), customers_looked_at (all chosen; of more than 50,000 about one n-th,
    and all days are theirs), meaning. UserError for a snapshot.
    """
    require_dates(dataset, "The journey")
    stages, window = dataset.info.settings.stages, read_window(dataset, question)
    n_customers = int(read_groups(dataset, question)["customers"].sum())
    step = -(-n_customers // MOST_CUSTOMERS)
    rows = []
    for declared in fields(Stages):
        if declared.name in _WITHOUT:
            alternative = _find_alternative(declared.name, declared.metadata)
            other = replace(stages, **{declared.name: alternative})
            shifts = stage_shifts(dataset, question.chosen, other, **window, step=step)
            told = (declared.name, _say(getattr(stages, declared.name)), _say(alternative))
            rows.append((*told, *_sum_up(shifts), n_customers // step, declared.metadata["meaning"]))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _find_alternative(name: str, bounds: Any) -> Any:
    without = _WITHOUT[name]
    return bounds[without] if without in ("low", "high") else without


def _say(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _sum_up(shifts: pl.DataFrame) -> tuple[int, int, float | None, str | None, str | None, int | None]:
    """customer_days_moved, customer_days, share, and the largest move."""
    moved = shifts.filter(pl.col("from_stage") != pl.col("to_stage"))
    n, total = (int(part["customer_days"].sum()) for part in (moved, shifts))
    largest = moved.sort("customer_days", "from_stage", "to_stage", descending=[True, False, False]).head(1).rows()
    return (n, total, n / total if total else None, *(largest[0] if largest else (None, None, None)))

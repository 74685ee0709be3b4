"""Who left by choice and who through a payment that failed: two losses with two remedies."""

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.churn import count_turns
from analytics.metrics.intervals import with_wilson
from analytics.metrics.question import Question, choose_periods, name_groups, require_dates
from analytics.store.dataset import Dataset

KINDS = ("voluntary", "payment_failure", "unknown")
RECORD_DAYS = 90  # a stated reason this near to a departure belongs to it
_PAYMENT_WORDS = r"(?i)payment|involuntary|dunning|declined|unpaid|delinquent"
_FAILED = ("failed", "uncollectible", "past_due", "unpaid", "declined")
_COLUMNS = ("period", "kind", "churned", "base", "rate", "low", "high", "mrr_lost", "state", "segment")


def departures(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per period and kind of departure; the kinds add up to churn, in customers and in revenue.

    period (local first day), kind, churned (of the customers active at the start, as `start_existing` counts them),
    base (active at the start), rate, low, high (95 % Wilson), mrr_lost (currency a month, of all whose revenue
    ended; null without subscriptions), state, group. `payment_failure`: the reason stated within 90 days speaks of
    payment, or the last bill due by then had failed and is unpaid; `unknown`: there is neither reason nor
    bill; `voluntary`: the others. UserError when the data set states no reasons and has no bills.
    """
    require_dates(dataset, "Churn by choice and by payment failure")
    if not can_tell_departures(dataset):
        raise UserError(
            "payment failures cannot be told from other departures.",
            dataset.name.name,
            "Bring invoices (due_at, paid_at, failed_attempts) or churn_events with a reason.",
        )
    counts = count_turns(dataset, question).select(
        "segment", "period_index", "period", "state", pl.col("active_start").alias("base")
    )
    kinds = pl.DataFrame({"kind": KINDS}).with_row_index("nth")
    grid = counts.join(kinds, how="cross").sort("segment", "period", "nth")
    lost = _count_lost(dataset, question)
    rows = grid.join(lost, on=["segment", "period_index", "kind"], how="left", nulls_equal=True, maintain_order="left")
    mrr_lost = pl.col("mrr_cents").fill_null(0) / 100 if dataset.info.has("subscriptions") else pl.lit(None, pl.Float64)
    rows = with_wilson(rows.with_columns(pl.col("churned").fill_null(0), mrr_lost=mrr_lost), "churned", "base")
    return choose_periods(name_groups(rows.select(_COLUMNS), question), question)


def can_tell_departures(dataset: Dataset) -> bool:
    """Whether there is anything to tell payment failures by: bills, or a stated reason."""
    if dataset.info.has("invoices"):
        return True
    return not dataset.fact("churn_events", "reason is not null").is_empty()


def _count_lost(dataset: Dataset, question: Question) -> pl.DataFrame:
    """segment, period_index, kind: churned (customers), mrr_cents."""
    rows = dataset.query("departures", question.chosen, grain=question.period, days=RECORD_DAYS)
    says_payment = pl.col("reason").str.contains(_PAYMENT_WORDS).fill_null(False)
    has_failed = (pl.col("failed_attempts") > 0).fill_null(False) | pl.col("status").str.to_lowercase().is_in(
        _FAILED
    ).fill_null(False)
    is_unpaid = (pl.col("is_unpaid") == 1).fill_null(False)
    kind = (
        pl.when(says_payment | (has_failed & is_unpaid))
        .then(pl.lit("payment_failure"))
        .when(pl.col("reason").is_null() & pl.col("is_unpaid").is_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("voluntary"))
    )
    counted = rows.with_columns(kind=kind).group_by("segment", "period_index", "kind")
    return counted.agg(churned=pl.col("was_here").sum().cast(pl.Int64), mrr_cents=pl.col("mrr_cents").sum())

"""Who left by choice and who through a payment that failed: two losses with two remedies."""

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.cents import in_currency
from analytics.metrics.churn import count_turns
from analytics.metrics.departure_kinds import KINDS, RECORD_DAYS, name_kind
from analytics.metrics.intervals import with_wilson
from analytics.metrics.periods import FINAL
from analytics.metrics.question import Question, choose_periods, name_groups, require_dates
from analytics.store.dataset import Dataset

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
    rows = rows.with_columns(pl.col("churned", "mrr_cents").fill_null(0))
    mrr_lost = in_currency("mrr_cents") if dataset.info.has("subscriptions") else pl.lit(None, pl.Float64)
    rows = with_wilson(rows.with_columns(mrr_lost=mrr_lost), "churned", "base")
    return choose_periods(name_groups(rows.select(_COLUMNS), question), question)


def departure_shares(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The kinds of departure as shares of all departures in the chosen periods that are over: one row per kind.

    kind, churned, departures (of all kinds), share, low, high (95 % Wilson; null without departures), mrr_lost
    (currency a month; null without subscriptions), group. Counted are those `departures` counts: customers active at
    the start of the period they left in. No rows when no chosen period is over. UserError as for `departures`.
    """
    keys = ["group", "kind"] if question.by else ["kind"]
    final = departures(dataset, question).filter(pl.col("state") == FINAL)
    summed = final.group_by(keys, maintain_order=True).agg(
        pl.col("churned").sum(),
        mrr_lost=pl.when(pl.col("mrr_lost").count() > 0).then(pl.col("mrr_lost").sum().round(2)),
    )
    everybody = pl.col("churned").sum().over("group") if question.by else pl.col("churned").sum()
    rows = with_wilson(summed.with_columns(departures=everybody), "churned", "departures").rename({"rate": "share"})
    return rows.select("kind", "churned", "departures", "share", "low", "high", "mrr_lost", *keys[:-1])


def can_tell_departures(dataset: Dataset) -> bool:
    """Whether there is anything to tell payment failures by: bills, or a stated reason."""
    if dataset.info.has("invoices"):
        return True
    return not dataset.fact("churn_events", "reason is not null").is_empty()


def _count_lost(dataset: Dataset, question: Question) -> pl.DataFrame:
    """segment, period_index, kind: churned (customers), mrr_cents."""
    rows = dataset.query("departures", question.chosen, grain=question.period, days=RECORD_DAYS)
    counted = rows.with_columns(kind=name_kind()).group_by("segment", "period_index", "kind")
    return counted.agg(churned=pl.col("was_here").sum().cast(pl.Int64), mrr_cents=pl.col("mrr_cents").sum())

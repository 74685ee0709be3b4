"""What customers with a subscription are worth: how likely they stay × what they pay × what is left of it."""

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.intervals import Z
from analytics.metrics.likelihood import Floats
from analytics.metrics.question import Question
from analytics.metrics.staying import Ahead, Staying, estimate_staying, look_ahead
from analytics.store.dataset import Dataset


def value_subscribers(dataset: Dataset, question: Question, horizon: int) -> pl.DataFrame:
    """One row per customer here and paying on the as-of day, the dearest first.

    customer_id, lifetime_value (currency), low, high (95 %; of what is expected of such a customer, not of what
    this one will bring), horizon_months. Every customer is judged by everybody's curve.
    """
    payers = _read_payers(dataset, question)
    ahead = _look_ahead(dataset, _read_stays(dataset, question), payers, horizon)
    monthly, nth = _monthly(dataset, payers), _nth_age(ahead, payers)
    low, high = bound_months(ahead.months, ahead.variance(), ahead.most)
    rows = payers.select("customer_id").with_columns(
        lifetime_value=monthly * ahead.months[nth], low=monthly * low[nth], high=monthly * high[nth]
    )
    rows = rows.with_columns(horizon_months=pl.lit(horizon, dtype=pl.Int64))
    return rows.sort("lifetime_value", "customer_id", descending=[True, False])


def value_subscriber_groups(dataset: Dataset, question: Question, horizon: int) -> pl.DataFrame:
    """One row per segment of customers here and paying on the as-of day.

    segment, customers, lifetime_value (currency, the mean of the group by its own curve), low, high (95 %, delta
    method), horizon_months. Null where fewer than `low_n` of the group ever left.
    """
    payers, stays = _read_payers(dataset, question), _read_stays(dataset, question)
    rows = []
    for (segment,), members in payers.partition_by("segment", as_dict=True, maintain_order=True).items():
        own = stays.filter(pl.col("segment").eq_missing(pl.lit(segment)))
        staying = estimate_staying(own, dataset.info.settings.low_n)
        rows.append((segment, members.height, *_value_mean(dataset, staying, members, horizon), horizon))
    names = ("segment", "customers", "lifetime_value", "low", "high", "horizon_months")
    types = (pl.String, pl.Int64, pl.Float64, pl.Float64, pl.Float64, pl.Int64)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row").sort("segment")


def bound_months(months: Floats, variance: Floats, most: float) -> tuple[Floats, Floats]:
    """95 % interval (low, high) of discounted months out of `most`, on the logit so that it stays inside."""
    share = np.clip(months / most, 1e-12, 1 - 1e-12)
    spread = np.exp(Z * np.sqrt(variance) / (most * share * (1 - share)))
    odds = share / (1 - share)
    return most / (1 + spread / odds), most / (1 + 1 / (odds * spread))


def _value_mean(
    dataset: Dataset, staying: Staying | None, members: pl.DataFrame, horizon: int
) -> tuple[float | None, float | None, float | None]:
    if staying is None:
        return None, None, None
    ahead = look_ahead(staying, _ages(members), horizon, dataset.info.settings.discount_rate)
    monthly = _monthly(dataset, members)
    weights = np.bincount(_nth_age(ahead, members), weights=monthly) / monthly.sum()
    months, variance = np.array([weights @ ahead.months]), np.array([ahead.variance_of_sum(weights)])
    low, high = bound_months(months, variance, ahead.most)
    mean = float(monthly.mean())
    return mean * float(months[0]), mean * float(low[0]), mean * float(high[0])


def _look_ahead(dataset: Dataset, stays: pl.DataFrame, payers: pl.DataFrame, horizon: int) -> Ahead:
    settings = dataset.info.settings
    staying = estimate_staying(stays.group_by("time", "entry").agg(pl.col("events", "censored").sum()), settings.low_n)
    if staying is None:
        raise UserError(
            f"customer value needs {settings.low_n} departures to learn how long customers stay; "
            f"there are {stays['events'].sum():g}.",
            dataset.name.name,
            "Widen the condition, or bring a longer history.",
        )
    return look_ahead(staying, _ages(payers), horizon, settings.discount_rate)


def _read_stays(dataset: Dataset, question: Question) -> pl.DataFrame:
    return dataset.query("stays", question.chosen, today=dataset.info.as_of)


def _read_payers(dataset: Dataset, question: Question) -> pl.DataFrame:
    payers = dataset.query("present_payers", question.chosen, today=dataset.info.as_of).sort("customer_id")
    if payers.is_empty():
        raise UserError(
            f"customer value needs customers who pay on {dataset.info.as_of}; there is none.",
            dataset.name.name,
            "Bring subscriptions with mrr, or widen the condition.",
        )
    return payers


def _monthly(dataset: Dataset, payers: pl.DataFrame) -> Floats:
    """What is left a month of each customer's payment, in the currency."""
    return np.asarray(payers["mrr_cents"].cast(pl.Float64).to_numpy() / 100 * dataset.info.settings.gross_margin)


def _ages(payers: pl.DataFrame) -> np.ndarray:
    return np.unique(payers["age_days"].cast(pl.Int64).to_numpy())


def _nth_age(ahead: Ahead, payers: pl.DataFrame) -> np.ndarray:
    return np.searchsorted(ahead.ages, payers["age_days"].cast(pl.Int64).to_numpy())

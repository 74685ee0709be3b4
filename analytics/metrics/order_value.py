"""What buyers without a contract are worth: how often they are expected to order × what they spend × what is left."""

import datetime as dt

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.likelihood import Fit, Floats, log_interval, propagate
from analytics.metrics.order_size import expected_spend, fit_spend
from analytics.metrics.question import Question
from analytics.metrics.repeat_buying import Histories, expected_orders, fit_buying
from analytics.metrics.staying import DAYS_PER_MONTH
from analytics.store.dataset import Dataset

_WEEK = 7.0
_MONTH = DAYS_PER_MONTH / _WEEK


def read_buyers(dataset: Dataset, question: Question, event: str = "", until_on: dt.date | None = None) -> pl.DataFrame:
    """One row per customer with an order up to `until_on` (the as-of day by default).

    customer_id, segment, repeats (days with an order after the first), last and age (weeks from the first order
    to the last one and to that day), mean_spend (currency per repeat order; 0 without one), later (days with an
    order after that day). An order is a day whose events of that name (empty: any)
    have amounts of 0 or more in all: a free order is one, a day of refunds is not.
    UserError when nobody has one.
    """
    values = {"event": event, "until_on": until_on or dataset.info.as_of}
    rows = dataset.query("order_histories", question.chosen, **values).sort("customer_id")
    if rows.is_empty():
        raise UserError(
            "customer value needs events with an amount; there is none.",
            dataset.name.name,
            "Bring events with amount, or subscriptions with mrr.",
        )
    return rows.select(
        "customer_id", "segment", "repeats",
        last=pl.col("last_days") / _WEEK,
        age=pl.col("age_days") / _WEEK,
        mean_spend=pl.when(pl.col("repeats") > 0).then(pl.col("repeat_amount") / pl.col("repeats")).otherwise(0.0),
        later="later",
    )  # fmt: skip


def read_histories(buyers: pl.DataFrame) -> Histories:
    """The buying histories behind the rows of `read_buyers`, in weeks."""
    return Histories.of(buyers["repeats"], buyers["last"], buyers["age"])


def fit_orders(dataset: Dataset, buyers: pl.DataFrame, model: str) -> tuple[Fit, Fit]:
    """How often they buy (weeks) and what an order is worth; UserError with fewer than `low_n` repeat buyers."""
    again, needed = choose_spenders(buyers), dataset.info.settings.low_n
    if again.height < needed:
        raise UserError(
            f"customer value needs {needed} customers who ordered on two days or more; there are {again.height}.",
            dataset.name.name,
            "Widen the condition, or bring a longer history.",
        )
    return fit_buying(read_histories(buyers), model), fit_spend(again["repeats"], again["mean_spend"])


def choose_spenders(buyers: pl.DataFrame) -> pl.DataFrame:
    """The buyers of whom a spend per repeat order is known."""
    return buyers.filter((pl.col("repeats") > 0) & (pl.col("mean_spend") > 0))


def value_buyers(dataset: Dataset, question: Question, horizon: int, model: str, event: str) -> pl.DataFrame:
    """One row per customer who ever ordered, the dearest first.

    customer_id, lifetime_value (currency), low, high (95 %, delta method: the uncertainty of the models'
    parameters, not of one customer's fate), horizon_months.
    """
    buyers, values, slopes, fits = _value(dataset, question, horizon, model, event)
    low, high = log_interval(values, _vary(slopes, fits))
    columns = {"lifetime_value": values, "low": low, "high": high}
    rows = buyers.select("customer_id").with_columns(
        **{name: pl.Series(column).fill_nan(None) for name, column in columns.items()}
    )
    return rows.with_columns(horizon_months=pl.lit(horizon, dtype=pl.Int64)).sort(
        "lifetime_value", "customer_id", descending=[True, False], nulls_last=True
    )


def value_buyer_groups(dataset: Dataset, question: Question, horizon: int, model: str, event: str) -> pl.DataFrame:
    """One row per segment of customers who ever ordered, all judged by one fit.

    segment, customers, lifetime_value (currency, mean), low, high (95 %, delta method), horizon_months.
    """
    buyers, values, slopes, fits = _value(dataset, question, horizon, model, event)
    rows = []
    members = buyers.select("segment").with_row_index("nth").group_by("segment").agg("nth").sort("segment")
    for segment, nth in members.iter_rows():
        mean = values[nth].mean(keepdims=True)
        means = (slopes[0][nth].mean(axis=0, keepdims=True), slopes[1][nth].mean(axis=0, keepdims=True))
        low, high = log_interval(mean, _vary(means, fits))
        rows.append((segment, len(nth), float(mean[0]), float(low[0]), float(high[0]), horizon))
    names = ("segment", "customers", "lifetime_value", "low", "high", "horizon_months")
    types = (pl.String, pl.Int64, pl.Float64, pl.Float64, pl.Float64, pl.Int64)
    found = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    return found.with_columns(pl.col("lifetime_value", "low", "high").fill_nan(None))


def _value(
    dataset: Dataset, question: Question, horizon: int, model: str, event: str
) -> tuple[pl.DataFrame, Floats, tuple[Floats, Floats], tuple[Fit, Fit]]:
    """Buyers, their values, and the derivatives of those by the logarithms of the two fits' parameters."""
    buyers = read_buyers(dataset, question, event)
    buying, spending = fit_orders(dataset, buyers, model)
    seen, settings = read_histories(buyers), dataset.info.settings
    repeats, spent = (buyers[name].cast(pl.Float64).to_numpy() for name in ("repeats", "mean_spend"))
    spend, spend_slopes = propagate(lambda *p: expected_spend(repeats, spent, *p), spending)
    orders, order_slopes = propagate(lambda *p: expected_orders(seen, model, horizon * _MONTH, *p), buying)
    discounted = _discount_orders(seen, model, buying, horizon, settings.discount_rate)
    values = discounted * spend * settings.gross_margin
    # discounting hardly changes how the parameters weigh: relative slopes are those of the orders undiscounted
    relative = (order_slopes / orders[:, None], spend_slopes / spend[:, None])
    return buyers, values, (values[:, None] * relative[0], values[:, None] * relative[1]), (buying, spending)


def _discount_orders(seen: Histories, model: str, buying: Fit, horizon: int, discount_rate: float) -> Floats:
    """Orders expected by month, each month's discounted from its end."""
    total, before = np.zeros_like(seen.repeats), np.zeros_like(seen.repeats)
    for month in range(1, horizon + 1):
        by_now = expected_orders(seen, model, month * _MONTH, *buying.parameters)
        total += (by_now - before) * (1 + discount_rate) ** (-month / 12)
        before = by_now
    return total


def _vary(slopes: tuple[Floats, Floats], fits: tuple[Fit, Fit]) -> Floats:
    """The variance of each row, by the delta method: the two fits err on their own."""
    parts = [np.einsum("ij,jk,ik->i", part, fit.covariance, part) for part, fit in zip(slopes, fits, strict=True)]
    return np.asarray(parts[0] + parts[1])

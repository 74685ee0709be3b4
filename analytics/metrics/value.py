"""Customer value: what customers will still bring within a horizon, with the convention it is computed by."""

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.order_value import value_buyer_groups, value_buyers
from analytics.metrics.question import Question, name_groups, read_groups, require_dates
from analytics.metrics.repeat_buying import MODELS
from analytics.metrics.subscription_value import value_subscriber_groups, value_subscribers
from analytics.metrics.survival import EVERYBODY
from analytics.store.dataset import Dataset

HORIZON_MONTHS = 24
MOST_MONTHS = 120


def value(
    dataset: Dataset,
    question: Question,
    *,
    horizon: int = HORIZON_MONTHS,
    summary: bool = False,
    model: str = MODELS[0],
    event: str = "",
) -> pl.DataFrame:
    """What each customer is expected to bring from the as-of day to the horizon: margin, discounted, never revenue.

    One row per customer: customer_id, lifetime_value, low, high (currency; 95 % interval of the expectation),
    horizon_months. With `by`, or with `summary` (all customers as the group `all`), one row per group: group,
    customers, lifetime_value (mean), low, high, horizon_months. With subscriptions, of customers who pay on the
    as-of day; with orders alone, of everybody who ever ordered, by `model` over events of a name (empty: any).
    `say_convention` has the formula. Periods do not matter. UserError for a snapshot, for an impossible horizon,
    and where too few left or came back to learn from.
    """
    check_horizon(horizon)
    check_model(model)
    require_dates(dataset, "Customer value")
    read_groups(dataset, question)
    if is_contractual(dataset):
        if not (question.by or summary):
            return value_subscribers(dataset, question, horizon)
        groups = value_subscriber_groups(dataset, question, horizon)
    else:
        if not (question.by or summary):
            return value_buyers(dataset, question, horizon, model, event)
        groups = value_buyer_groups(dataset, question, horizon, model, event)
    named = name_groups(groups, question) if question.by else groups.rename({"segment": "group"})
    return named.with_columns(pl.col("group").fill_null(EVERYBODY)).select("group", pl.exclude("group"))


def say_convention(dataset: Dataset, horizon: int = HORIZON_MONTHS) -> str:
    """The convention behind `value`, in sentences that must stand beside its numbers."""
    settings = dataset.info.settings
    ending = (
        f"gross margin {settings.gross_margin:.0%}, discounted at {settings.discount_rate:.0%} a year; "
        f"nothing after month {horizon}."
    )
    if is_contractual(dataset):
        return (
            f"Value in {settings.currency} of customers who pay on {dataset.info.as_of}: for each month to come, the "
            f"probability of still being here at its end × what they pay a month now × {ending} "
            "The interval is that of the expectation, from the curve of staying; prices are taken as they "
            f"are. A group of which fewer than {settings.low_n} ever left has none."
        )
    return (
        f"Value in {settings.currency} of everybody who ever ordered: orders expected in each month to come × expected "
        f"spend per order × {ending} The interval is that of the expectation, from the models' parameters."
    )


def is_contractual(dataset: Dataset) -> bool:
    """Whether value follows from subscriptions; otherwise from orders."""
    return dataset.info.has("subscriptions")


def check_horizon(horizon: int) -> None:
    """UserError for a horizon of no month, or of more than can be foreseen."""
    if not 1 <= horizon <= MOST_MONTHS:
        raise UserError(f"a horizon of {horizon} months is not possible.", "--horizon", f"Give 1 to {MOST_MONTHS}.")


def check_model(model: str) -> None:
    """UserError for a model of buying that does not exist."""
    if model not in MODELS:
        raise UserError(f"there is no model {model!r}.", "--model", suggest(model, MODELS))

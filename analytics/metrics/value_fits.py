"""The models behind customer value, as fitted: parameters, what follows from them, and how they foretold the past."""

import datetime as dt

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.contract_value import fit_renewals, renewal_rate, residual_terms
from analytics.metrics.intervals import Z
from analytics.metrics.likelihood import Fit, log_interval, propagate
from analytics.metrics.order_size import correlate
from analytics.metrics.order_value import choose_spenders, fit_orders, read_buyers, read_histories
from analytics.metrics.question import Question, read_groups, require_dates
from analytics.metrics.repeat_buying import MODELS, expected_orders
from analytics.metrics.staying import DAYS_PER_MONTH
from analytics.metrics.value import check_model, is_contractual
from analytics.store.dataset import Dataset

_NOTICE_DAYS = 3  # a contract that ends a few days off its term still ends with it
_MOST_REPEATS = 7  # buyers with more repeats are taken together
_SCHEMA = {"model": pl.String, "parameter": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
Row = tuple[str, str, float | None, float | None, float | None]


def value_fits(dataset: Dataset, question: Question, *, model: str = MODELS[0], event: str = "") -> pl.DataFrame:
    """One row per model and number: model, parameter, value, low, high (95 % where it is an estimate).

    With subscriptions the shifted beta-geometric of each contract term that enough customers had and left
    (`sbg_12_months`): customers, alpha, beta, log_likelihood, first_renewal (share), residual_terms (discounted
    terms expected before the first renewal). With orders alone `model`: buyers, r, alpha (weeks), a, b,
    log_likelihood and, fitted on the first half of the history, holdout_expected and holdout_seen (orders in the
    other half); gamma_gamma: repeat_buyers, p, q, v, log_likelihood, correlation (of orders and spend, wanted near 0).
    """
    check_model(model)
    require_dates(dataset, "Customer value")
    read_groups(dataset, question)
    if is_contractual(dataset):
        return _fit_terms(dataset, question)
    return _fit_buyers(dataset, question, model, event)


def count_renewals(lengths: pl.DataFrame) -> pl.DataFrame:
    """One row per term and renewal from the 1st on, without gaps: term_months, renewal, lost, kept (customers).

    Takes term_months, duration_days, watched_days (since the first day), has_churned, customers. Who left is lost
    at the renewal that ends the term they left in, who is still here is kept at the last one behind them. A
    renewal that still lies ahead on the as-of day has been faced by nobody, and who left before it is kept at the
    one before: else the quick to leave would be counted and their like who stay would not.
    """
    days, has_left = pl.col("term_months") * DAYS_PER_MONTH, pl.col("has_churned") == 1
    faced = ((pl.col("watched_days") + _NOTICE_DAYS) / days).floor()
    left_at = ((pl.col("duration_days") - _NOTICE_DAYS) / days).ceil().clip(1)
    is_lost = has_left & (left_at <= faced)
    counts = lengths.with_columns(
        renewal=pl.when(is_lost).then(left_at).otherwise(faced).cast(pl.Int64), is_lost=is_lost
    ).filter(pl.col("renewal") > 0)
    sums = counts.group_by("term_months", "renewal").agg(
        lost=pl.col("customers").filter("is_lost").sum(), kept=pl.col("customers").filter(~pl.col("is_lost")).sum()
    )
    dense = sums.group_by("term_months").agg(renewal=pl.int_range(1, pl.col("renewal").max() + 1)).explode("renewal")
    joined = dense.join(sums, on=["term_months", "renewal"], how="left").sort("term_months", "renewal")
    return joined.with_columns(pl.col("lost", "kept").fill_null(0))


def check_holdout(dataset: Dataset, question: Question, *, model: str = MODELS[0], event: str = "") -> pl.DataFrame:
    """How the orders of the second half of the history were foretold from the first.

    One row per number of repeat orders in the first half (7: seven or more): repeats, buyers, expected, seen
    (orders in the second half, all buyers together).
    """
    first_on, as_of = dataset.info.first_on, dataset.info.as_of
    if first_on is None or as_of is None:
        raise UserError("a check of the forecast needs dates.", dataset.name.name, "Bring events with occurred_at.")
    half = dt.timedelta(days=(as_of - first_on).days // 2)
    buyers = read_buyers(dataset, question, event, first_on + half)
    fit, _ = fit_orders(dataset, buyers, model)
    weeks = (as_of - first_on - half).days / 7
    expected = expected_orders(read_histories(buyers), model, weeks, *fit.parameters)
    rows = buyers.select(pl.col("repeats").clip(upper_bound=_MOST_REPEATS), seen="later", expected=expected)
    groups = rows.group_by("repeats").agg(buyers=pl.len(), expected=pl.col("expected").sum(), seen=pl.col("seen").sum())
    return groups.sort("repeats")


def _fit_terms(dataset: Dataset, question: Question) -> pl.DataFrame:
    counts = count_renewals(dataset.query("contract_lengths", question.chosen, today=dataset.info.as_of))
    rows: list[Row] = []
    for (term,), part in counts.partition_by("term_months", as_dict=True, maintain_order=True).items():
        lost, kept = part["lost"].to_numpy(), part["kept"].to_numpy()
        if lost.sum() >= dataset.info.settings.low_n and lost[0] < lost.sum() + kept.sum():
            rows += _list_term(int(term), fit_renewals(lost, kept), int(lost.sum() + kept.sum()), dataset)
    if not rows:
        raise UserError(
            f"no contract term has {dataset.info.settings.low_n} departures and a renewal.",
            dataset.name.name,
            "Bring subscriptions with term_months, or a longer history.",
        )
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _list_term(term: int, fit: Fit, customers: int, dataset: Dataset) -> list[Row]:
    name, discount = f"sbg_{term}_months", (1 + dataset.info.settings.discount_rate) ** (term / 12) - 1
    follows = {
        "first_renewal": propagate(lambda *p: np.atleast_1d(renewal_rate(1, *p)), fit),
        "residual_terms": propagate(lambda *p: np.atleast_1d(residual_terms(1, discount, *p)), fit),
    }
    rows: list[Row] = [(name, "customers", float(customers), None, None)]
    rows += _list_parameters(name, fit, ("alpha", "beta"))
    for parameter, (value, slopes) in follows.items():
        low, high = log_interval(value, np.einsum("ij,jk,ik->i", slopes, fit.covariance, slopes))
        rows.append((name, parameter, float(value[0]), _number(low[0]), _number(high[0])))
    return rows


def _fit_buyers(dataset: Dataset, question: Question, model: str, event: str) -> pl.DataFrame:
    buyers = read_buyers(dataset, question, event)
    buying, spending = fit_orders(dataset, buyers, model)
    again, check = choose_spenders(buyers), check_holdout(dataset, question, model=model, event=event)
    rows: list[Row] = [
        (model, "buyers", float(buyers.height), None, None),
        *_list_parameters(model, buying, ("r", "alpha", "a", "b")),
        (model, "holdout_expected", _number(float(check["expected"].sum())), None, None),
        (model, "holdout_seen", float(check["seen"].sum()), None, None),
        ("gamma_gamma", "repeat_buyers", float(again.height), None, None),
        *_list_parameters("gamma_gamma", spending, ("p", "q", "v")),
        ("gamma_gamma", "correlation", correlate(again["repeats"], again["mean_spend"]), None, None),
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _list_parameters(model: str, fit: Fit, names: tuple[str, ...]) -> list[Row]:
    with np.errstate(over="ignore"):
        spread = np.exp(Z * np.sqrt(np.diag(fit.covariance)))
    rows: list[Row] = [
        (model, name, value, _number(value / wide), _number(value * wide))
        for name, value, wide in zip(names, fit.parameters, spread, strict=True)
    ]
    return [*rows, (model, "log_likelihood", fit.log_likelihood, None, None)]


def _number(value: float) -> float | None:
    return float(value) if 0 < value < np.inf else None

"""The few numbers that say how things stand: the latest finished period against the one before, and their history."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from analytics.contract.metrics import find_metric
from analytics.metrics.churn import count_turns, yearly_rate
from analytics.metrics.departures import can_tell_departures, departures
from analytics.metrics.intervals import with_wilson
from analytics.metrics.loyalty import has_orders, loyalty
from analytics.metrics.movements import revenue
from analytics.metrics.periods import FINAL
from analytics.metrics.question import Question, choose_periods, name_groups, read_groups
from analytics.metrics.service import count_records, list_service, service
from analytics.metrics.tickets import TARGET
from analytics.store.dataset import Dataset

_MONEY = ("mrr", "arpa", "net_retention", "gross_retention", "quick_ratio")
_DEPARTURES = {"churn_voluntary": "voluntary", "churn_payment": "payment_failure"}
_COLUMNS = ("metric", "period", "value", "low", "high", "previous", "target", "unit", "state")


def scorecard(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per metric: its latest final period against the final period before.

    metric (a key of the definitions), period (local first day; null for a snapshot), value, low, high (95 %,
    null where there is none), previous, target (from the settings; null where none is set), unit (the
    currency by its code), state, group. Where no chosen period is final yet, the unfinished one is given and
    says so. `start` and `end` choose the latest period; the one before it may lie before `start`.
    """
    return scorecard_with_history(dataset, question)[0]


def scorecard_with_history(dataset: Dataset, question: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of `scorecard` and those of `scorecard_history`, which they come from, computed once."""
    history = scorecard_history(dataset, question)
    keys = ["metric", "group"] if question.by else ["metric"]
    is_chosen = pl.lit(True) if dataset.info.is_snapshot else pl.col("period") >= question.start_on
    every_final = history.filter(pl.col("state") == FINAL)
    final = every_final.with_columns(previous=pl.col("value").shift(1).over(keys)).filter(is_chosen)
    unfinished = history.filter(is_chosen).with_columns(previous=pl.lit(None, dtype=pl.Float64))
    only = unfinished.join(final, on=keys, how="anti", nulls_equal=True)
    rows = pl.concat([part.group_by(keys, maintain_order=True).last() for part in (final, only)])
    return _annotate(rows, dataset).select(*_COLUMNS, *keys[1:]), history


def scorecard_history(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The scorecard's metrics over all periods up to the question's `end`, whatever its `start`: a change is judged
    by all that went before. metric, period, value, low, high, state, group.
    """
    question = replace(question, start="")
    if dataset.info.is_snapshot:
        parts = _describe_snapshot(dataset, question)
    else:
        customers = [*_count_customers(dataset, question), *_tell_departures(dataset, question)]
        parts = [*customers, *_sum_revenue(dataset, question), *_measure_service(dataset, question)]
    return pl.concat(parts)


def _count_customers(dataset: Dataset, question: Question) -> list[pl.DataFrame]:
    counts = count_turns(dataset, question)
    rows = with_wilson(counts, "existing_churned", "active_start")
    rows = choose_periods(name_groups(rows, question), question)
    parts = [
        _long(rows, "customers", pl.col("active_end"), question),
        _long(rows, "new_customers", pl.col("acquired"), question),
        _long(rows, "churn_start_existing", pl.col("rate"), question, bounds=("low", "high")),
    ]
    if question.period == "month":
        yearly = rows.with_columns(**{name: yearly_rate(pl.col(name)) for name in ("rate", "low", "high")})
        parts.append(_long(yearly, "churn_yearly", pl.col("rate"), question, bounds=("low", "high")))
    return parts


def _sum_revenue(dataset: Dataset, question: Question) -> list[pl.DataFrame]:
    if not dataset.info.has("subscriptions"):
        return []
    rows = revenue(dataset, question)
    return [_long(rows, name, pl.col(name), question) for name in _MONEY]


def _tell_departures(dataset: Dataset, question: Question) -> list[pl.DataFrame]:
    if not can_tell_departures(dataset):
        return []
    rows = departures(dataset, question)
    kinds = ((metric, rows.filter(pl.col("kind") == kind)) for metric, kind in _DEPARTURES.items())
    return [_long(part, metric, pl.col("rate"), question, bounds=("low", "high")) for metric, part in kinds]


def _measure_service(dataset: Dataset, question: Question) -> list[pl.DataFrame]:
    """Service, surveys and repeat purchase as far as the data set has them; a share within a target only with one."""
    n_known = count_records(dataset)
    parts = [service(dataset, question)] if list_service(n_known) else []
    parts += [loyalty(dataset, question)] if has_orders(n_known) else []
    columns = _history_columns(question)
    aims_at = any(name.startswith(TARGET) for name in dataset.info.settings.targets)
    is_shown = pl.col("category").is_null() & (pl.lit(aims_at) | (pl.col("metric") != "first_response_within_target"))
    return [part.filter(is_shown).select(columns) for part in parts]


def _describe_snapshot(dataset: Dataset, question: Question) -> list[pl.DataFrame]:
    read_groups(dataset, question)
    counts = dataset.query("tenure_counts", question.chosen)
    rows = counts.group_by("segment").agg(pl.col("customers", "churned").sum()).sort("segment")
    rows = with_wilson(rows, "churned", "customers").with_columns(
        period=pl.lit(None, dtype=pl.Date), state=pl.lit(FINAL)
    )
    rows = name_groups(rows, question)
    return [
        _long(rows, "customers", pl.col("customers"), question),
        _long(rows, "churned_share", pl.col("rate"), question, bounds=("low", "high")),
    ]


def _long(
    rows: pl.DataFrame, metric: str, value: pl.Expr, question: Question, bounds: Sequence[str] = ()
) -> pl.DataFrame:
    low, high = (pl.col(bound) for bound in bounds) if bounds else (pl.lit(None), pl.lit(None))
    named = {
        "metric": pl.lit(metric),
        "value": value.cast(pl.Float64),
        "low": low.cast(pl.Float64),
        "high": high.cast(pl.Float64),
    }
    return rows.with_columns(**named).select(_history_columns(question))


def _history_columns(question: Question) -> list[str]:
    return ["metric", "period", "value", "low", "high", "state", *(["group"] if question.by else [])]


def _annotate(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    settings = dataset.info.settings
    units = {key: find_metric(key).unit for key in rows["metric"].unique()}
    told = {key: settings.currency if unit == "currency" else unit for key, unit in units.items()}
    target = pl.col("metric").replace_strict(dict(settings.targets), default=None, return_dtype=pl.Float64)
    return rows.with_columns(unit=pl.col("metric").replace_strict(told, return_dtype=pl.String), target=target)

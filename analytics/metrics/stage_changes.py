"""What changed by stage of the journey: how much more time customers spend in it, and how much faster they leave it."""

import numpy as np
import polars as pl
from scipy.special import betainc

from analytics.contract.stages import JOURNEY
from analytics.metrics.changes import bound_columns, split_change
from analytics.metrics.estimates import rate_difference
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.intervals import garwood, with_garwood
from analytics.metrics.likelihood import Floats
from analytics.metrics.periods import FINAL, spread
from analytics.metrics.question import Question, choose_periods, name_groups, require_dates
from analytics.metrics.stages import DAYS_PER_MONTH
from analytics.store.dataset import Dataset

FALSE_DISCOVERIES = 0.05  # the share of named periods that may be chance
FEWEST_OTHERS = 3  # below it, how much a stage's rate usually scatters is not known
_CHANGE_COLUMNS = (
    "period_before", "period", "stage", "share_before", "share", "rate_before", "rate_before_low", "rate_before_high",
    "rate", "rate_low", "rate_high", "change", "low", "high", "mix", "within", "contribution", "churned_before",
    "churned", "customer_months_before", "customer_months", "verdict", "adjusted_p", "state", "segment",
)  # fmt: skip
_HISTORY_COLUMNS = (
    "period", "stage", "churned", "customer_months", "share", "churn_rate", "low", "high", "usual_rate", "adjusted_p",
    "verdict", "mix", "within", "contribution", "state", "segment",
)  # fmt: skip


def change_of_stages(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The change of departures per customer-month between the last two final periods: one row per stage
    with any time in either of them.

    period_before, period, stage, share_before and share (of all customer-months), rate_before and rate (departures per
    customer-month in the stage) with their bounds (95 %, Garwood), change of the stage's rate with low and high (95 %),
    mix (what more or less time in the stage adds to the change of the whole), within (what its own rate adds),
    contribution (mix + within), churned_before, churned, customer_months_before, customer_months, verdict and
    adjusted_p (as in `stage_history`), state, group. Over the stages, contribution sums to the change of the overall
    rate exactly. Empty without two final periods next to each other with customers in them.

    E. M. Kitagawa (1955), JASA 50, as in `change_of_churn`, with customer-months in the place of customers.
    """
    rows = choose_periods(_compare(_judge(_count(dataset, question))), question)
    last = rows.filter(pl.col("period") == pl.col("period").max()).filter(pl.col("contribution").is_not_null())
    counts = [last[name] for name in ("churned", "base", "churned_before", "base_before")]
    last = last.with_columns(
        *bound_columns("rate_low", "rate_high", garwood(*counts[:2])),
        *bound_columns("rate_before_low", "rate_before_high", garwood(*counts[2:])),
        *bound_columns("low", "high", rate_difference(*counts)),
        customer_months="base",
        customer_months_before="base_before",
    )
    return name_groups(last.select(_CHANGE_COLUMNS), question)


def stage_history(dataset: Dataset, question: Question) -> pl.DataFrame:
    """Departures per customer-month by stage in every final period: one row per period and stage.

    period, stage, churned, customer_months, share (of all customer-months), churn_rate, low, high (95 %, Garwood),
    usual_rate (of the stage in all other final periods), adjusted_p, verdict (`rose`, `fell`: beside the other
    periods, where adjusted_p is at most .05; else `usual`; `unknown` without time in the stage or with fewer than
    three other periods), mix, within, contribution (to the change of the overall rate since the period before; null
    without one, or without time in the stage in either), state, group.

    The test behind it is exact: given all departures from the stage, the period's number is binomial with its share
    of the stage's time, if the rate is that of the others (two-sided, twice the smaller tail). Where the other periods
    scatter more than chance (Pearson's χ² ÷ freedom above 1), all counts are divided by that first (quasi-likelihood:
    P. McCullagh & J. A. Nelder, Generalized Linear Models, 1989, 4.5 and 6.2). Benjamini & Hochberg (1995) over all
    stages and periods of a group.
    """
    rows = choose_periods(_compare(_judge(_count(dataset, question))), question)
    rows = with_garwood(rows, "churned", "base", "churn_rate").with_columns(customer_months="base")
    return name_groups(rows.select(_HISTORY_COLUMNS), question)


def _count(dataset: Dataset, question: Question) -> pl.DataFrame:
    """segment, period_index, period, state, stage, nth (its place), base (customer-months), churned: final periods."""
    require_dates(dataset, "What changed")
    turns = dataset.query("stage_periods", question.chosen, grain=question.period)
    parts = [
        spread(dataset, question, turns.filter(pl.col("stage") == stage).drop("stage")).with_columns(
            stage=pl.lit(stage), nth=pl.lit(nth)
        )
        for nth, stage in enumerate(JOURNEY)
    ]
    at_start = pl.col("net").cum_sum().over("segment", "stage", order_by="period_index") - pl.col("net")
    length = (pl.col("observed_until") - pl.col("period")).dt.total_days()
    days = at_start * length + pl.col("net_days")
    counts = pl.concat(parts).with_columns(base=days / DAYS_PER_MONTH)
    final = counts.filter(pl.col("state") == FINAL)
    kept = ("segment", "period_index", "period", "state", "stage", "nth", "base", "churned")
    return final.select(kept).sort("segment", "period_index", "nth")


def _compare(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what they add to the change since the period before; null where that cannot be said."""
    before = rows.select(
        "segment",
        "stage",
        pl.col("period_index") + 1,
        period_before="period",
        base_before="base",
        churned_before="churned",
    )
    paired = rows.join(
        before, on=["segment", "stage", "period_index"], how="left", nulls_equal=True, maintain_order="left"
    )
    paired = split_change(paired, ["segment", "period_index"])
    whole = pl.min_horizontal(pl.col(name).sum().over("segment", "period_index") for name in ("base", "base_before"))
    told = [pl.when(whole > 0).then(pl.col(name)).alias(name) for name in ("mix", "within", "contribution")]
    return paired.with_columns(told)


def _judge(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with usual_rate, adjusted_p and verdict."""
    parts = [_test_periods(part) for part in rows.partition_by("segment", "stage", maintain_order=True)]
    if not parts:
        none = pl.lit(None, dtype=pl.Float64)
        return rows.with_columns(usual_rate=none, adjusted_p=none, verdict=pl.lit(""))
    tested = pl.concat(parts)
    adjusted = [
        part.with_columns(adjusted_p=pl.Series(adjust_p_values(part["p"].to_numpy())).fill_nan(None))
        for part in tested.partition_by("segment", maintain_order=True)
    ]
    is_named = pl.col("adjusted_p") <= FALSE_DISCOVERIES
    rose = pl.col("churned") > pl.col("usual_rate") * pl.col("base")
    verdict = (
        pl.when(pl.col("adjusted_p").is_null())
        .then(pl.lit("unknown"))
        .when(~is_named)
        .then(pl.lit("usual"))
        .when(rose)
        .then(pl.lit("rose"))
        .otherwise(pl.lit("fell"))
    )
    return pl.concat(adjusted).with_columns(verdict=verdict).sort("segment", "period_index", "nth")


def _test_periods(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of one stage with usual_rate and p (NaN: not tested)."""
    left, time = rows["churned"].to_numpy().astype(float), rows["base"].to_numpy()
    p, usual = np.full(len(left), np.nan), np.full(len(left), np.nan)
    for nth in range(len(left)):
        is_other = (np.arange(len(left)) != nth) & (time > 0)
        if time[nth] > 0 and is_other.sum() >= FEWEST_OTHERS:
            usual[nth] = left[is_other].sum() / time[is_other].sum()
            scatter = _measure_scatter(left[is_other], time[is_other], usual[nth])
            p[nth] = _exact_p(left[nth] / scatter, left[is_other].sum() / scatter, time[nth] / time[is_other].sum())
    return rows.with_columns(p=pl.Series(p), usual_rate=pl.Series(usual).fill_nan(None))


def _measure_scatter(left: Floats, time: Floats, rate: float) -> float:
    """How much more than chance counts scatter around one rate: Pearson's χ² ÷ freedom, at least 1."""
    expected = rate * time
    if rate == 0:
        return 1.0
    return max(1.0, float(((left - expected) ** 2 / expected).sum() / (len(left) - 1)))


def _exact_p(own: float, others: float, ratio: float) -> float:
    """Twice the smaller tail of a binomial with own + others trials and the own share of the time, at most 1."""
    share, n = ratio / (1 + ratio), own + others
    at_least = float(betainc(own, others + 1, share)) if own > 0 else 1.0
    at_most = float(betainc(others, own + 1, 1 - share)) if others > 0 else 1.0
    return min(1.0, 2 * min(at_least, at_most)) if n > 0 else 1.0

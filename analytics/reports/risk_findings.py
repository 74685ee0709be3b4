"""What the risk scores say of everybody chosen: how many, how much money, how unevenly spread."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from analytics.charts.wording import say_amount, say_percent
from analytics.risk.pipeline import HIGH, read_model
from analytics.risk.scores import show_risk
from analytics.store.dataset import Dataset

BANDS: Final = ("low", "elevated", "high")
_WIDTHS: Final = ((0.5, 0.05), (0.2, 0.02), (0.0, 0.01))  # greatest probability above → width of a bar


@dataclass(frozen=True, kw_only=True)
class RiskSummary:
    """The scores of the customers chosen in a few numbers.

    `high`: customers at high risk (at least twice the average of everybody scored); `average` and `expected`: mean
    and sum of the probabilities; `half_share`: the smallest share of customers that holds half of `expected`;
    money in currency a month, None without revenue; days None without dates.
    """

    customers: int
    high: int
    average: float
    expected: float
    half_share: float
    mrr: float | None
    mrr_high: float | None
    expected_loss: float | None
    horizon_days: int | None
    gap_days: int | None


def summarise_risk(dataset: Dataset, where: str = "") -> RiskSummary | None:
    """The summary of the customers who meet the condition; None when nobody among them is scored."""
    model = read_model(dataset)
    risks = show_risk(dataset, where).filter(pl.col("probability").is_not_null())
    if risks.is_empty():
        return None
    high = risks.filter(pl.col("band") == HIGH)
    has_money = risks["mrr"].count() > 0
    return RiskSummary(
        customers=risks.height,
        high=high.height,
        average=float(risks.select(pl.col("probability").mean()).item()),
        expected=float(risks["probability"].sum()),
        half_share=_share_of_half(risks["probability"]),
        mrr=float(risks["mrr"].sum()) if has_money else None,
        mrr_high=float(high["mrr"].sum()) if has_money else None,
        expected_loss=float(risks["expected_loss"].sum()) if has_money else None,
        horizon_days=model.horizon_days,
        gap_days=model.gap_days,
    )


def spread_risk(dataset: Dataset, where: str = "") -> pl.DataFrame:
    """One row per bar of the distribution and risk band that has customers: low and high (ends of the bar, 0-1), band,
    customers. Bars are 5 points wide, 2 or 1 where every risk is small."""
    risks = show_risk(dataset, where).filter(pl.col("probability").is_not_null())
    greatest = float(risks.select(pl.col("probability").max().fill_null(0)).item())
    width = next(width for limit, width in _WIDTHS if greatest >= limit)
    bar = (pl.col("probability") / width).floor().cast(pl.Int64)
    counted = risks.group_by(bar=bar, band="band").agg(customers=pl.len().cast(pl.Int64))
    return counted.sort("bar", "band").select(
        low=pl.col("bar") * width, high=(pl.col("bar") + 1) * width, band="band", customers="customers"
    )


def list_risks(risks: pl.DataFrame) -> pl.DataFrame:
    """The rows of `show_risk` as a list to read: `risk` in percent, `range` (its p10–p90 band) and `reasons` (up to
    three with their points) as texts; customer_id, stage, mrr and expected_loss as they are."""
    parts = [
        pl.when(pl.col(f"points_{n}").is_not_null()).then(
            pl.format("{} +{}", f"reason_{n}", (pl.col(f"points_{n}") * 100).round(1))
        )
        for n in (1, 2, 3)
    ]
    band = pl.format("{} – {}%", *((pl.col(end) * 100).round(1) for end in ("low", "high")))
    return risks.select(
        "customer_id",
        (pl.col("probability") * 100).alias("risk"),
        band.alias("range"),
        "stage",
        "mrr",
        "expected_loss",
        pl.concat_str(parts, separator=" · ", ignore_nulls=True).alias("reasons"),
    )


def say_risk(summary: RiskSummary) -> str:
    """The title: how many are at high risk."""
    noun = "customer is" if summary.high == 1 else "customers are"
    return f"{summary.high:,} of {summary.customers:,} {noun} at high risk of leaving"


def say_stakes(summary: RiskSummary, sign: str) -> str:
    """The lead: what those at high risk pay, and how high the average risk is."""
    average = f"The average risk{_say_when(summary)} is **{say_percent(summary.average)}**"
    meaning = "high means at least twice the average of everybody"
    if summary.mrr is None or summary.mrr_high is None or not summary.mrr:
        return f"{average}, so about **{summary.expected:,.0f}** are expected to leave; {meaning}."
    share = say_percent(summary.mrr_high / summary.mrr, 0)
    return (
        f"Those at high risk pay **{say_amount(summary.mrr_high, sign)}** a month, {share} of what all chosen pay. "
        f"Weighing each customer's MRR by the risk, **{say_amount(summary.expected_loss, sign)}** a month is at stake. "
        f"{average}; {meaning}."
    )


def say_spread(summary: RiskSummary) -> str:
    """The finding of the distribution: how few customers hold half of the expected departures."""
    return f"Half of the expected departures sit with {say_percent(summary.half_share, 0)} of the customers"


def _say_when(summary: RiskSummary) -> str:
    if summary.horizon_days is None:
        return ""
    if not summary.gap_days:
        return f" of leaving within {summary.horizon_days} days"
    return f" of leaving within {summary.horizon_days} days, after {summary.gap_days} days to act,"


def _share_of_half(probabilities: pl.Series) -> float:
    running = probabilities.sort(descending=True).cum_sum()
    needed = int((running < running[-1] / 2).sum()) + 1
    return needed / len(probabilities)


def find_ties(log_odds: list[float], least_lead: float) -> list[list[int]]:
    """Positions of the ranked reasons in groups: one that leads the next by less than `least_lead` shares its group."""
    groups = [[0]] if log_odds else []
    for position, (one, other) in enumerate(pairwise(log_odds), 1):
        if abs(one) - abs(other) < least_lead:
            groups[-1].append(position)
        else:
            groups.append([position])
    return groups

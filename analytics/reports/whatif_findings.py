"""What a what-if says, in words that never turn an association into a saving."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from analytics.charts.wording import say_amount, say_percent

PAYBACK_MONTHS: Final = 12
LEAST_CHANGE: Final = 0.05  # customers: below it nothing is worth a sentence
BAND: Final = "in eight of ten refits"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a what-if as it is shown: its label, its value, its range or basis, and what it means."""

    label: str
    value: str
    detail: str
    meaning: str


def say_outcome(outcome: dict[str, Any]) -> str:
    """The finding of one what-if. outcome: as `whatif_customers` gives it."""
    if not outcome["levers"]:
        return (
            f"About {outcome['churners_before']:,.0f} of {outcome['customers']:,} are expected to leave as things stand"
        )
    change = outcome["churners_after"] - outcome["churners_before"]
    if abs(change) < LEAST_CHANGE:
        return "These moves change next to nothing in the model"
    side = "fewer" if change < 0 else "more"
    return f"The model associates these moves with {say_count(abs(change))} {side} departures"


def say_fewer(outcome: dict[str, Any]) -> str:
    """The change of the expected departures in three words, for a card among others."""
    change = outcome["churners_after"] - outcome["churners_before"]
    if abs(change) < LEAST_CHANGE:
        return "no change"
    return f"{'+' if change > 0 else '−'}{say_count(abs(change))} departures"


def say_count(customers: float) -> str:
    """An expected number of customers: one decimal below a hundred."""
    return f"{customers:,.1f}" if abs(customers) < 100 else f"{customers:,.0f}"


def list_figures(outcome: dict[str, Any], sign: str, gross_margin: float, *, has_money: bool) -> list[Figure]:
    """The numbers of one what-if: departures, average risk, and with revenue MRR and cost."""
    before, after = outcome["churners_before"], outcome["churners_after"]
    fewer, low, high = (say_count(before - value) for value in (after, outcome["high"], outcome["low"]))
    risks = [say_percent(value / outcome["customers"]) for value in (before, after, outcome["low"], outcome["high"])]
    figures = [
        Figure(
            label="Fewer departures",
            value=fewer,
            detail=f"{low} to {high} {BAND}",
            meaning="Sum of the risks as things stand minus the sum with all moves together.",
        ),
        Figure(
            label="Average risk",
            value=risks[1],
            detail=f"{risks[0]} as things stand; {risks[2]} to {risks[3]} {BAND}",
            meaning="Mean of the calibrated risks of the customers chosen, with all moves together.",
        ),
    ]
    return [*figures, *_list_money(outcome, sign, gross_margin)] if has_money else figures


def _list_money(outcome: dict[str, Any], sign: str, gross_margin: float) -> list[Figure]:
    saved, low, high = (say_amount(outcome[name], sign) for name in ("mrr_saved", "mrr_saved_low", "mrr_saved_high"))
    return [
        Figure(
            label="Would save if causal",
            value=saved,
            detail=f"MRR a month; {low} to {high} {BAND}",
            meaning="Risk taken away × monthly revenue. Only a test can turn this into a saving.",
        ),
        Figure(
            label="Cost",
            value=say_amount(outcome["cost"], sign),
            detail=f"{outcome['eligible']:,} customers moved{_say_payback(outcome, gross_margin)}",
            meaning=f"Cost per customer as the settings declare it. Payback: cost ÷ (MRR × gross margin × "
            f"{PAYBACK_MONTHS} months).",
        ),
    ]


def _say_payback(outcome: dict[str, Any], gross_margin: float) -> str:
    share = break_even_share(outcome, gross_margin)
    if share is None:
        return "" if not outcome["cost"] else "; nothing would be saved"
    if share > 1:
        return f"; not earned back in {PAYBACK_MONTHS} months even if all of it is causal"
    return f"; earned back in {PAYBACK_MONTHS} months if {say_percent(share, 0)} of it is causal"


def break_even_share(outcome: dict[str, Any], gross_margin: float) -> float | None:
    """The share of the association that must be causal for the cost to come back within 12 months.

    Cost ÷ (MRR that would be saved if causal × gross margin × 12). None where nothing would be saved or it costs
    nothing; above 1 it does not pay back even if all of it is causal.
    """
    earned = outcome["mrr_saved"] * gross_margin * PAYBACK_MONTHS
    return float(outcome["cost"] / earned) if earned > 0 and outcome["cost"] > 0 else None


def compare_scenarios(outcomes: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """One row per scenario: scenario, moves (text), customers, churners_before, churners_after, low, high, mrr_saved,
    mrr_saved_low, mrr_saved_high, cost, evidence. outcomes: by name, as `whatif_customers` gives them."""
    numbers = (
        "churners_before",
        "churners_after",
        "low",
        "high",
        "mrr_saved",
        "mrr_saved_low",
        "mrr_saved_high",
        "cost",
    )
    return pl.DataFrame(
        [
            {
                "scenario": name,
                "moves": ", ".join(f"{move['lever']} {move['value']}" for move in outcome["levers"]) or "none",
                "customers": outcome["customers"],
                **{number: outcome[number] for number in numbers},
                "evidence": ", ".join(sorted({move["evidence"] for move in outcome["levers"]})),
            }
            for name, outcome in outcomes.items()
        ],
        schema={
            "scenario": pl.String,
            "moves": pl.String,
            "customers": pl.Int64,
            **dict.fromkeys(numbers, pl.Float64),
            "evidence": pl.String,
        },
    )


def bars_of(outcomes: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """Rows for `outcome_bars`: label, value, low, high; today first, then every outcome with its band."""
    rows = [
        {"label": name, "value": outcome["churners_after"], "low": outcome["low"], "high": outcome["high"]}
        for name, outcome in outcomes.items()
    ]
    today = next(iter(outcomes.values()))["churners_before"]
    first = {"label": "As things stand", "value": today, "low": None, "high": None}
    kinds = {"label": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64)}
    return pl.DataFrame([first, *rows], schema=kinds)

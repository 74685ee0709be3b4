"""What a what-if says, in words that never turn an association into a saving."""

from typing import Any, Final

import polars as pl

from analytics.charts.wording import say_amount

PAYBACK_MONTHS: Final = 12


def say_outcome(outcome: dict[str, Any]) -> str:
    """The finding of one what-if. outcome: as `whatif_customers` gives it."""
    if not outcome["levers"]:
        return (
            f"About {outcome['churners_before']:,.0f} of {outcome['customers']:,} are expected to leave as things stand"
        )
    change = outcome["churners_after"] - outcome["churners_before"]
    if abs(change) < 0.05:
        return "These moves change next to nothing in the model"
    side = "fewer" if change < 0 else "more"
    return f"The model associates these moves with {abs(change):,.1f} {side} departures"


def say_money(outcome: dict[str, Any], sign: str) -> str:
    """The MRR per month with its band; a dash where there is no revenue."""
    low, high = (say_amount(outcome[name], sign) for name in ("mrr_saved_low", "mrr_saved_high"))
    return f"{low} to {high} (eight in ten refits)"


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

"""The journey as a row of cards, one per stage, in the order in which customers meet them, and as bars."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.charts import rate_bars
from analytics.charts.wording import say_amount, say_percent
from analytics.contract.stages import STAGES
from analytics.reports.findings import STAGE_LABELS, find_leak
from analytics.store.info import BuildInfo
from pages.parts.figures import draw, theme_mode
from pages.parts.words import currency_sign, define

CARD_PIXELS = 158
MEANINGS = {stage.name: stage.meaning for stage in STAGES}


def draw_stages(rows: pl.DataFrame) -> None:
    """Departures per customer-month by stage; one stands out only where it loses more than chance explains.

    rows: those of `stages` without groups.
    """
    bars = rows.select(
        label=pl.col("stage").replace(STAGE_LABELS),
        rate="churn_rate",
        low="low",
        high="high",
        note=pl.col("still_in").map_elements(lambda n: f"{n:,} now", pl.String),
    )
    leak = find_leak(rows)
    draw(rate_bars(bars, theme_mode(), highlight=STAGE_LABELS[leak["stage"]] if leak else None), key="stages")


def show_stage_cards(rows: pl.DataFrame, info: BuildInfo) -> None:
    """Churn, people and money of each stage. rows: those of `stages` without groups."""
    with st.grid(max(rows.height, 2), min_column_width=CARD_PIXELS):
        for row in rows.iter_rows(named=True):
            with st.container(border=True, height="stretch", gap="xsmall"):
                show_stage_card(row, info)


def show_stage_card(row: dict[str, Any], info: BuildInfo) -> None:
    """One stage: departures a month, how sure that is, who is in it, how long, and what it cost."""
    label = STAGE_LABELS[row["stage"]]
    helped = f"{label}: {MEANINGS[row['stage']]}. {define('stage_churn_rate')}"
    st.metric(label, say_percent(row["churn_rate"]), help=helped)
    lines = ["leave per month here"]
    if row["entered"] < info.settings.low_n:
        lines.append("too few customers to judge")
    elif row["low"] is not None:
        lines.append(f"95 %: {say_percent(row['low'])} to {say_percent(row['high'])}")
    lines.append(f"**{row['still_in']:,}** here now, {row['churned']:,} left from here")
    if row["median_days"] is not None:
        lines.append(f"half stay less than {row['median_days']:,.0f} days")
    if info.has("subscriptions"):
        lines.append(f"{say_amount(row['mrr_lost'], currency_sign(info))} a month lost")
    st.caption("  \n".join(lines))


def stage_columns(sign: str) -> dict[str, Any]:
    """How the columns of `stages` are shown."""
    number = st.column_config.NumberColumn
    return {
        "stage": st.column_config.TextColumn(pinned=True),
        "customer_months": number(format="%.0f"),
        "excess_churned": number(format="%.1f"),
        "mrr_lost": number(f"mrr_lost ({sign.strip()})", format="%.0f"),
        "median_days": number(format="%.0f"),
    }

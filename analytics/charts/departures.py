"""Departures by choice and by payment failure: their shares as bars, their rates as points of curves."""

import plotly.graph_objects as go
import polars as pl

from analytics.charts.bars import rate_bars
from analytics.charts.points import points_over_time
from analytics.charts.theme import Mode

KINDS = {"voluntary": "By choice", "payment_failure": "Payment failed", "unknown": "Not known"}


def departure_bars(shares: pl.DataFrame, mode: Mode) -> go.Figure:
    """The share of each kind among all departures, with its interval. shares: the rows of `departure_shares`."""
    named = shares.select(
        label=pl.col("kind").replace(KINDS),
        rate="share",
        low="low",
        high="high",
        note=pl.col("churned").map_elements(lambda n: f"n = {n:,}", pl.String),
    )
    return rate_bars(named, mode, highlight=KINDS["payment_failure"])


def departure_points(rows: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """Churn of each kind per period as points of `curves`; kinds that nobody left by are left out.

    rows: those of `departures` without groups. A rate over fewer than `low_n` customers is a gap.
    """
    seen = rows.filter(pl.col("churned").sum().over("kind") > 0)
    return points_over_time(seen.with_columns(group=pl.col("kind").replace(KINDS)), low_n)

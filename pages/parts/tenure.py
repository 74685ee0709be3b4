"""What a snapshot can say about time: share churned by tenure."""

import polars as pl

from analytics.charts import rate_bars
from analytics.metrics.question import Question
from analytics.metrics.tenure import tenure_bands
from pages.parts.answers import queries_behind, read
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.words import define


def show_tenure(question: Question, unit: str) -> None:
    """The bands as bars with their intervals. unit: of the tenure."""
    rows = read(tenure_bands, question)
    counts = [f"{churned:,} of {customers:,}" for churned, customers in rows.select("churned", "customers").rows()]
    bars = rows.select(label="band", rate="share", low="low", high="high").with_columns(note=pl.Series(counts))
    with card(f"Share churned by tenure{f' in {unit}' if unit else ''}", define("tenure_share")):
        draw(rate_bars(bars, theme_mode()), key="tenure")
        queries = queries_behind(tenure_bands, question)
        explain_numbers(rows, "tenure", definitions=[define("tenure_share", with_source=True)], queries=queries)

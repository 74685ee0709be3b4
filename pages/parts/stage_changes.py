"""What changed in the journey: the last change in parts that add up, and the periods that stand out."""

import polars as pl
import streamlit as st

from analytics.charts import curves
from analytics.charts.bars import STAGE_LABELS
from analytics.metrics.question import Question
from analytics.metrics.stage_changes import change_of_stages, stage_history
from analytics.reports.journey_findings import say_stage_change, say_unusual
from analytics.reports.stage_findings import say_standout
from pages.parts.answers import queries_behind, read
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.words import define, literal

SHOWN = {"rose": "more than usual", "fell": "fewer than usual", "usual": "", "unknown": ""}


def show_stage_changes(question: Question, low_n: int) -> None:
    """The change since the period before in sentences, every period's rate by stage, and both as tables."""
    changes, history = read(change_of_stages, question), read(stage_history, question)
    period = question.period
    with card(say_standout(history, period), define("stage_churn_rate")):
        told = [say_stage_change(changes, period), *say_unusual(history, period)]
        st.markdown("\n".join(f"- {literal(sentence)}" for sentence in told if sentence))
        if history.height:
            draw(curves(_points(history, low_n), theme_mode(), height=260), key="stage-history")
        st.caption(
            f"A {period} stands out where its departures are not those of the other {period}s' rate: an exact test, "
            "allowing for how much they scatter, with at most 5 in 100 of the named ones due to chance."
        )
        explain_numbers(
            changes,
            "what changed by stage",
            queries=queries_behind(change_of_stages, question),
            label="The change in parts",
        )
        explain_numbers(
            history.with_columns(verdict=pl.col("verdict").replace(SHOWN)),
            f"stages by {period}",
            definitions=[define("stage_churn_rate", with_source=True)],
            queries=queries_behind(stage_history, question),
            label=f"Every {period} and stage",
        )


def _points(history: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """The rate of each stage over time as points; no bands, four of them would hide one another.

    A rate over less than `low_n` customer-months is a gap.
    """
    none = pl.lit(None, dtype=pl.Float64)
    return history.select(
        x="period",
        y=pl.when(pl.col("customer_months") >= low_n).then(pl.col("churn_rate")),
        low=none,
        high=none,
        group=pl.col("stage").replace(STAGE_LABELS),
        state="state",
    )

"""One stage by itself: where its customers go next, what goes wrong there, and how soon first value is reached."""

import polars as pl
import streamlit as st

from analytics.charts import rate_bars
from analytics.charts.bars import STAGE_LABELS
from analytics.contract.errors import UserError
from analytics.contract.stages import CHURNED, JOURNEY, STAGES
from analytics.metrics.activation import activation
from analytics.metrics.activation_time import activation_time
from analytics.metrics.flows import flows
from analytics.metrics.friction import friction
from analytics.metrics.question import Question
from analytics.metrics.thresholds import stage_thresholds
from analytics.reports.activation_findings import say_activation, say_basis
from analytics.reports.friction_findings import friction_rows, say_friction, say_uncomputed
from analytics.reports.journey_findings import say_ahead, say_value_time
from analytics.reports.stage_findings import say_thresholds
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_one
from pages.parts.errors import guard
from pages.parts.evidence import show_evidence
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.session import current_dataset
from pages.parts.words import define, literal

RATIO_BOUNDS = {name: st.column_config.NumberColumn(format="%.2f") for name in ("ratio", "low", "high")}
DAYS = {"30 days": 30, "90 days": 90, "180 days": 180, "365 days": 365}
MEANINGS = {stage.name: stage.meaning for stage in STAGES}


def show_stage(seen: list[str], worst: str, question: Question) -> None:
    """The panel of the stage chosen, first the one that loses most."""
    st.subheader("One stage by itself", anchor=False)
    stage = choose_one("stage", [stage for stage in JOURNEY if stage in seen], worst, STAGE_LABELS.__getitem__)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{STAGE_LABELS[stage]}: {MEANINGS[stage]}.")
        if "stage" in current_dataset().info.changing:  # otherwise the name is a column of the source's own
            where = f"stage = '{stage}'" + (f" and ({question.where})" if question.where else "")
            label = f"Customers in {STAGE_LABELS[stage].lower()} now, by risk"
            st.page_link(
                "pages/analysts/risk.py", label=label, query_params={"where": where}, icon=":material/person_alert:"
            )
    left, right = st.columns(2)
    with left, guard():
        show_next(stage, question)
    with right, guard():
        show_friction(stage, question)
    if stage == JOURNEY[0]:
        for show in (show_value_time, show_activation):
            with guard():
                show(question)


def show_next(stage: str, question: Question) -> None:
    """Where those in the stage today will be, if the coming days are like the last."""
    with card() as heading:
        days = DAYS[choose_one("ahead", list(DAYS), "90 days", str)]
        rows = read(flows, question, days=days)
        own = rows.filter(pl.col("from_stage") == stage)
        heading.say(say_ahead(rows, stage, days), define("stage_probability"))
        if own["probability"].count():
            draw(rate_bars(_bars(own), theme_mode(), highlight="Left"), key="stages-ahead")
        explain_numbers(
            own,
            f"from {stage} in {days} days",
            definitions=[define("stage_probability", with_source=True)],
            queries=queries_behind(flows, question, days=days),
        )


def _bars(rows: pl.DataFrame) -> pl.DataFrame:
    places = {**STAGE_LABELS, CHURNED: "Left"}
    none = pl.lit(None, dtype=pl.String)
    return rows.select("low", "high", label=pl.col("to_stage").replace(places), rate="probability", note=none)


def show_friction(stage: str, question: Question) -> None:
    """What leavers of the stage had more often than those who stayed as long in it."""
    rows = read(friction, question)
    with card(say_friction(rows, stage), define("friction_difference")):
        shown = friction_rows(rows, stage)
        if shown.height:
            draw(rate_bars(shown, theme_mode()), key="friction")
        if lines := say_uncomputed(rows, stage):
            st.caption("Not computed: " + " ".join(lines))
        explain_numbers(
            rows.filter(pl.col("stage") == stage),
            f"friction in {stage}",
            definitions=[define("friction_difference", with_source=True)],
            queries=queries_behind(friction, question),
        )


def show_value_time(question: Question) -> None:
    """How soon those who join reach first value, and how many leave without it."""
    try:
        summary = read(activation_time, question, summary=True)
    except UserError as error:  # no event marks first value here: one thing less on the page, no fault of the person
        st.caption(f":material/info: Time to first value: {literal(error.sentence)}")
        return
    with card(say_value_time(summary), define("days_to_value")):
        explain_numbers(
            summary,
            "time to first value",
            definitions=[define(key, with_source=True) for key in ("days_to_value", "left_without_value")],
            queries=queries_behind(activation_time, question, summary=True),
        )


def show_activation(question: Question) -> None:
    """Which event, how often, by which day marks those who stay: found on one half, confirmed on the other."""
    asked = Question(where=question.where)
    rows = read(activation, asked)
    with card(say_activation(rows), say_basis(rows)):
        show_evidence()
        explain_numbers(
            rows,
            "activation",
            columns=RATIO_BOUNDS,
            definitions=[define("activation_ratio", with_source=True)],
            queries=queries_behind(activation, asked),
        )


def show_thresholds(question: Question) -> None:
    """What each threshold of the stages decides: the customer-days that would lie elsewhere without it."""
    rows = read(stage_thresholds, question)
    with card(say_thresholds(rows), define("days_reclassified")):
        explain_numbers(
            rows, "stage thresholds", queries=queries_behind(stage_thresholds, question), label="Thresholds"
        )

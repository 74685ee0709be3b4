"""How are we doing, and is the change more than chance?"""

import polars as pl
import streamlit as st

from analytics.charts import curves, movement_bars, stage_bars
from analytics.metrics.churn import churn
from analytics.metrics.movements import movements
from analytics.metrics.question import Question
from analytics.metrics.scorecard import scorecard, scorecard_history
from analytics.metrics.stages import stages
from analytics.reports.changes import judge_changes
from analytics.reports.findings import say_base, say_journey, say_revenue, say_spread, say_standing
from pages.parts.answers import read
from pages.parts.cards import show_cards
from pages.parts.choices import choose_customers, choose_period, choose_span, say_customers
from pages.parts.figures import card, draw, explain_numbers, points_over_time, theme_mode
from pages.parts.frame import Screen, page
from pages.parts.words import currency_sign, define, say_open_period, say_what_is_missing


def show_churn(question: Question, screen: Screen) -> None:
    """Churn per period with its interval."""
    rows = read(churn, question, convention="start_existing")
    low_n = screen.dataset.info.settings.low_n
    with card(say_spread(rows, question.period), define("churn_start_existing")):
        draw(curves(points_over_time(rows, low_n), theme_mode(), from_zero=True), key="churn")
        st.caption(say_open_period(question.period))
        explain_numbers(rows, "churn", definitions=[define("churn_start_existing", with_source=True)])


def show_revenue(question: Question, screen: Screen) -> None:
    """What came in and what was lost, or why that cannot be said."""
    info = screen.dataset.info
    if not info.has("subscriptions"):
        with card("Revenue cannot be shown"):
            st.markdown(say_what_is_missing("Recurring revenue", "subscriptions", "started_at, ended_at and mrr"))
        return
    rows = read(movements, question)
    with card(say_revenue(rows, question.period, currency_sign(info)), define("mrr")):
        draw(movement_bars(rows, theme_mode(), period=question.period, unit=currency_sign(info)), key="movements")
        explain_numbers(rows, "movements", definitions=[define("mrr", with_source=True)])


def show_stages(question: Question) -> None:
    """Where they leave; the Journey page has the rest."""
    rows = read(stages, question)
    with card(say_journey(rows), define("stage_churn_rate")):
        draw(stage_bars(rows.filter(pl.col("entered") > 0), theme_mode()), key="stages")
        st.page_link("pages/executives/journey.py", label="See the whole journey", icon=":material/route:")


with page("How are we doing, and is the change more than chance?") as screen:
    is_snapshot = screen.dataset.info.is_snapshot
    with screen.choices:
        question = Question(
            where=choose_customers(),
            period="month" if is_snapshot else choose_period(periods=("month", "quarter", "year")),
            start=choose_span(),
        )
    scores, history = read(scorecard, question), read(scorecard_history, question)
    judged = judge_changes(scores, history)
    screen.say(say_standing(judged, question.period), say_base(judged, currency_sign(screen.dataset.info)))
    show_cards(judged, history, screen.dataset.info, question.period)
    explain_numbers(scores, "scorecard", definitions=[define(key) for key in scores["metric"]])
    if is_snapshot:
        st.info(say_what_is_missing("Change over time", "subscriptions or events", "their dates"))
    else:
        left, right = st.columns(2)
        with left:
            show_churn(question, screen)
        with right:
            show_stages(question)
        show_revenue(question, screen)
    screen.note(say_customers(question.where))

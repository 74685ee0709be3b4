"""How are we doing, and is the change more than chance?"""

from dataclasses import replace

import polars as pl
import streamlit as st

from analytics.charts import curves, movement_bars
from analytics.charts.points import points_over_time
from analytics.metrics.churn import churn
from analytics.metrics.movements import movements
from analytics.metrics.periods import FINAL
from analytics.metrics.question import Question, choose_periods
from analytics.metrics.scorecard import scorecard_with_history
from analytics.metrics.stages import stages
from analytics.reports.changes import judge_changes
from analytics.reports.findings import say_base, say_journey, say_revenue, say_spread, say_standing
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_customers, choose_period, choose_span, say_customers
from pages.parts.errors import guard
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.frame import Screen, page
from pages.parts.stages import draw_stages
from pages.parts.standing import show_areas, show_what_changed, show_worth
from pages.parts.tenure import show_tenure
from pages.parts.words import currency_sign, define, say_open_period, say_what_is_missing

PERIODS = ("month", "quarter", "year")


def choose_course(history: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The periods of the span, and always the two that a card compares."""
    is_final = pl.col("state") == FINAL
    nth_final = is_final.cum_sum(reverse=True).over("metric")
    is_drawn = pl.col("period").is_in(choose_periods(history, question)["period"].unique().implode())
    return history.filter(is_drawn | (is_final & (nth_final <= 2)))


def show_churn(question: Question, screen: Screen) -> None:
    """Churn per period with its interval."""
    rows = read(churn, question, convention="start_existing")
    with card(say_spread(rows, question.period), define("churn_start_existing")):
        draw(curves(points_over_time(rows, screen.dataset.info.settings.low_n), theme_mode()), key="churn")
        st.caption(say_open_period(question.period))
        queries = queries_behind(churn, question, convention="start_existing")
        explain_numbers(rows, "churn", definitions=[define("churn_start_existing", with_source=True)], queries=queries)


def show_stages(question: Question) -> None:
    """Where they leave; the Journey page has the rest."""
    rows = read(stages, question)
    with card(say_journey(rows), define("stage_churn_rate")):
        draw_stages(rows.filter(pl.col("entered") > 0))
        st.page_link("pages/executives/journey.py", label="See the whole journey", icon=":material/route:")


def show_revenue(question: Question, screen: Screen) -> None:
    """What came in and what was lost, or why that cannot be said."""
    info = screen.dataset.info
    if not info.has("subscriptions"):
        missing = say_what_is_missing("Recurring revenue", "subscriptions", "started_at, ended_at and mrr")
        st.info(missing, title="Not seen in this data")
        return
    rows, sign = read(movements, question), currency_sign(info)
    with card(say_revenue(rows, question.period, sign), define("mrr")):
        draw(movement_bars(rows, theme_mode(), period=question.period, unit=sign), key="movements")
        st.caption(say_open_period(question.period))
        st.page_link("pages/executives/revenue.py", label="See who is behind it", icon=":material/payments:")
        queries = queries_behind(movements, question)
        explain_numbers(rows, "movements", definitions=[define("mrr", with_source=True)], queries=queries)


def show_over_time(question: Question, screen: Screen) -> None:
    """The course behind the cards."""
    left, right = st.columns(2)
    with left, guard():
        show_churn(question, screen)
    with right, guard():
        show_stages(question)
    with guard():
        show_revenue(question, screen)
    with guard():
        show_worth(question, screen.dataset.info)


def show_snapshot(question: Question, screen: Screen) -> None:
    """A file without dates has no course; what it has is tenure."""
    with guard():
        show_tenure(question, screen.dataset.info.tenure_unit)
    missing = say_what_is_missing("Change over time", "dates", "subscriptions (started_at, ended_at) or events")
    st.info(missing, title="Not seen in this data")


with page("How are we doing, and is the change more than chance?") as screen:
    info = screen.dataset.info
    with screen.choices:
        where = choose_customers()
        period = "month" if info.is_snapshot else choose_period(periods=PERIODS)
        question = Question(where=where, period=period, start=choose_span())
    # The span chooses what is drawn; what is judged is the latest period there is, against all before it.
    asked = replace(question, start="")
    scores, history = read(scorecard_with_history, asked)
    judged = judge_changes(scores, history)
    screen.say(say_standing(judged, period), say_base(judged, period, currency_sign(info)))
    if not info.is_snapshot:
        with guard():
            show_what_changed(question, info)
    show_areas(judged, choose_course(history, question), info, period)
    explain_numbers(
        scores,
        "scorecard",
        definitions=[define(key, with_source=True) for key in scores["metric"]],
        queries=queries_behind(scorecard_with_history, asked),
    )
    if info.is_snapshot:
        show_snapshot(question, screen)
    else:
        show_over_time(question, screen)
    screen.note(say_customers(where))
    screen.note("A change is coloured only where it leaves both the interval and the range in which it usually moves.")

"""What do customers do over time, and when was it unusual?"""

import polars as pl
import streamlit as st

from analytics.charts.activity_lines import activity_lines
from analytics.charts.lifecycle_bars import lifecycle_bars
from analytics.contract.errors import UserError
from analytics.metrics.activity import activity
from analytics.metrics.lifecycle import lifecycle
from analytics.metrics.question import Question
from analytics.metrics.unusual import unusual_periods
from analytics.metrics.unusual_groups import unusual_groups
from analytics.reports.activity_findings import line_rows, list_incidents, say_activity, say_lifecycle
from analytics.store.choices import attribute_choices, event_choices
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_customers, choose_from, choose_period, choose_span, say_attribute, say_customers
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.frame import Screen, page
from pages.parts.words import define, literal, say_open_period, say_what_is_missing

QUESTION = "What do customers do over time, and when was it unusual?"
GRAINS = ("day", "week", "month")


def find_incidents(question: Question, event: str, per: str) -> pl.DataFrame:
    """The unusual stretches; none where there are too few periods to tell, which is said."""
    try:
        return read(unusual_periods, question, event=event, per=per)
    except UserError as error:
        st.caption(f":material/info: Unusual stretches: {literal(error.sentence)}")
        return pl.DataFrame(
            schema={"series": pl.String, "from": pl.Date, "to": pl.Date, "ratio": pl.Float64, "said": pl.String}
        )


def show_course(screen: Screen, question: Question, event: str, per: str) -> None:
    """The lines, what stands out in them, and the numbers."""
    rows, incidents = read(activity, question, event=event, per=per), find_incidents(question, event, per)
    screen.say(say_activity(incidents, event, per))
    key = "event_ratio" if per else "event_count"
    title = f"{event or 'Every event'}{f' per {per}' if per else ''} by {question.period}"
    with card(literal(title), define(key)):
        draw(activity_lines(line_rows(rows), incidents, theme_mode()), key="activity")
        st.markdown("\n".join(f"- {literal(said)}" for said in list_incidents(incidents)))
        st.caption(
            "Shaded: stretches that depart from what the other periods lead to expect, found by one rule for every "
            f"series with at most 5 in 100 named by chance. {say_open_period(question.period)}"
        )
        queries = queries_behind(activity, question, event=event, per=per)
        explain_numbers(rows, "activity", definitions=[define(key, with_source=True)], queries=queries)
        if incidents.height:
            explain_numbers(
                incidents,
                "unusual stretches",
                definitions=[define("unusual_ratio", with_source=True)],
                queries=queries_behind(unusual_periods, question, event=event, per=per),
                label="Unusual stretches",
            )


def show_groups(question: Question, event: str, per: str) -> None:
    """How often one event comes per another in each group, against the others."""
    rows = read(unusual_groups, question, event=event, per=per)
    with card(literal(f"{event} per {per}, by {question.by}"), define("event_ratio")):
        st.markdown("\n".join(f"- {literal(said)}" for said in rows["said"].to_list()[:6]))
        queries = queries_behind(unusual_groups, question, event=event, per=per)
        explain_numbers(rows, f"{event} per {per} by {question.by}", queries=queries)


def show_lifecycle(question: Question, event: str) -> None:
    """Who is new, stays, comes back or falls silent."""
    asked = Question(where=question.where, period=question.period, start=question.start)
    rows = read(lifecycle, asked, event=event, basis="event")
    with card(say_lifecycle(rows, question.period), define("lifecycle_active")):
        draw(lifecycle_bars(rows, theme_mode(), period=question.period), key="lifecycle")
        explain_numbers(
            rows,
            "lifecycle",
            definitions=[define("lifecycle_active", with_source=True)],
            queries=queries_behind(lifecycle, asked, event=event, basis="event"),
        )


def show_activity(screen: Screen) -> None:
    """The choices, and what they show."""
    with screen.choices:
        where, period, start = choose_customers(), choose_period("week", GRAINS), choose_span("All")
    choices = read(event_choices)
    with st.container(horizontal=True):
        event = choose_from("event", ("", *choices.names), "Event", lambda name: name or "Every event")
        per = choose_from("per", ("", *choices.names), "Per", lambda name: name or "Count") if event else ""
        by = choose_from("split_by", ("", *read(attribute_choices), *choices.attributes), "Compare by", say_attribute)
    question = Question(where=where, by=by, period=period, start=start)
    show_course(screen, question, event, per)
    if by and per:
        show_groups(question, event, per)
    show_lifecycle(question, event)
    screen.note(say_customers(where))


with page(QUESTION) as screen:
    if not screen.dataset.info.has("events"):
        screen.say("This data set has no activity", say_what_is_missing("Activity", "events", "occurred_at and name"))
    else:
        show_activity(screen)

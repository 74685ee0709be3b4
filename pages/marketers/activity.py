"""What do customers do over time, and when was it unusual?"""

import polars as pl
import streamlit as st

from analytics.charts.activity_lines import activity_lines
from analytics.charts.lifecycle_bars import lifecycle_bars
from analytics.contract.errors import UserError
from analytics.metrics.activity import activity
from analytics.metrics.lifecycle import lifecycle
from analytics.metrics.question import Question
from analytics.metrics.unusual import INCIDENTS, unusual_periods
from analytics.metrics.unusual_groups import unusual_groups
from analytics.reports.activity_findings import (
    line_rows,
    list_groups,
    list_incidents,
    say_activity,
    say_drawn,
    say_groups,
    say_lifecycle,
    say_what,
    stretch_rows,
)
from analytics.store.choices import attribute_choices, event_choices
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_customers, choose_from, choose_period, choose_span, say_attribute, say_customers
from pages.parts.errors import guard
from pages.parts.figures import card, draw, explain_numbers, theme_mode, wide
from pages.parts.frame import Screen, page
from pages.parts.words import define, literal, say_open_period, say_what_is_missing

QUESTION = "What do customers do over time, and when was it unusual?"
GRAINS = ("day", "week", "month")
RATIOS = {
    name: st.column_config.NumberColumn(format="%.3f") for name in ("ratio", "low", "high", "others", "difference")
}
RULE = (
    "Broad strokes: stretches that depart from what the other periods lead to expect, found by one rule for every "
    "series, with at most 5 in 100 named by chance."
)


def show_course(screen: Screen, question: Question, event: str, per: str) -> None:
    """The lines, what stands out in them, and the numbers."""
    rows, incidents = read(activity, question, event=event, per=per), find_incidents(question, event, per)
    screen.say(say_activity(incidents, event, per))
    found = pl.DataFrame(schema=INCIDENTS) if incidents is None else incidents
    lines, stretches = line_rows(rows), stretch_rows(found, rows)
    key, what = "event_ratio" if per else "event_count", say_what(event, per)
    with card(literal(f"{what if event else 'Every event'} by {question.period}"), define(key)):
        figure = activity_lines(lines, stretches, theme_mode(), y_title=what)
        with wide("wide-activity", 560 if lines["series"].n_unique() > 1 else 0):
            draw(figure, key="activity")
        st.markdown("\n".join(f"- {literal(said)}" for said in list_incidents(found)))
        st.caption(" ".join(filter(None, (say_drawn(lines, stretches), RULE, say_open_period(question.period)))))
        queries = queries_behind(activity, question, event=event, per=per)
        columns, definitions = RATIOS if per else None, [define(key, with_source=True)]
        explain_numbers(rows, "activity", definitions=definitions, columns=columns, queries=queries)
        if found.height:
            explain_numbers(
                found,
                "unusual stretches",
                definitions=[define("unusual_ratio", with_source=True)],
                queries=queries_behind(unusual_periods, question, event=event, per=per),
                label="Unusual stretches",
            )


def find_incidents(question: Question, event: str, per: str) -> pl.DataFrame | None:
    """The unusual stretches; None where there are too few periods to tell, which is said."""
    try:
        return read(unusual_periods, question, event=event, per=per)
    except UserError as error:
        st.caption(f":material/info: Unusual stretches: {literal(error.sentence)}")
        return None


def show_groups(question: Question, event: str, per: str) -> None:
    """How often one event comes per another in each group, against the others."""
    rows = read(unusual_groups, question, event=event, per=per)
    with card(literal(say_groups(rows, question.by)), f"{define('event_ratio')} Each group against all others."):
        st.markdown("\n".join(f"- {literal(said)}" for said in list_groups(rows)))
        queries = queries_behind(unusual_groups, question, event=event, per=per)
        explain_numbers(rows, f"{event} per {per} by {question.by}", columns=RATIOS, queries=queries)


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


def choose_events() -> tuple[str, str, str]:
    """The event, the one it is counted per, and the attribute to compare by; each "" for none."""
    choices = read(event_choices)
    with st.container(horizontal=True):
        event = choose_from("event", ("", *choices.names), "Event", lambda name: name or "Every event")
        others = [name for name in choices.names if name != event]
        per = choose_from("per", ("", *others), "Per", lambda name: name or "Count") if event and others else ""
        by = choose_from("split_by", ("", *read(attribute_choices), *choices.attributes), "Compare by", say_attribute)
    return event, per, by


def show_activity(screen: Screen) -> None:
    """The choices, and what they show."""
    with screen.choices:
        where, period, start = choose_customers(), choose_period("week", GRAINS), choose_span("All")
    event, per, by = choose_events()
    question = Question(where=where, by=by, period=period, start=start)
    show_course(screen, question, event, per)
    if by and per:
        with guard():
            show_groups(question, event, per)
    with guard():
        show_lifecycle(question, event)
    screen.note(say_customers(where))


with page(QUESTION) as screen:
    if not screen.dataset.info.has("events"):
        screen.say("This data set has no activity", say_what_is_missing("Activity", "events", "occurred_at and name"))
    else:
        show_activity(screen)

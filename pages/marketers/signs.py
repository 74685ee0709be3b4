"""Which signs come before a customer leaves, how early, and who shows them today?"""

import polars as pl
import streamlit as st

from analytics.charts.lift_dots import lift_dots
from analytics.metrics.question import Question
from analytics.metrics.signals import current_signs, signals
from analytics.reports.sign_findings import (
    WORDS,
    count_on,
    lift_rows,
    say_few,
    say_lacking,
    say_showing,
    say_signs,
    say_silent,
    say_tally,
    say_warning,
)
from analytics.store.info import BuildInfo
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_customers, say_customers
from pages.parts.figures import card, download, draw, explain_numbers, theme_mode
from pages.parts.frame import Screen, page
from pages.parts.segments import offer_segment
from pages.parts.words import currency_sign, define, say_what_is_missing

QUESTION = "Which signs come before a customer leaves, and who shows them today?"
LEAST, MOST = 1, 5
_SHARE, _TIMES, _DAYS = (st.column_config.NumberColumn(format=form) for form in ("percent", "%.2f", "%.0f"))
COLUMNS = {
    **dict.fromkeys(("prevalence", "churn_with", "churn_without", "precision", "recall"), _SHARE),
    **dict.fromkeys(("lift", "low", "high", "expected", "false_alarms_per_week"), _TIMES),
    **dict.fromkeys(("median_lead_days", "lead_quartile_1", "lead_quartile_3"), _DAYS),
}


def show_worth(rows: pl.DataFrame, question: Question, info: BuildInfo) -> None:
    """What each sign is worth, those that tell nothing included."""
    churn = info.settings.churn
    first, last = churn.gap_days + 1, churn.gap_days + churn.horizon_days
    with card(say_tally(rows), define("sign_lift")):
        shown = lift_rows(rows)
        if shown["tells"].any():
            draw(lift_dots(shown.filter("tells"), theme_mode()), key="lifts")
        st.caption(
            f"An alarm is right when the customer leaves {first} to {last} days after it: sooner, nobody could have "
            "acted. Shown with 95 % intervals; beyond chance, after correcting for how many signs were tried."
        )
        for told in (say_silent(rows), say_few(rows)):
            if told:
                st.markdown(told)
        if not shown["tells"].all():
            with st.expander("Signs that tell nothing", icon=":material/volume_off:"):
                draw(lift_dots(shown.filter(~pl.col("tells")), theme_mode()), key="silent-lifts")
        if lacking := say_lacking(rows):
            with st.expander(f"{len(lacking)} of {rows.height} signs cannot be computed", icon=":material/block:"):
                st.markdown("\n".join(f"- {line}" for line in lacking))
        explain_numbers(
            rows.with_columns(pl.col("verdict").replace(WORDS)),
            "early signs",
            columns=COLUMNS,
            definitions=[define(key, with_source=True) for key in ("sign_lift", "sign_recall", "sign_lead_days")],
            queries=queries_behind(signals, question),
        )


def show_today(rows: pl.DataFrame, question: Question, info: BuildInfo) -> None:
    """Who shows telling signs on the as-of day, from how many at once somebody should act, and the list to keep."""
    people = count_on(read(current_signs, question), rows)
    with card() as heading:
        least = choose_least()
        chosen = people.filter(pl.col("signs") >= least)
        heading.say(
            say_showing(chosen.height, least),
            "Signs that come before leaving, switched on at the end of the last day of the data.",
        )
        if chosen.is_empty():
            return
        list_people(chosen, info)
        download(chosen, "customers with early signs", f"All {chosen.height:,} as CSV")
        said = f"{chosen.height:,} customers with {least} or more telling signs on {info.as_of}."
        offer_segment(chosen["customer_id"].to_list(), said)


def choose_least() -> int:
    """From how many signs at once somebody should act; bound to the address."""
    least = st.slider("Act from so many signs at once", LEAST, MOST, key="act_from", bind="query-params", width=320)
    return min(max(least, LEAST), MOST)


def list_people(people: pl.DataFrame, info: BuildInfo) -> None:
    """Customers and their signs; the one whose row is chosen is one click away."""
    if not info.has("subscriptions"):
        people = people.drop("mrr")
    event = st.dataframe(
        people,
        hide_index=True,
        height=318,
        column_config={
            "customer_id": st.column_config.TextColumn("Customer", pinned=True),
            "signs": st.column_config.NumberColumn("Signs", width=70),
            "which": st.column_config.TextColumn("Which", width="large"),
            "since": st.column_config.DateColumn("Latest alarm", format="D MMM YYYY"),
            "mrr": st.column_config.NumberColumn("MRR", format=f"{currency_sign(info)}%,.0f"),
        },
        alt="Customers who show telling signs",
        key="people",
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = [row for row in event.selection.rows if row < people.height]  # chosen before the list became shorter
    if not rows:
        st.caption("Choose a row for the customer's story.")
        return
    customer = people["customer_id"][rows[0]]
    st.page_link(
        "pages/marketers/customer.py",
        label=f"The story of {customer}",
        query_params={"customer": customer},
        icon=":material/person_search:",
    )


def show_signs(screen: Screen) -> None:
    """The signs, what they are worth, and who shows them."""
    info = screen.dataset.info
    with screen.choices:
        question = Question(where=choose_customers())
    rows = read(signals, question)
    screen.say(say_signs(rows), say_warning(rows))
    show_worth(rows, question, info)
    show_today(rows, question, info)
    screen.note(say_customers(question.where))
    screen.note("A sign is something that comes before; it need not be what makes customers leave.")


with page(QUESTION) as screen:
    if screen.dataset.info.is_snapshot:
        missing = say_what_is_missing("Which sign comes first", "dates", "events, tickets, surveys or invoices")
        screen.say("This file cannot show which sign comes first", missing)
    else:
        show_signs(screen)

"""A customer's timeline: the chart with its lanes to choose, the rows as a table, and both on paper."""

import datetime as dt

import polars as pl
import streamlit as st

from analytics.charts.timeline import name_lane, timeline_chart
from analytics.metrics.question import Question
from analytics.metrics.signals import TELLS, sign_firings, signals
from analytics.metrics.timeline import LANES, timeline
from analytics.reports.customer_findings import say_since
from analytics.store.info import BuildInfo
from pages.parts.answers import queries_behind, read
from pages.parts.figures import card, download, draw, show_queries, theme_mode, wide
from pages.parts.kept import keep, restore
from pages.parts.words import literal, say_day

LEAST_PIXELS = 620
MOST_PRINTED = 400
# On paper: no menu, no choices, and the whole page instead of the window; the table there is plain text.
PRINT = """<style>
@media screen { .st-key-printed { display: none } }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], .st-key-lanes, .st-key-on-screen,
  [data-testid="stDownloadButton"], [data-testid="stTextInput"], [data-testid="stExpander"] { display: none !important }
  html, body, #root, [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    display: block !important; position: static !important; height: auto !important; overflow: visible !important }
}
</style>"""


def style_print() -> None:
    """How the page looks on paper."""
    st.html(PRINT)


def show_timeline(rows: pl.DataFrame, customer_id: str, info: BuildInfo) -> None:
    """All lanes chosen on one axis, and the same rows as a table, the latest first."""
    if rows.is_empty():
        st.info("Nothing dated is on record for this customer.")
        return
    with card(literal(say_since(rows)), "Everything on record, on one axis of time. Choose lanes to see only those."):
        lanes = choose_lanes([lane for lane in LANES if lane in rows["lane"]])
        shown = rows.filter(pl.col("lane").is_in(lanes))
        as_of = dt.datetime.combine(info.as_of, dt.time()) + dt.timedelta(days=1)
        with wide("wide-timeline", LEAST_PIXELS):
            draw(timeline_chart(shown, as_of, theme_mode()), key="timeline")
        st.caption(
            "Red: trouble (escalated, failed, unpaid, left). Orange: late. Green: solved, paid, gained. Blue: other. "
            f"Columns: actions of a week. Dotted: the end of {say_day(info.as_of)}, the last day of the data."
        )
        show_rows(shown.reverse(), customer_id)


def show_signs_on(customer_id: str, info: BuildInfo) -> None:
    """The early signs on at the end of the last day, of those that tell of leaving; what each is worth, on its page."""
    quoted = customer_id.replace("'", "''")
    firings = read(sign_firings, Question(where=f"customer_id = '{quoted}'"))
    telling = read(signals, Question()).filter(pl.col("verdict") == TELLS)["signal"]
    on = firings.filter((pl.col("until_on") > info.as_of) & pl.col("sign").is_in(telling.implode()))
    if on.is_empty():
        return
    told = [f"{label} (since {say_day(since)})" for label, since in on.select("label", "began_on").iter_rows()]
    st.markdown(literal(f"**Signs on now:** {', '.join(told)}."))
    st.page_link("pages/marketers/signs.py", label="What each sign is worth", icon=":material/notifications_active:")


def choose_lanes(lanes: list[str]) -> list[str]:
    """Which lanes are shown; all while none is chosen."""
    key = restore("lanes", lanes, name_lane)
    chosen = st.pills(
        "Lanes",
        lanes,
        selection_mode="multi",
        format_func=name_lane,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    keep(key, chosen, [])
    return [lane for lane in lanes if lane in chosen] or lanes


def show_rows(rows: pl.DataFrame, customer_id: str) -> None:
    """The rows as a table on the screen, as plain text on paper, and as a file."""
    columns = {
        "at": st.column_config.DatetimeColumn("When", format="D MMM YYYY"),
        "lane": st.column_config.TextColumn("Lane"),
        "label": st.column_config.TextColumn("What", width="large"),
    }
    named = rows.with_columns(pl.col("lane").map_elements(name_lane, return_dtype=pl.String))
    with st.container(key="on-screen"):
        st.dataframe(
            named.select(list(columns)),
            hide_index=True,
            height=320,
            column_config=columns,
            alt="Everything on the timeline, the latest first",
        )
        with st.container(horizontal=True):
            download(rows, f"timeline-{customer_id}")
            show_queries(queries_behind(timeline, customer_id), f"timeline-{customer_id}")
    with st.container(key="printed"):
        when = pl.col("at").dt.strftime("%d %b %Y")
        st.table(named.head(MOST_PRINTED).select(When=when, Lane="lane", What="label"), hide_index=True)

"""A card of the page: its finding, the figure, and the numbers behind it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.charts.theme import Mode, describe
from analytics.store.trace import Asked
from pages.parts.harmless import make_harmless
from pages.parts.words import literal

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def theme_mode() -> Mode:
    """Light or dark, as this browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


@dataclass(frozen=True)
class Heading:
    """The place of a card's heading, for a finding that is known only after a choice inside the card."""

    place: DeltaGenerator

    def say(self, title: str, subtitle: str = "") -> None:
        """The finding, and the definition behind it."""
        with self.place:
            st.header(literal(title), anchor=False)
            if subtitle:
                st.caption(literal(subtitle))


@contextmanager
def card(title: str = "", subtitle: str = "") -> Iterator[Heading]:
    """A bordered card whose heading is its finding and whose caption is the definition.

    Without a title, the heading it yields takes one later: `heading.say(…)`.
    """
    with st.container(border=True, height="stretch"):
        heading = Heading(st.container())
        if title:
            heading.say(title, subtitle)
        yield heading


@contextmanager
def wide(key: str, pixels: int) -> Iterator[None]:
    """Room for a figure that would be unreadable on a phone: it keeps its width and is moved sideways."""
    st.html(f"<style>.st-key-{key} {{overflow-x: auto}} .st-key-{key} > div {{min-width: {pixels}px}}</style>")
    with st.container(key=key):
        yield


def draw(figure: go.Figure, *, key: str, selects: bool = False) -> list[dict[str, Any]]:
    """The figure with its description; with `selects`, the points of a click, once, in the run it causes."""
    common: dict[str, Any] = {"theme": None, "config": CONFIG, "alt": describe(figure), "key": key}
    if not selects:
        st.plotly_chart(figure, **common)
        return []
    clicked = f"{key}-clicked"
    event = st.plotly_chart(
        figure, **common, selection_mode="points", on_select=lambda: st.session_state.update({clicked: True})
    )
    # The chart keeps its selection; without this, every later choice on the page would count as a click.
    return list(event.selection.points) if st.session_state.pop(clicked, False) else []


def explain_numbers(
    rows: pl.DataFrame,
    filename: str,
    *,
    definitions: Iterable[str] = (),
    columns: dict[str, Any] | None = None,
    queries: Iterable[Asked] = (),
    label: str = "Table and definitions",
) -> None:
    """Below a figure: every number in it as a table, the definitions it follows, the file to take away, its queries.

    definitions: sentences, such as those of `definitions()`. columns: `st.column_config` by column name.
    queries: those of `queries_behind`.
    """
    with st.expander(label, icon=":material/table_rows:"):
        for sentence in definitions:
            st.caption(sentence)
        st.dataframe(
            rows,
            hide_index=True,
            column_config={**column_formats(rows), **(columns or {})},
            alt=f"The numbers of {filename}",
        )
        with st.container(horizontal=True):
            download(rows, filename)
            show_queries(queries, filename)


def show_queries(queries: Iterable[Asked], filename: str) -> None:
    """The SQL that counted these numbers, to copy; intervals and rates are worked out from its counts."""
    queries = tuple(queries)
    if not queries:
        return
    with st.popover("Query", icon=":material/code:", key=f"query-{_slug(filename)}"):
        st.caption("What was counted, as SQL over this data set. Rates and intervals follow from these counts.")
        for asked in queries:
            st.caption(asked.question)
            st.code(asked.sql, language="sql")


def download(rows: pl.DataFrame, filename: str, label: str = "CSV") -> None:
    """The rows as a file, made when it is asked for."""
    name = _slug(filename)
    st.download_button(
        label,
        lambda: make_harmless(rows).write_csv(),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"download-{name}",
    )


def _slug(filename: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", filename.lower()).strip("-")


def column_formats(rows: pl.DataFrame) -> dict[str, Any]:
    """Percentages where the contract's names say that a column is a rate; days without a time of day."""
    rates = {"rate", "low", "high", "share", "churn_rate", "survival", "probability"}
    days = {name: st.column_config.DateColumn() for name, kind in rows.schema.items() if kind == pl.Date}
    return days | {name: st.column_config.NumberColumn(format="percent") for name in rows.columns if name in rates}

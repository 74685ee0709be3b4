"""A card of the page: its finding, the figure, and the numbers behind it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from analytics.charts.theme import Mode, describe
from pages.parts.harmless import make_harmless

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def theme_mode() -> Mode:
    """Light or dark, as this browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


@contextmanager
def card(title: str, subtitle: str = "") -> Iterator[None]:
    """A bordered card whose heading is its finding and whose caption is the definition."""
    with st.container(border=True, height="stretch"):
        st.header(title, anchor=False)
        if subtitle:
            st.caption(subtitle)
        yield


def draw(figure: go.Figure, *, key: str, selects: bool = False) -> list[dict[str, Any]]:
    """The figure with its description; with `selects`, the points a click has chosen."""
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"} if selects else {}
    event = st.plotly_chart(figure, theme=None, config=CONFIG, alt=describe(figure), key=key, **options)
    return list(event.selection.points) if selects else []


def explain_numbers(
    rows: pl.DataFrame,
    filename: str,
    *,
    definitions: Iterable[str] = (),
    columns: dict[str, Any] | None = None,
    label: str = "Table and definitions",
) -> None:
    """Below a figure: every number in it as a table, the definitions it follows, and the file to take away.

    definitions: sentences, such as those of `definitions()`. columns: `st.column_config` by column name.
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
        download(rows, filename)


def download(rows: pl.DataFrame, filename: str, label: str = "CSV") -> None:
    """The rows as a file, made when it is asked for."""
    name = re.sub(r"[^a-z0-9]+", "-", filename.lower()).strip("-")
    st.download_button(
        label,
        make_harmless(rows).write_csv,
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"download-{name}",
    )


def column_formats(rows: pl.DataFrame) -> dict[str, Any]:
    """Percentages where the contract's names say that a column is a rate."""
    rates = {"rate", "low", "high", "share", "churn_rate", "survival", "probability"}
    return {name: st.column_config.NumberColumn(format="percent") for name in rows.columns if name in rates}

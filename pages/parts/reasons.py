"""The customers at risk as a list to pick from, and the reasons of the one picked."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.charts.reasons import reason_bars
from analytics.charts.wording import say_name, say_percent
from analytics.contract.errors import UserError
from analytics.reports.findings import STAGE_LABELS
from analytics.reports.reason_words import CAVEAT, draw_rows, reason_rows, say_reasons, typical_values
from analytics.reports.risk_findings import list_risks
from analytics.risk.scores import explain_customer
from pages.parts.answers import queries_behind, read
from pages.parts.errors import show_error
from pages.parts.evidence import show_evidence
from pages.parts.figures import card, download, draw, explain_numbers, theme_mode
from pages.parts.words import literal

LIST, CUSTOMER = "risk-list", "customer"
MOST_LISTED = 1000  # rows sent to the browser; the file to take away has everybody


def pick_customer(risks: pl.DataFrame, sign: str) -> str:
    """The list of customers, the greatest expected loss first; gives the one picked here or named in the address."""
    shown = list_risks(risks.head(MOST_LISTED)).with_columns(pl.col("stage").replace(STAGE_LABELS))
    columns = list_columns(shown, sign)
    st.dataframe(
        shown.select(list(columns)),
        hide_index=True,
        height=318,
        column_config=columns,
        on_select=lambda: remember_pick(shown),
        selection_mode="single-row",
        key=LIST,
        alt="Customers by risk of leaving, with their reasons",
    )
    first = str(risks["customer_id"][0])
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        named = st.text_input(
            "Customer",
            key=CUSTOMER,
            bind="query-params",
            placeholder=f"{first} (or write another id)",
            width=320,
        )
        download(risks, "risk", f"All {risks.height:,} as CSV")
    return named.strip() or first


def remember_pick(shown: pl.DataFrame) -> None:
    """The row clicked becomes the customer of the address."""
    rows = st.session_state[LIST].selection.rows
    if rows and rows[0] < shown.height:
        st.session_state[CUSTOMER] = str(shown["customer_id"][rows[0]])


def list_columns(shown: pl.DataFrame, sign: str) -> dict[str, Any]:
    """How the columns of the list are shown; those without any value are left out."""
    money = f"{sign}%,.0f"
    columns = {
        "customer_id": st.column_config.TextColumn("Customer", pinned=True),
        "risk": st.column_config.ProgressColumn("Risk", min_value=0, max_value=100, format="%.1f%%", width=130),
        "range": st.column_config.TextColumn("p10 – p90", help="Eight in ten refits of the model give a risk in it."),
        "stage": st.column_config.TextColumn("Stage"),
        "mrr": st.column_config.NumberColumn("MRR", format=money),
        "expected_loss": st.column_config.NumberColumn("Expected loss", format=money, help="Risk × MRR, a month."),
        "reasons": st.column_config.TextColumn("Associated with a higher risk, in points", width="large", help=CAVEAT),
    }
    return {name: column for name, column in columns.items() if shown[name].count()}


def show_reasons(customer_id: str, risks: pl.DataFrame, average: float) -> None:
    """One customer's reasons: the sentence, the waterfall from the base to the score, and every value behind it.

    average: the mean risk of everybody scored.
    """
    try:
        explanation = read(explain_customer, customer_id)
    except UserError as error:
        show_error(error)
        return
    rows = reason_rows(explanation, read(typical_values))
    with card(f"{customer_id}: {say_percent(explanation['prediction'])}", say_band(customer_id, risks)):
        st.markdown(literal(say_reasons(explanation, rows)))
        with st.container(horizontal=True, vertical_alignment="center"):
            show_evidence()
            st.caption(CAVEAT)
        start, steps = draw_rows(rows, explanation["base"], average)
        figure = reason_bars(steps, start, explanation["prediction"], theme_mode())
        draw(figure, key="reasons")
        explain_numbers(
            rows.drop("log_odds"),
            f"reasons-{customer_id}",
            definitions=[
                f"The bars start at the model's base of {say_percent(explanation['base'])}, its score for an average "
                f"row it learnt from; everybody scored has {say_percent(average)} on average. They add up to the score."
            ],
            queries=queries_behind(explain_customer, customer_id),
            label="Every value, beside what is usual",
            columns={
                "points": st.column_config.NumberColumn("Points", format="percent"),
                "typical": st.column_config.TextColumn("Usual", help="Median or commonest value of everybody scored"),
            },
        )


def say_band(customer_id: str, risks: pl.DataFrame) -> str:
    """How sure the risk is, and where the customer stands; empty for a customer outside the filter."""
    found = risks.filter(pl.col("customer_id") == customer_id)
    if found.is_empty():
        return "Outside the customers chosen above."
    row = found.row(0, named=True)
    sure = f"{say_percent(row['low'])} to {say_percent(row['high'])} over refits of the model" if row["low"] else ""
    stage = f"stage: {STAGE_LABELS.get(row['stage'], row['stage'])}" if row["stage"] else ""
    return " · ".join(part for part in (f"{say_name(row['band'])} risk", sure, stage) if part)

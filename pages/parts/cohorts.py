"""The retention table, the customers in a cell of it, and the average curve."""

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl
import streamlit as st

from analytics.charts import cohort_table, curves
from analytics.charts.cohort_table import find_width, fit_cells
from analytics.charts.points import points_by_age
from analytics.charts.wording import say_period
from analytics.metrics.question import Question
from analytics.metrics.retention import cell_customers, retention_average
from analytics.metrics.ripening import ripening_cells
from analytics.metrics.rule import RetentionRule
from analytics.reports.retention_findings import find_solid, say_groups, say_newer, say_ripening, say_steepest
from analytics.reports.rule_words import name_brackets, say_cell
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_breakdown
from pages.parts.figures import card, download, draw, explain_numbers, theme_mode, wide
from pages.parts.segments import offer_segment
from pages.parts.words import define, literal


@dataclass(frozen=True, kw_only=True)
class Counting:
    """What is asked and how it is counted. `low_n`: customers below which no rate is judged."""

    question: Question
    rule: RetentionRule
    average: str
    basis: str
    low_n: int

    @property
    def options(self) -> dict[str, Any]:
        """The rule as the engine's functions take it."""
        return asdict(self.rule)

    @property
    def guard(self) -> int:
        """Below how much an average is left out: money is no number of customers."""
        return 0 if self.rule.measure == "revenue" else self.low_n

    @property
    def definition(self) -> str:
        """The metric that is counted."""
        return "retention" if self.rule.measure == "customers" else "cohort_revenue_retention"

    def averages(self, by: str = "") -> pl.DataFrame:
        """The average curve, broken down where asked."""
        return read(retention_average, replace(self.question, by=by), average=self.average, **self.options)


def show_cohorts(counting: Counting) -> None:
    """The table of cohorts; a click on a cell lists its customers."""
    question, low_n = counting.question, counting.low_n
    cells = read(ripening_cells, question, **counting.options)
    with card(say_newer(cells, question.period, low_n), define(counting.definition)):
        drawn = fit_cells(cells)
        figure = cohort_table(
            drawn,
            theme_mode(),
            period=question.period,
            low_n=low_n,
            averages=counting.averages(),
            age_names=name_brackets(counting.rule),
        )
        with wide("wide-cohorts", find_width(drawn)):
            picked = draw(figure, key="cohort-table", selects=True)
        st.caption(
            f"{say_ripening(drawn, question.period)} Grey: fewer than {low_n} customers. Blank: nothing to divide by, "
            f"or not begun.{say_cut(cells, drawn)} Click a cell for its customers."
        )
        if picked and picked[0]["customdata"][0]:
            show_people(picked[0]["customdata"], counting)
        queries = queries_behind(ripening_cells, question, **counting.options)
        explain_numbers(
            cells, "retention", definitions=[define(counting.definition, with_source=True)], queries=queries
        )


def say_cut(cells: pl.DataFrame, drawn: pl.DataFrame) -> str:
    """What the figure leaves out; nothing when it shows all."""
    if drawn.height == cells.height:
        return ""
    shown = f"{drawn['cohort'].n_unique()} newest cohorts and first {drawn['age'].n_unique()} ages"
    return f" The {shown} are drawn; the table below holds all."


@st.dialog("Customers of a cell", position="right")
def show_people(cell: list[Any], counting: Counting) -> None:
    """The customers behind one cell, to look at, to take away, and to keep as a segment."""
    period = counting.question.period
    cohort = dt.datetime.fromisoformat(cell[0]) if period == "hour" else dt.date.fromisoformat(cell[0])
    age = int(cell[1])
    people = read(cell_customers, counting.question, cohort, age, **counting.options)
    name = say_period(cohort, period)
    who = say_cell(counting.rule, period, counting.basis, name, age)
    plural = "customer" if people.height == 1 else "customers"
    st.markdown(literal(f"**{people.height:,} {plural}** who {who}."))
    st.dataframe(people, hide_index=True, alt="Customers of the cell")
    download(people, f"customers {name} {period} {age}")
    offer_segment(people["customer_id"].to_list(), f"Customers who {who}.")


def show_curve(counting: Counting) -> str:
    """The average over finished cohorts, for all or by one attribute; gives the attribute, "" for none."""
    question, guard = counting.question, counting.guard
    with card() as heading:
        by = choose_breakdown()
        rows = counting.averages(by)
        title = (say_groups if by else say_steepest)(rows, question.period, guard)
        heading.say(title, define("retention_average"))
        points = points_by_age(find_solid(rows, guard), guard)
        draw(curves(points, theme_mode(), x_title=f"{question.period}s since the first"), key="curve")
        st.caption(f"Ages that rest on {counting.low_n} customers or more and on several cohorts; the table holds all.")
        asked = replace(question, by=by)
        queries = queries_behind(retention_average, asked, average=counting.average, **counting.options)
        definitions = [define("retention_average", with_source=True)]
        explain_numbers(rows, "retention average", definitions=definitions, queries=queries)
    return by

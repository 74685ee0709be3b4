"""Churn conventions beside each other, and the customers who make the difference between two of them."""

from collections.abc import Callable
from dataclasses import fields, replace

import polars as pl
import streamlit as st

from analytics.charts.conventions import rate_dots, walk_bars
from analytics.charts.wording import say_period
from analytics.contract.metrics import find_metric
from analytics.contract.settings import Churn
from analytics.metrics.churn import CONVENTIONS, churn, yearly_churn
from analytics.metrics.periods import FINAL, read_periods
from analytics.metrics.question import Question
from analytics.metrics.reconcile import (
    choose_difference,
    choose_step,
    count_unmoved,
    explain_steps,
    reconcile_churn,
)
from analytics.reports.reconcile_findings import (
    STEP_LABELS,
    YEARLY_LABELS,
    describe_conventions,
    describe_people,
    describe_steps,
    describe_worked_example,
    describe_yearly,
    say_convention,
    say_listed,
    say_pair,
    say_yearly,
)
from analytics.store.info import BuildInfo
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_one
from pages.parts.figures import card, download, draw, explain_numbers, show_queries, theme_mode, wide
from pages.parts.kept import keep, restore
from pages.parts.words import RECOGNISED, define, say_recognised

NAMES = tuple(CONVENTIONS)
EVERYBODY = "all"
YEARLY = {name: st.column_config.NumberColumn(format="percent") for name in ("yearly", "multiplied", *YEARLY_LABELS)}


def choose_final_period(question: Question) -> Question:
    """The question for one finished period, the latest first, or for the last while none is finished."""
    periods = read(read_periods, question)
    final = periods.filter(pl.col("state") == FINAL)
    days = (final if final.height else periods.tail(1))["period"].reverse().to_list()
    names = {day.isoformat(): say_period(day, question.period) for day in days}
    chosen = choose_listed("of", "Period", tuple(names), next(iter(names)), names.__getitem__)
    return replace(question, start=chosen, end=chosen)


def choose_listed(key: str, label: str, options: tuple[str, ...], default: str, say: Callable[[str], str]) -> str:
    """One of a list; bound to the address."""
    restore(key, options, say)
    chosen = st.selectbox(
        label, options, options.index(default), format_func=say, key=key, bind="query-params", width=220
    )
    keep(key, chosen, default)
    return chosen


def show_conventions(rates: pl.DataFrame, question: Question) -> None:
    """The six rates of one period, each with what it counts."""
    described = describe_conventions(rates)
    with card(
        "The same departures, counted six ways", "Lines are 95 % intervals, where those counted are in the base."
    ):
        left, right = st.columns([3, 2], gap="large")
        with left:
            draw(rate_dots(described, theme_mode()), key="conventions")
        with right:
            for row in described.iter_rows(named=True):
                st.markdown(f"**{row['label']}** ({row['formula']}). {row['definition']}")
        explain_numbers(
            described,
            f"churn conventions {question.start}",
            definitions=[define(f"churn_{name}", with_source=True) for name in NAMES],
            queries=queries_behind(churn, question, convention="all"),
        )


def show_difference(people: pl.DataFrame, question: Question) -> None:
    """Two conventions: the steps between their rates, and the customers behind every step."""
    with card() as heading:
        with st.container(horizontal=True):
            one = choose_listed("compare", "Compare", NAMES, "start", say_convention)
            other = choose_listed("with", "with", NAMES, "active_window", say_convention)
        steps = read(explain_steps, question, one, other)
        heading.say(
            say_pair(one, other, steps),
            f"{say_convention(one)}: {define(f'churn_{one}')} {say_convention(other)}: {define(f'churn_{other}')}",
        )
        if steps.height > 1 and not steps["rate"].has_nulls():
            with wide("wide-walk", 620):
                draw(walk_bars(describe_steps(steps, one, other, question.period), theme_mode()), key="walk")
        show_people(people, steps, question, one, other)
        explain_numbers(
            steps,
            f"steps {one} {other} {question.start}",
            definitions=[define(f"churn_{name}", with_source=True) for name in dict.fromkeys((one, other))],
            queries=queries_behind(explain_steps, question, one, other),
            label="Steps, definitions and query",
        )


def show_people(people: pl.DataFrame, steps: pl.DataFrame, question: Question, one: str, other: str) -> None:
    """Exactly the customers who count in one convention and not in the other, or those of one step."""
    groups = [group for group in steps["who"] if group]
    step = (
        choose_one("step", [EVERYBODY, *groups], EVERYBODY, lambda group: STEP_LABELS[group]) if groups else EVERYBODY
    )
    listed = choose_difference(people, one, other) if step == EVERYBODY else choose_step(people, step)
    st.markdown(say_listed(listed, steps, step))
    unmoved = read(count_unmoved, question)["unmoved"].sum()
    st.caption(f"{unmoved:,} more were here from the eve to the end; they are in no list.")
    if not listed.height:
        return
    period = listed["period"][0].isoformat()
    days = {name: st.column_config.DateColumn(format="YYYY-MM-DD") for name in ("Came", "Left", "Came back")}
    st.dataframe(
        describe_people(listed, one, other), hide_index=True, column_config=days, alt="The customers of the difference"
    )
    with st.container(horizontal=True):
        download(listed, f"customers {one} {other} {step} {period}")
        show_queries(queries_behind(reconcile_churn, question), "customers")


def show_yearly(question: Question) -> None:
    """What the period's churn amounts to in a year, beside what multiplying would claim."""
    if question.period == "year":
        return
    rows = read(yearly_churn, question)
    existing = rows.filter(pl.col("convention") == "start_existing").row(0, named=True)
    with card(say_yearly(existing, question.period), define("churn_yearly")):
        st.dataframe(describe_yearly(rows), hide_index=True, column_config=YEARLY, alt="Yearly churn by convention")
        st.caption(
            "Multiplying counts those who have left as if they could leave again. Only conventions whose churned are "
            "part of the base have a yearly rate: the others can exceed 100%."
        )
        explain_numbers(
            rows,
            f"yearly churn {question.start}",
            definitions=[define("churn_yearly", with_source=True)],
            columns=YEARLY,
            queries=queries_behind(yearly_churn, question),
        )


def show_worked_example() -> None:
    """The example every definition is tested by."""
    example = describe_worked_example()
    with card("A worked example", find_metric("churn_start").example + "."):
        for row in example.iter_rows(named=True):
            st.markdown(f"**{row['label']}** {row['working']} = {row['answer']}")
        st.caption(f"Daily has an example of its own, as it needs the days: {find_metric('churn_daily').example}.")


def show_recognised(info: BuildInfo) -> None:
    """When a customer counts as gone here, and what the other ways would mean."""
    churn_settings = info.settings.churn
    declared = {field.name: field.metadata["meaning"] for field in fields(Churn)}
    with card(
        say_recognised(info),
        f"Recognised by {info.recognised}. In settings.toml, [churn] recognised: {declared['recognised']}.",
    ):
        for name, sentence in RECOGNISED.items():
            told = sentence.format(grace_days=churn_settings.grace_days, inactivity_days=churn_settings.inactivity_days)
            st.markdown(f"{'**In force:** ' if name == info.recognised else ''}`{name}` {told}.")
        st.caption(
            " ".join(
                f"{name} = {getattr(churn_settings, name)}: {declared[name]}."
                for name in ("grace_days", "inactivity_days")
            )
        )

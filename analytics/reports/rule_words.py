"""A retention rule in English: who enters, what counts, what a cell of it holds."""

import itertools

from analytics.metrics.instants import ROLLING_HOURS
from analytics.metrics.rule import RetentionRule


def say_rule(rule: RetentionRule, period: str, basis: str, average: str = "pooled") -> str:
    """How the numbers are counted, in one sentence. basis: as `choose_basis` gives it."""
    measured = "" if rule.measure == "customers" else f"; what counts is {_say_revenue(basis)}, over that of age 0"
    averaged = {
        "pooled": "averages take the customers of all final cohorts together",
        "simple": "averages give every final cohort the same weight",
    }[average]
    return f"{_say_entry(rule, period, basis)} and {_say_return(rule, period, basis)}{measured}; {averaged}."


def _say_entry(rule: RetentionRule, period: str, basis: str) -> str:
    done = _say_doing(rule.start_event, 1, basis)
    clock = f", whose own {period}s{_say_length(period)} run from that instant," if rule.window == "rolling" else ""
    if rule.cohorts == "recurring":
        return f"Customers enter a cohort in every {period} in which they {done}{clock}"
    return f"Customers join a cohort in the {period} in which they first {done}{clock}"


def _say_length(period: str) -> str:
    days = ROLLING_HOURS[period] // 24
    return f" of {days} × 24 hours" if days else ""


def _say_return(rule: RetentionRule, period: str, basis: str) -> str:
    done = _say_doing(rule.return_event, rule.min_occurrences, basis)
    where = {
        "exact": f"in the {period} of that age",
        "on_or_after": f"in the {period} of that age or any later one",
        "on_or_before": f"in any {period} up to that age, the first aside"
        if rule.is_same_event
        else f"in any {period} up to that age",
        "streak": f"in every {period} up to that age",
        "bracket": f"in any {period} of the bracket ({', '.join(name_brackets(rule).values())})",
    }[rule.mode]
    return f"count at an age if they {done} {where}"


def _say_doing(event: str, times: int, basis: str) -> str:
    """What a customer did; `were customers` under the churn definition, any event, or the one that is named."""
    often = {1: "", 2: " twice or more"}.get(times, f" {times} times or more")
    if event:
        return f"had the event {event}{often}"
    if basis == "subscribed":
        return "were customers"
    return f"were active{often}"


def _say_revenue(basis: str) -> str:
    return "what they pay a month at its end" if basis == "subscribed" else "the amounts of their events"


def name_brackets(rule: RetentionRule) -> dict[int, str]:
    """How the ages of a bracket rule are called, by their last age: 3 is `2–3`; empty under other modes."""
    if rule.mode != "bracket":
        return {}
    pairs = itertools.pairwise((0, *rule.brackets))
    return {0: "0"} | {end: str(end) if end == before + 1 else f"{before + 1}–{end}" for before, end in pairs}


def say_cell(rule: RetentionRule, period: str, basis: str, cohort: str, age: int) -> str:
    """Which customers a cell holds, as words after "customers who". cohort: the name of its period."""
    entered = _say_doing(rule.start_event, 1, basis)
    first = "" if rule.cohorts == "recurring" else "first "
    came = f"{first}{entered} in {cohort}"
    done = _say_doing(rule.return_event, rule.min_occurrences, basis)
    named = name_brackets(rule).get(age, str(age))
    where = {
        "exact": f"in {period} {age} after it",
        "on_or_after": f"in {period} {age} after it or later",
        "on_or_before": f"by {period} {age} after it",
        "streak": f"in every {period} up to {period} {age} after it",
        "bracket": f"in {period} {named} after it",
    }[rule.mode]
    return f"{came} and {done} {where}"

"""Dates, definitions and units as people read them on a page."""

import datetime as dt
import re

from analytics.charts.wording import say_within
from analytics.contract.metrics import find_metric
from analytics.store.choices import open_period
from analytics.store.info import BuildInfo
from pages.parts.answers import read

RECOGNISED = {
    "contract_end": "A customer counts as gone on the day the last paid period ends",
    "request": "A customer counts as gone on the day of the request to cancel",
    "grace_end": "A customer counts as gone {grace_days} days after the last paid period ends",
    "inactivity": "A customer counts as gone after {inactivity_days} days without any event",
    "label": "A customer counts as gone where the data says so",
}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}


def say_day(day: dt.date) -> str:
    """`31 Dec 2024`."""
    return f"{day.day} {day:%b %Y}"


def say_recognised(info: BuildInfo) -> str:
    """The churn definition in force, in one sentence."""
    churn = info.settings.churn
    return RECOGNISED[info.recognised].format(grace_days=churn.grace_days, inactivity_days=churn.inactivity_days)


_MARKS = re.compile(r"(?<!\\)([$\[\]<])")


def literal(text: str) -> str:
    """The text with dollar signs, brackets and angles as they are, once: names in it come from anybody's files.

    Two dollar signs would begin and end a formula, brackets a link or a picture.
    """
    return _MARKS.sub(r"\\\1", text)


def currency_sign(info: BuildInfo) -> str:
    """The sign before an amount; the code itself where there is no usual sign."""
    code = info.settings.currency
    return SIGNS.get(code, f"{code} ")


def define(key: str, *, with_source: bool = False) -> str:
    """What a metric means, as declared; with its name, formula and source for the place where numbers are explained."""
    metric = find_metric(key)
    if not with_source:
        return metric.definition
    return f"**{metric.name}.** {metric.definition} Formula: {metric.formula}. From {metric.source}."


def say_open_period(grain: str) -> str:
    """Which period is not over, and when it is complete."""
    period = read(open_period, grain)
    if period is None:
        return f"Every {grain} shown is over."
    name = say_within(period.starts_on, grain)
    return f"Dotted or hatched: {name} is not over; it is complete on {say_day(period.ends_on)}."


def say_what_is_missing(asked: str, tables: str, columns: str) -> str:
    """What cannot be shown, and what to bring so that it can."""
    return f"**{asked}** cannot be shown: this data set has no {tables}. Bring {tables} with {columns}."

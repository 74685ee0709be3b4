"""Dates, definitions and units as people read them on a page."""

import datetime as dt

from analytics.store.info import BuildInfo

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


def currency_sign(info: BuildInfo) -> str:
    """The sign before an amount; the code itself where there is no usual sign."""
    code = info.settings.currency
    return SIGNS.get(code, f"{code} ")

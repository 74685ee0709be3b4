"""One thing that happened with a customer, and the words for amounts, spans of time and names in it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

Moment = dt.date | dt.datetime


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One row of a timeline; `at` and `until` as in `timeline`, dates counting as their midnight."""

    at: Moment
    until: Moment | None = None
    lane: str
    kind: str
    label: str
    value: float | None = None
    source_row: int | None = None

    def row(self) -> tuple[Any, ...]:
        """The thing in the order of the timeline's columns."""
        until = None if self.until is None else _midnight(self.until)
        return _midnight(self.at), until, self.lane, self.kind, self.label, self.value, self.source_row


def say_words(key: str | None) -> str:
    """A key of the data in words: `price_talk` is `price talk`; empty where there is none."""
    return (key or "").replace("_", " ").strip()


def say_money(amount: float) -> str:
    """An amount with its cents, as bills have it."""
    return f"{amount:,.2f}"


def say_count(n: float, noun: str) -> str:
    """`1 day`, `3 days`."""
    return f"{n:,.0f} {noun}{'' if n == 1 else 's'}"


def say_wait(since: Moment, until: Moment) -> str:
    """How long something took: hours up to two days, then days; `less than an hour` below one."""
    hours = (_midnight(until) - _midnight(since)).total_seconds() / 3600
    if hours < 1:
        return "less than an hour"
    return say_count(hours // 1, "hour") if hours < 48 else say_count(hours // 24, "day")


def begin(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _midnight(moment: Moment) -> dt.datetime:
    return moment if isinstance(moment, dt.datetime) else dt.datetime(moment.year, moment.month, moment.day)

"""Retention under every rule by plain loops over customers, cohorts and ages."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from analytics.metrics.rule import RetentionRule

Event = tuple[dt.datetime, str]  # instant in UTC without zone, and name
HOURS = {"hour": 1, "day": 24, "week": 168, "month": 720}


@dataclass(frozen=True)
class Clock:
    """A calendar: the zone, the weekday weeks begin on, and the first and last observed local day."""

    zone: str
    weekday: str
    first_on: dt.date
    as_of: dt.date

    def local(self, instant: dt.datetime) -> dt.datetime:
        return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.zone))

    def start_of(self, instant: dt.datetime, period: str) -> dt.date | dt.datetime:
        """The first day (or, for hours, the first instant) of the period an instant lies in."""
        if period == "hour":
            return instant - dt.timedelta(minutes=self.local(instant).minute)  # India's hours begin at :30 UTC
        return self.start_of_day(self.local(instant).date(), period)

    def start_of_day(self, day: dt.date, period: str) -> dt.date:
        if period == "day":
            return day
        if period == "month":
            return day.replace(day=1)
        while day.weekday() != (0 if self.weekday == "monday" else 6):
            day -= dt.timedelta(days=1)
        return day

    def midnight(self, day: dt.date) -> dt.datetime:
        local = dt.datetime.combine(day, dt.time(), ZoneInfo(self.zone))
        return local.astimezone(dt.UTC).replace(tzinfo=None)

    def periods(self, period: str) -> list[dt.date | dt.datetime]:
        """The starts of all periods from the first observed day to the last."""
        step = dt.timedelta(hours=1)
        instant = self.midnight(self.first_on)
        starts: dict[dt.date | dt.datetime, None] = {}
        while instant < self.midnight(self.as_of + dt.timedelta(days=1)):
            starts.setdefault(self.start_of(instant, period))
            instant += step
        return list(starts)


def count_cells(
    people: list[list[Event]], rule: RetentionRule, period: str, clock: Clock
) -> dict[tuple[int, int], int]:
    """Retained by cohort (its place in the calendar) and age, for every cohort somebody enters and age somebody saw."""
    starts = clock.periods(period)
    place = {start: n for n, start in enumerate(starts)}
    cells: dict[tuple[int, int], int] = {}
    for events in people:
        mine = sorted(event for event in events)
        for cohort, entered_at in enter(mine, rule, period, clock, place):
            back, reached = count_returns(mine, rule, period, clock, place, cohort, entered_at)
            for age, (low, high) in ages_of(rule, len(starts)).items():
                if (high >= reached and rule.window == "rolling") or cohort + low >= len(starts):
                    continue
                cells[cohort, age] = cells.get((cohort, age), 0) + is_retained(rule, back, low, high)
    return cells


def enter(
    mine: list[Event], rule: RetentionRule, period: str, clock: Clock, place: dict
) -> list[tuple[int, dt.datetime]]:
    """The cohorts a customer enters, each with the first instant in it."""
    entries: dict[int, dt.datetime] = {}
    for instant, name in mine:
        if rule.start_event in ("", name):
            entries.setdefault(place[clock.start_of(instant, period)], instant)
    first = list(entries.items())
    return first if rule.cohorts == "recurring" else first[:1]


def count_returns(
    mine: list[Event], rule: RetentionRule, period: str, clock: Clock, place: dict, cohort: int, entered_at: dt.datetime
) -> tuple[set[int], int]:
    """(the ages at which the customer came back, how many ages they have been seen through)."""
    length = dt.timedelta(hours=HOURS[period])
    tally: dict[int, int] = {}
    for instant, name in mine:
        if rule.return_event not in ("", name):
            continue
        if rule.window == "rolling":
            age = (instant - entered_at) // length
        else:
            age = place[clock.start_of(instant, period)] - cohort
        tally[age] = tally.get(age, 0) + 1
    after = clock.midnight(clock.as_of + dt.timedelta(days=1))
    reached = (after - entered_at) // length if rule.window == "rolling" else len(place) - cohort
    return {age for age, n in tally.items() if 0 <= age < reached and n >= rule.min_occurrences}, reached


def ages_of(rule: RetentionRule, n: int) -> dict[int, tuple[int, int]]:
    """The ages of the table: each with the first and the last age it stands for."""
    if not rule.brackets:
        return {age: (age, age) for age in range(n)}
    edges = [0, *rule.brackets]
    return {0: (0, 0)} | {edges[i]: (edges[i - 1] + 1, edges[i]) for i in range(1, len(edges))}


def is_retained(rule: RetentionRule, back: set[int], low: int, high: int) -> bool:
    if rule.mode == "on_or_after":
        return any(age >= high for age in back)
    if rule.mode == "on_or_before":
        first = 1 if rule.is_same_event and high > 0 else 0
        return any(first <= age <= high for age in back)
    if rule.mode == "streak":
        return set(range(high + 1)) <= back
    return any(low <= age <= high for age in back)

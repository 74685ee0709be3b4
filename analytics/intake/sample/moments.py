"""When in its week a thing happens: weekdays and office hours mostly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.intake.sample.draws import Ints, to_choice, to_normal
from analytics.intake.sample.state import Week
from analytics.intake.sample.timeline import DAY_SECONDS

OPENS_AT = 7 * 3600  # sign-ups happen before, everything else after
_CLOSES_AT = 22 * 3600
_BY_WEEKDAY = np.array([0.19, 0.19, 0.18, 0.18, 0.16, 0.05, 0.05])  # Monday first


def repeat_rows(counts: Ints) -> tuple[Ints, Ints]:
    """Each customer's row as often as its count, and the number of the repetition from 0."""
    rows = np.repeat(np.arange(len(counts)), counts)
    slots = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, slots


def moments_of(week: Week, name: str, rows: NDArray[Any], slots: Ints | None = None) -> Ints:
    """An instant of this week for every entry of `rows`, in seconds since day 0."""
    weekday = (week.timeline.first_on.weekday() + week.first_day) % 7
    days = to_choice(week.draw(name + " day", rows, slots), np.roll(_BY_WEEKDAY, -weekday))
    return (week.first_day + days) * DAY_SECONDS + seconds_of_day(week, name, rows, slots)


def seconds_of_day(week: Week, name: str, rows: NDArray[Any], slots: Ints | None = None) -> Ints:
    """A second of the day, about noon."""
    hours = 13.2 + 3.2 * to_normal(week.draw(name + " hour", rows, slots))
    return np.clip(hours * 3600, OPENS_AT + 60, _CLOSES_AT).astype(np.int64)

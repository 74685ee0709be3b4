"""The company's calendar: days counted from its first day, weeks counted so that one ends with the last day of data."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from analytics.contract.errors import UserError
from analytics.intake.sample.draws import Floats, Ints

AS_OF = date(2025, 12, 31)
DAYS_PER_MONTH = 30.4375
DAY_SECONDS = 86_400
MIN_MONTHS = 12
_AHEAD_DAYS = 800
_BEHIND_DAYS = 40
# Business is quiet in August and December and busy in autumn; sign-ups peak after New Year.
_USE_BY_MONTH = np.array([1.0, 1.02, 1.05, 1.0, 1.0, 0.97, 0.88, 0.8, 1.05, 1.08, 1.05, 0.82])
_JOIN_BY_MONTH = np.array([1.3, 1.1, 1.1, 1.0, 0.95, 0.9, 0.75, 0.7, 1.15, 1.2, 1.05, 0.75])
_LEAVE_BY_MONTH = np.array([0.18, 0.0, 0.0, 0.0, 0.0, 0.0, -0.1, -0.1, 0.0, 0.0, 0.0, 0.1])
_MONTHLY_GROWTH = 0.012
_LAUNCH_SHARE = 0.12


@dataclass(frozen=True)
class Timeline:
    """`months` calendar months up to AS_OF; day 0 is the first of them, week `n_steps` begins the day after AS_OF."""

    months: int
    first_on: date = field(init=False)
    n_days: int = field(init=False)
    n_steps: int = field(init=False)
    month_index: Ints = field(init=False, repr=False)
    after_month: Ints = field(init=False, repr=False)
    after_year: Ints = field(init=False, repr=False)
    incident: tuple[int, int] = field(init=False)  # first day, and the day after the last

    def __post_init__(self) -> None:
        if self.months < MIN_MONTHS:
            raise UserError(f"{self.months} months are too few.", "--months", f"Ask for at least {MIN_MONTHS}.")
        first = np.datetime64(AS_OF + timedelta(days=1), "M") - self.months
        n_days = int((np.datetime64(AS_OF) + 1 - first.astype("datetime64[D]")).astype(int))
        days = first.astype("datetime64[D]") + np.arange(-_BEHIND_DAYS, n_days + _AHEAD_DAYS)
        months = days.astype("datetime64[M]")
        day_of_month = np.minimum((days - months.astype("datetime64[D]")).astype(int), 27)
        values = {
            "first_on": first.astype("datetime64[D]").astype(object),
            "n_days": n_days,
            "n_steps": -(-n_days // 7),
            "month_index": months.astype(int) % 12,
            "after_month": _shift(months, day_of_month, 1, first),
            "after_year": _shift(months, day_of_month, 12, first),
            "incident": _middle_quarter(first, n_days),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def first_day(self, step: int) -> int:
        """The first day of a week; week 0 may begin some days before day 0."""
        return self.n_days - 7 * (self.n_steps - step)

    def step_of(self, day: int) -> int:
        """The week a day lies in."""
        return (day - self.first_day(0)) // 7

    def next_bill(self, days: Ints, term_months: Ints) -> Ints:
        """The same day of the next month or year (28th at the latest)."""
        return np.where(term_months == 12, self.after_year[days + _BEHIND_DAYS], self.after_month[days + _BEHIND_DAYS])

    def date_of(self, day: int) -> date:
        """The date of a day number."""
        return self.first_on + timedelta(days=day)

    def use_level(self, step: int) -> float:
        """Seasonal factor on how much customers do."""
        return float(_USE_BY_MONTH[self.month_index[self.first_day(step) + _BEHIND_DAYS]])

    def leaving_level(self, step: int) -> float:
        """Seasonal term of the log-odds of leaving."""
        return float(_LEAVE_BY_MONTH[self.month_index[self.first_day(step) + _BEHIND_DAYS]])

    def join_days(self, shares: Floats) -> Ints:
        """Sign-up days at these shares of all sign-ups: a launch month, then growth, seasons, few at weekends."""
        days = np.arange(self.n_days)
        weekday = (days + self.first_on.weekday()) % 7
        weights = (1 + _MONTHLY_GROWTH) ** (days / DAYS_PER_MONTH) * np.where(weekday < 5, 1.0, 0.3)
        weights = weights * _JOIN_BY_MONTH[self.month_index[days + _BEHIND_DAYS]]
        launch = days < 28
        weights = np.where(
            launch, _LAUNCH_SHARE * weights / weights[launch].sum(), weights * 0.88 / weights[~launch].sum()
        )
        return np.searchsorted(np.cumsum(weights) / weights.sum(), shares).clip(0, self.n_days - 1)

    def window(self, start_share: float, end_share: float) -> tuple[int, int]:
        """First day and day after the last of a stretch of the history."""
        return int(self.n_days * start_share), int(self.n_days * end_share)


def _shift(months: np.ndarray, day_of_month: np.ndarray, by: int, first: np.datetime64) -> Ints:
    """Day numbers `by` months later, same day of the month."""
    shifted = (months + by).astype("datetime64[D]") + day_of_month
    numbers: Ints = (shifted - first.astype("datetime64[D]")).astype(np.int64)
    return numbers


def _middle_quarter(first: np.datetime64, n_days: int) -> tuple[int, int]:
    """The calendar quarter in the middle of the history."""
    day_0 = first.astype("datetime64[D]")
    month = (day_0 + int(n_days * 0.52)).astype("datetime64[M]")
    quarter = month - int(month.astype(int) % 3)
    start, end = (int((day.astype("datetime64[D]") - day_0).astype(int)) for day in (quarter, quarter + 3))
    return start, end

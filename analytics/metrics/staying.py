"""How likely a customer of a given age is to stay, day by day, and what a month's margin is worth while they do."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.metrics.kaplan_meier import estimate_survival
from analytics.metrics.likelihood import Floats

DAYS_PER_MONTH = 365.25 / 12
_TAIL_DAYS = 365  # a full year, so that yearly renewals weigh in as they do in life
Days = NDArray[np.int64]


@dataclass(frozen=True)
class Staying:
    """ln S(day) and Greenwood's variance of each day's step, as far as enough customers were watched.

    After that: departures per customer-day (`tail_rate`), known from `tail_events` departures.
    """

    log_share: Floats
    variance: Floats
    tail_rate: float
    tail_events: float

    @property
    def last_day(self) -> int:
        """The last day of being a customer on which enough were still watched."""
        return len(self.log_share) - 1

    def log_share_at(self, days: Days) -> Floats:
        """ln S at these days, the tail's rate applied after the last day watched."""
        return self.log_share[np.minimum(days, self.last_day)] - self.tail_rate * self.tail_days(days)

    def tail_days(self, days: Days) -> Days:
        """How many of these days lie after the last one watched."""
        return np.maximum(days - self.last_day, 0)


def estimate_staying(stays: pl.DataFrame, at_least: int) -> Staying | None:
    """Kaplan–Meier by day over time, events, censored (customers), as long as `at_least` of them are at risk.

    After that, the departures per customer-day of the last year watched (of all time when there were none in
    it). None when fewer than `at_least` left at all.
    """
    if stays.is_empty() or float(stays["events"].sum()) < at_least:
        return None
    curve = estimate_survival(stays.with_columns(group=pl.lit("all"))).filter(pl.col("at_risk") >= at_least)
    times = curve["time"].cast(pl.Int64).to_numpy()
    at_risk, left = (curve[name].to_numpy() for name in ("at_risk", "events"))
    stayed = np.maximum(at_risk - left, 0.5)  # half a customer stands for nobody: its logarithm exists
    steps, variance, departures = (np.zeros(times[-1] + 1) for _ in range(3))
    steps[times], variance[times], departures[times] = np.log(stayed / at_risk), left / (at_risk * stayed), left
    watched = at_risk[np.searchsorted(times, np.arange(times[-1] + 1))]
    rate, events = _tail(departures, watched)
    return Staying(np.cumsum(steps), variance, rate, events)


def _tail(departures: Floats, watched: Floats) -> tuple[float, float]:
    """Departures per customer-day of the last year watched, and how many there were."""
    window = slice(-_TAIL_DAYS, None) if departures[-_TAIL_DAYS:].sum() else slice(None)
    events = float(departures[window].sum())
    return events / float(watched[window].sum()), events


@dataclass(frozen=True)
class Ahead:
    """The months ahead of customers of several ages: `share[age, month]` is the discounted probability of still being
    here at the month's end.
    """

    staying: Staying
    ages: Days
    ends: Days
    share: Floats
    most: float  # the sum over the months if nobody ever left

    @property
    def months(self) -> Floats:
        """Discounted months expected of one customer, by age."""
        return np.asarray(self.share.sum(axis=1))

    def variance(self) -> Floats:
        """Variance of `months`, by the delta method over the steps of the curve and the tail's rate."""
        known = np.cumsum(self.staying.variance)[np.minimum(self.ends, self.staying.last_day)]
        begin = np.cumsum(self.staying.variance)[np.minimum(self.ages, self.staying.last_day)]
        steps = np.diff(known, axis=1, prepend=begin[:, None])
        later = np.cumsum(self.share[:, ::-1], axis=1)[:, ::-1]
        return np.asarray((steps * later**2).sum(axis=1)) + self._tail_slopes() ** 2 * self._tail_variance()

    def variance_of_sum(self, weights: Floats) -> float:
        """Variance of Σ weight × months over the ages: all of them hang on one curve, and err together."""
        last = self.staying.last_day
        slopes = np.zeros(last + 2)
        worth = weights[:, None] * self.share
        np.add.at(slopes, np.minimum(self.ages, last)[:, None] + 1 + np.zeros_like(self.ends), worth)
        np.subtract.at(slopes, np.minimum(self.ends, last) + 1, worth)
        on_days = np.cumsum(slopes)[: last + 1]
        tail = float(weights @ self._tail_slopes()) ** 2 * self._tail_variance()
        return float(on_days**2 @ self.staying.variance) + tail

    def _tail_slopes(self) -> Floats:
        days = self.staying.tail_days(self.ends) - self.staying.tail_days(self.ages)[:, None]
        return np.asarray((self.share * days).sum(axis=1))

    def _tail_variance(self) -> float:
        return self.staying.tail_rate**2 / self.staying.tail_events


def look_ahead(staying: Staying, ages: Days, horizon: int, discount_rate: float) -> Ahead:
    """The next `horizon` months of customers who have been here for `ages` days, discounted at a yearly rate.

    S(age + month) ÷ S(age) ÷ (1 + d)^(month ÷ 12) at the end of each month of 365.25 ÷ 12 days.
    """
    month = np.arange(1, horizon + 1)
    ends = ages[:, None] + np.rint(month * DAYS_PER_MONTH).astype(np.int64)
    factors = (1 + discount_rate) ** (-month / 12)
    share = factors * np.exp(staying.log_share_at(ends) - staying.log_share_at(ages)[:, None])
    return Ahead(staying, ages, ends, share, float(factors.sum()))

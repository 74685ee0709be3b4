"""What one sign is worth: its alarms against customers at risk on the same days, counted by intervals of days."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, ndtr

from analytics.metrics.intervals import Z, garwood
from analytics.metrics.signals_episodes import Flags, Ints, Spells, Stays

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a sign's alarms were followed by. Shares are fractions, times days; None where nothing can be said.

    `n_expected` is the number of departures there would have been among the alarms at the rate of customers at risk on
    the same days; `leads` the days from alarm to departure of the alarms that were right.
    """

    n_alarms: int
    n_customers: int
    n_right: int
    n_left_in_gap: int
    n_expected: float
    on_share: float | None
    churn_without: float | None
    lift: float | None
    low: float | None
    high: float | None
    p_value: float | None
    leads: Ints
    n_departures: int
    n_foreseen: int


@dataclass(frozen=True, kw_only=True)
class Background:
    """The customers at risk, whatever the sign: per day how many, and the days before each stay's departure."""

    stays: Stays
    before: Ints  # first day on which the departure counts as churn of the window, per stay
    before_until: Ints  # the day after the last such day
    at_risk: Ints  # customers, per day
    leaving: Ints  # of them, how many leave within the window

    @property
    def n_days(self) -> int:
        """How many days the data have."""
        return self.stays.n_days


def lay_background(whole: Stays, observed_days: int = 0) -> Background:
    """The customers at risk on every day, and how many of them leave from gap + 1 to gap + horizon days after it.

    Only days of a stay after its first `observed_days` count.
    """
    stays = replace(whole, start=np.minimum(whole.start + observed_days, whole.end))
    reach = stays.gap_days + stays.horizon_days
    before = np.clip(stays.end - reach, stays.start, stays.end)
    until = np.where(stays.is_over, np.clip(stays.end - stays.gap_days, stays.start, stays.end), before)
    return Background(
        stays=stays,
        before=before,
        before_until=until,
        at_risk=_count(stays.start, stays.end, stays.n_days),
        leaving=_count(before, until, stays.n_days),
    )


def measure_sign(background: Background, spells: Spells) -> Worth:
    """What the alarms of a sign tell.

    An alarm on day t is right when its customer leaves in (t + gap, t + gap + horizon]; only alarms are judged whose
    window is seen to its end and on whose day somebody else is at risk without the sign. `churn_without` is the share
    of those others who leave in the same window, each day weighing by its alarms; lift = share of right alarms ÷
    `churn_without`. Its interval is exp(ln lift ± 1.96 · se), se from the influence of every customer, as alarm and as
    one of the others (a sandwich by customer); without a right alarm, Garwood's upper limit ÷ expected. The p-value is
    the larger of that interval's and of a binomial test of the right alarms against `churn_without`.
    """
    stays, end = background.stays, background.stays.end[spells.stay]
    others, leaving = _without(background, spells)
    is_judged = (spells.began <= stays.last_followed) & (others[np.minimum(spells.began, stays.n_days - 1)] > 0)
    judged, days = spells.stay[is_judged], spells.began[is_judged]
    ahead = stays.end[judged] - days
    is_right = stays.is_over[judged] & (ahead > stays.gap_days) & (ahead <= stays.gap_days + stays.horizon_days)
    rates = np.divide(leaving, others, out=np.zeros(stays.n_days), where=others > 0)
    n_expected = float(rates[days].sum())
    se = _error_of_log_lift(background, spells, judged, days, is_right, rates, others)
    lift, low, high, p_value = _lift(len(days), int(is_right.sum()), n_expected, se)
    followed = slice(0, max(stays.last_followed + 1, 0))
    n_at_risk = int(background.at_risk[followed].sum())
    n_departures, n_foreseen = _count_foreseen(stays, spells, end)
    return Worth(
        n_alarms=len(days),
        n_customers=len(np.unique(stays.customer[judged])),
        n_right=int(is_right.sum()),
        n_left_in_gap=int((stays.is_over[judged] & (ahead <= stays.gap_days)).sum()),
        n_expected=n_expected,
        on_share=float((background.at_risk - others)[followed].sum() / n_at_risk) if n_at_risk else None,
        churn_without=n_expected / len(days) if len(days) else None,
        lift=lift,
        low=low,
        high=high,
        p_value=p_value,
        leads=ahead[is_right],
        n_departures=n_departures,
        n_foreseen=n_foreseen,
    )


def _without(background: Background, spells: Spells) -> tuple[Ints, Ints]:
    """Per day: customers at risk on whom the sign is off, and how many of them leave within the window."""
    on = _count(spells.began, spells.until, background.n_days)
    first, until = _overlap(background, spells)
    return background.at_risk - on, background.leaving - _count(first, until, background.n_days)


def _overlap(background: Background, spells: Spells) -> tuple[Ints, Ints]:
    """The days of each spell on which its stay's departure counts; empty where `until` is not after the first."""
    first = np.maximum(spells.began, background.before[spells.stay])
    return first, np.maximum(first, np.minimum(spells.until, background.before_until[spells.stay]))


def _error_of_log_lift(
    background: Background, spells: Spells, judged: Ints, days: Ints, is_right: Flags, rates: Floats, others: Ints
) -> float:
    """The standard error of ln lift from each customer's influence; nan where lift is 0 or undefined."""
    n_right, n_expected = int(is_right.sum()), float(rates[days].sum())
    if not n_right or not n_expected:
        return float("nan")
    alarms = np.bincount(days, minlength=background.n_days)
    weights = np.divide(alarms, others, out=np.zeros(background.n_days), where=others > 0)
    customer = background.stays.customer
    own = np.bincount(
        customer[judged], weights=is_right / n_right - rates[days] / n_expected, minlength=customer.max() + 1
    )
    as_other = _pull_of_others(background, spells, weights, rates)
    influence = own - np.bincount(customer, weights=as_other, minlength=customer.max() + 1) / n_expected
    n_clusters = len(np.unique(customer[judged]))
    return float(np.sqrt((influence**2).sum() * n_clusters / max(n_clusters - 1, 1)))


def _pull_of_others(background: Background, spells: Spells, weights: Floats, rates: Floats) -> Floats:
    """Per stay, over its days at risk without the sign: the sum of weight · (leaves within the window − the rate)."""
    stays = background.stays
    heavy, usual = _running(weights), _running(weights * rates)
    whole = (heavy[background.before_until] - heavy[background.before]) - (usual[stays.end] - usual[stays.start])
    first, until = _overlap(background, spells)
    with_sign = (heavy[until] - heavy[first]) - (usual[spells.until] - usual[spells.began])
    return whole - np.bincount(spells.stay, weights=with_sign, minlength=len(stays.start))


def _lift(
    n_alarms: int, n_right: int, n_expected: float, se: float
) -> tuple[float | None, float | None, float | None, float | None]:
    """lift, low, high, p-value; all None where nobody without the sign leaves."""
    if not n_alarms or not n_expected:
        return None, None, None, None
    base = n_expected / n_alarms
    at_least = bdtrc(n_right - 1, n_alarms, base) if n_right else 1.0
    by_count = min(1.0, 2 * min(bdtr(n_right, n_alarms, base), at_least))
    if not n_right:
        return 0.0, 0.0, float(garwood([0], [n_expected])[1][0]), by_count
    lift = n_right / n_expected
    by_customer = 2 * ndtr(-abs(np.log(lift)) / se) if se else 1.0
    return lift, lift * float(np.exp(-Z * se)), lift * float(np.exp(Z * se)), float(max(by_count, by_customer))


def _count_foreseen(stays: Stays, spells: Spells, end: Ints) -> tuple[int, int]:
    """Departures, and how many had an alarm from gap + horizon to gap + 1 days before."""
    ahead = end - spells.began
    is_ahead = stays.is_over[spells.stay] & (ahead > stays.gap_days) & (ahead <= stays.gap_days + stays.horizon_days)
    return int(stays.is_over.sum()), len(np.unique(spells.stay[is_ahead]))


def _count(first: Ints, until: Ints, n_days: int) -> Ints:
    """How many intervals [first, until) cover each day."""
    turns = np.bincount(first, minlength=n_days + 1) - np.bincount(until, minlength=n_days + 1)
    return np.cumsum(turns)[:n_days]


def _running(values: Floats) -> Floats:
    """Sums of the values before each day: `running[b] − running[a]` is the sum over [a, b)."""
    return np.concatenate([[0.0], np.cumsum(values)])

"""True hazards per journey stage: each customer-day has one stage, by the definitions the product ships with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.contract.settings import Stages
from analytics.contract.stages import JOURNEY
from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats, Ints
from analytics.intake.sample.process import History
from analytics.intake.sample.state import PAID, Log
from analytics.intake.sample.timeline import DAY_SECONDS, DAYS_PER_MONTH, Timeline
from analytics.intake.sample.use import EVENTS

_ONBOARDING, _ADOPTION, _ESCALATION, _RENEWAL = range(len(JOURNEY))
_AWAY = -1


@dataclass
class StageSums:
    """Expected departures and customer-days per stage, in the order of JOURNEY; blocks add up."""

    expected: Floats
    days: Floats

    def __add__(self, other: "StageSums") -> "StageSums":
        return StageSums(self.expected + other.expected, self.days + other.days)

    def rates(self) -> dict[str, float]:
        """Churn per customer-month in each stage."""
        return {
            stage: float(e / (d / DAYS_PER_MONTH))
            for stage, e, d in zip(JOURNEY, self.expected, self.days, strict=True)
            if d
        }

    def months(self) -> dict[str, float]:
        """Customer-months spent in each stage."""
        return {stage: float(d / DAYS_PER_MONTH) for stage, d in zip(JOURNEY, self.days, strict=True)}


def no_stage_sums() -> StageSums:
    """Nothing yet."""
    return StageSums(np.zeros(len(JOURNEY)), np.zeros(len(JOURNEY)))


def sum_stages(timeline: Timeline, history: History, rules: Stages) -> StageSums:
    """Expected departures and exposure per stage of a block, over the days customers were there and paying.

    A stay shorter than the dwell belongs to the stage before it, unless the customer leaves from it: so a departure
    counts for the stage of its day.
    """
    stages = stages_of_days(timeline, history, rules)
    hazards, smooth = _daily_hazards(timeline, history), keep_long_runs(stages, rules.dwell_days)
    sums = no_stage_sums()
    for stage in range(len(JOURNEY)):
        sums.days[stage] = (smooth == stage).sum()
        sums.expected[stage] = hazards[stages == stage].sum(dtype=np.float64)
    return sums


def _cover(timeline: Timeline, n: int, rows: Ints, from_days: Ints, until_days: Ints) -> Flags:
    """(customers, days): whether the day lies in one of the customer's intervals (end exclusive)."""
    edges = np.zeros((n, timeline.n_days + 1), np.int16)
    np.add.at(edges, (rows, np.clip(from_days, 0, timeline.n_days)), 1)
    np.add.at(edges, (rows, np.clip(np.maximum(until_days, from_days), 0, timeline.n_days)), -1)
    covered: Flags = np.cumsum(edges[:, :-1], axis=1, dtype=np.int16) > 0
    return covered


def _paid_days(timeline: Timeline, history: History) -> Flags:
    changes = history.log.columns("changes")
    is_main = changes["line"] == 0
    rows, days, status = (changes[name][is_main] for name in ("row", "day", "status"))
    order = np.lexsort((np.arange(len(rows)), days, rows))
    rows, days, is_paid = rows[order], days[order], status[order] == PAID
    has_next = np.append(rows[1:] == rows[:-1], False)
    until = np.where(has_next, np.append(days[1:], 0), timeline.n_days)
    return _cover(timeline, len(history.customers.numbers), rows[is_paid], days[is_paid], until[is_paid])


def stages_of_days(timeline: Timeline, history: History, rules: Stages) -> NDArray[np.int8]:
    """(customers, days): index into JOURNEY by precedence, _AWAY on days that were not paid for."""
    n, log = len(history.customers.numbers), history.log
    is_paid = _paid_days(timeline, history)
    stages = np.full((n, timeline.n_days), _ADOPTION, np.int8)
    joined_on = np.where(is_paid.any(axis=1), is_paid.argmax(axis=1), timeline.n_days)
    onboarded_on = np.minimum(_onboarded_on(log, n, rules), joined_on + rules.onboarding_days)
    stages[_cover(timeline, n, np.arange(n), joined_on, onboarded_on)] = _ONBOARDING
    stages[_cover(timeline, n, *_renewal_spans(timeline, log, rules))] = _RENEWAL
    stages[_cover(timeline, n, *_escalation_spans(log, rules))] = _ESCALATION
    stages[~is_paid] = _AWAY
    return stages


def _onboarded_on(log: Log, n: int, rules: Stages) -> Ints:
    events = log.columns("events")
    n_needed = int(np.ceil(rules.onboarding_share * rules.onboarding_steps - 1e-9))
    is_value = events["name"] == EVENTS.index("first_value")
    ends = is_value | ((events["name"] == EVENTS.index("onboarding_step")) & (events["number"] >= n_needed))
    first = np.full(n, 10**6)
    np.minimum.at(first, events["row"][ends], events["at"][ends] // DAY_SECONDS)
    return first


def _renewal_spans(timeline: Timeline, log: Log, rules: Stages) -> tuple[Ints, Ints, Ints]:
    changes, bills = log.columns("changes"), log.columns("invoices")
    is_term = (
        (changes["line"] == 0) & (changes["status"] == PAID) & (changes["term_months"] >= rules.renewal_min_term_months)
    )
    ends = changes["renews_on"][is_term]
    is_failed = bills["failed_attempts"] > 0
    due_on = bills["due_on"][is_failed]
    paid_on = np.where(bills["paid_at"] >= 0, bills["paid_at"] // DAY_SECONDS, timeline.n_days)[is_failed]
    paid_on = np.minimum(paid_on, due_on + rules.failed_payment_days)
    rows = np.concatenate([changes["row"][is_term], bills["row"][is_failed]])
    return (
        rows,
        np.concatenate([ends - rules.renewal_days, due_on]),
        np.concatenate([ends, paid_on]),
    )


def _escalation_spans(log: Log, rules: Stages) -> tuple[Ints, Ints, Ints]:
    tickets = log.columns("tickets")
    priorities = [world.PRIORITIES.index(name) for name in rules.escalation_priorities if name in world.PRIORITIES]
    is_urgent, was_escalated = np.isin(tickets["priority"], priorities), tickets["escalated_at"] >= 0
    is_closed = tickets["resolved_at"] >= 0
    is_serious = is_urgent | was_escalated | ((tickets["reopened_count"] > 0) & is_closed)
    # a reopening has no date of its own: it is known once the ticket is closed
    begins_at = np.where(
        is_urgent, tickets["at"], np.where(was_escalated, tickets["escalated_at"], tickets["resolved_at"])
    )
    begins_on, closed_on = begins_at[is_serious] // DAY_SECONDS, tickets["resolved_at"][is_serious] // DAY_SECONDS
    longest = begins_on + rules.escalation_days
    ends_on = np.where(is_closed[is_serious], np.minimum(closed_on + rules.cooldown_days, longest), longest)
    return tickets["row"][is_serious], begins_on, ends_on


def keep_long_runs(stages: NDArray[np.int8], min_days: int) -> NDArray[np.int8]:
    """A run of days shorter than `min_days` takes the stage before it, unless absence or the last day is beside it."""
    n_days = stages.shape[1]
    flat = stages.ravel()
    is_start = np.append(True, flat[1:] != flat[:-1])
    is_start[::n_days] = True
    starts = np.flatnonzero(is_start)
    lengths, run = np.diff(np.append(starts, flat.size)), flat[starts]
    is_edge = (starts % n_days == 0) | ((starts + lengths) % n_days == 0)
    is_beside_absence = (run == _AWAY) | (np.append(_AWAY, run[:-1]) == _AWAY) | (np.append(run[1:], _AWAY) == _AWAY)
    stays = (lengths >= min_days) | is_edge | is_beside_absence
    source = np.maximum.accumulate(np.where(stays, np.arange(len(starts)), 0))
    return np.repeat(run[source], lengths).reshape(stages.shape)


def _daily_hazards(timeline: Timeline, history: History) -> NDArray[np.float32]:
    """(customers, days): probability that the day is the last one, given being there on it."""
    n_steps = timeline.n_steps
    evenly = np.repeat(history.evenly.T, 7, axis=1)
    within = np.tile(np.arange(7, dtype=np.float32), n_steps)
    daily = evenly / (7 - evenly * within)
    skipped = 7 * n_steps - timeline.n_days
    steps, rows = np.nonzero(history.at_term)
    days = history.term_days[steps, rows] - 1 + skipped
    daily[rows, days] = 1 - (1 - daily[rows, days]) * (1 - history.at_term[steps, rows])
    return daily[:, skipped:]

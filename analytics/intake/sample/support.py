"""Service: requests, how long the first answer takes, what becomes of them, and how customers feel about it."""

from dataclasses import dataclass

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats, Ints, to_choice, to_normal, to_poisson
from analytics.intake.sample.hazard import flag_stages
from analytics.intake.sample.moments import moments_of, repeat_rows
from analytics.intake.sample.state import Week
from analytics.intake.sample.timeline import DAY_SECONDS

_PER_WEEK = np.array([0.06, 0.064, 0.07])  # by segment
_MOST_IN_A_WEEK = 3
_FOLLOW_UPS = 2.8  # requests breed requests: the rate in the two weeks after one
_INCIDENT_REQUESTS = 2.4
_ESCALATION_DAYS_AFTER_CLOSE = 14


@dataclass(frozen=True, kw_only=True)
class Requests:
    """The tickets of one week."""

    rows: Ints
    slots: Ints
    opened_at: Ints
    priority: Ints
    category: Ints
    hours: Floats  # to the first response
    days: Floats  # to the solution
    is_escalated: Flags
    reopened: Ints
    satisfaction: Ints  # 0: not rated


def serve_requests(week: Week) -> None:
    """Advance service by one week and write its tickets."""
    state, stage = week.state, flag_stages(week)
    is_hit = stage.is_adopting & week.is_incident
    rate = _PER_WEEK[week.customers.segment] * np.exp(0.25 * week.customers.need)
    rate = rate * np.where(stage.is_onboarding, 1.6, 1.0) * np.where(is_hit, _INCIDENT_REQUESTS, 1.0)
    rate = rate * np.where(state.tickets[[week.slot - 1, week.slot - 2]].sum(axis=0) > 0, _FOLLOW_UPS, 1.0)
    counts = np.where(week.is_here, np.minimum(to_poisson(week.draw("requests"), rate), _MOST_IN_A_WEEK), 0)
    requests = _draw_requests(week, counts, is_hit)
    n = len(counts)
    state.tickets[week.slot] = counts
    state.hours[week.slot] = np.bincount(requests.rows, weights=requests.hours, minlength=n)
    _remember(week, requests)
    _write(week, requests)


def _draw_requests(week: Week, counts: Ints, is_hit: Flags) -> Requests:
    rows, slots = repeat_rows(counts)

    def draw(name: str) -> Floats:
        return week.draw(name, rows, slots)

    weights = np.where(is_hit[rows, None], world.INCIDENT_CATEGORY_WEIGHTS, world.CATEGORY_WEIGHTS)
    priority = to_choice(draw("priority"), world.PRIORITY_WEIGHTS)
    load = 0.3 * (week.timeline.use_level(week.step) - 1)
    median = world.RESPONSE_MEDIAN_HOURS[priority] * world.RESPONSE_BY_PLAN[week.state.plan[rows]]
    hours = np.minimum(median * np.exp(load + 0.55 * to_normal(draw("response"))), 96.0)
    reopened = np.where(draw("reopened") < 0.06, 1 + (draw("reopened again") < 0.2), 0)
    felt = (
        4.4
        - 0.055 * np.minimum(hours, 30)
        - 0.9 * reopened
        - 0.25 * week.customers.need[rows]
        + 0.8 * to_normal(draw("felt"))
    )
    return Requests(
        rows=rows,
        slots=slots,
        opened_at=moments_of(week, "request", rows, slots),
        priority=priority,
        category=to_choice(draw("category"), weights),
        hours=hours,
        days=hours / 24
        + np.array([3.0, 2.2, 1.4, 0.9])[priority] * np.exp(0.7 * to_normal(draw("solution"))) * (1 + reopened),
        is_escalated=draw("escalated") < 0.04 + 0.07 * (priority == 3),
        reopened=reopened,
        satisfaction=np.where(draw("rated") < 0.4, np.clip(np.rint(felt), 1, 5), 0).astype(np.int64),
    )


def _remember(week: Week, requests: Requests) -> None:
    """What stays with the customer: the escalation until two weeks after the solution, and the feeling."""
    state = week.state
    is_serious = (requests.priority == 3) | requests.is_escalated | (requests.reopened > 0)
    closed_on = ((requests.opened_at + requests.days * DAY_SECONDS) // DAY_SECONDS).astype(np.int64)
    np.maximum.at(
        state.escalated_until, requests.rows[is_serious], closed_on[is_serious] + _ESCALATION_DAYS_AFTER_CLOSE
    )
    is_rated = requests.satisfaction > 0
    state.negative_step[requests.rows[is_rated & (requests.satisfaction <= 2)]] = week.step
    state.neutral_step[requests.rows[requests.satisfaction == 3]] = week.step


def _write(week: Week, requests: Requests) -> None:
    if week.log is None:
        return
    answered_at = requests.opened_at + (requests.hours * 3600).astype(np.int64)
    solved_at = requests.opened_at + (requests.days * DAY_SECONDS).astype(np.int64)
    week.write(
        "tickets",
        requests.rows,
        requests.opened_at,
        first_response_at=answered_at,
        resolved_at=solved_at,
        escalated_at=np.where(requests.is_escalated, answered_at + (solved_at - answered_at) // 4, -1),
        category=requests.category,
        priority=requests.priority,
        reopened_count=requests.reopened,
        satisfaction=requests.satisfaction,
    )

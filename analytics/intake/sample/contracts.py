"""Contracts: trials, first paid days, changes, pauses, terms that renew, customers who leave and some who return."""

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.customers import TRIAL_DAYS
from analytics.intake.sample.draws import Flags, Floats, Ints
from analytics.intake.sample.hazard import Hazards
from analytics.intake.sample.money import UNCOLLECTIBLE, addon_amount, monthly_amount, write_open_bills
from analytics.intake.sample.people import welcome
from analytics.intake.sample.reasons import draw_reasons
from analytics.intake.sample.state import FAR, GONE, NOT_YET, PAID, PAUSED, TRIAL, Week
from analytics.intake.sample.timeline import DAY_SECONDS

MAIN, ADDON = 0, 1
_PAUSE_RATE = 0.0001  # a week; rare, as a pause counts as leaving and returning
ENDED = -1  # as status of a period: the subscription ends


def begin_stays(week: Week) -> None:
    """Sign-ups, trials that turn into contracts (or do not), and customers who return."""
    state, customers = week.state, week.customers
    end = week.first_day + 7
    is_new = (state.phase == NOT_YET) & (customers.starts_on < end)
    week.lives_from = np.where(is_new, customers.starts_on, week.lives_from)
    on_trial = np.flatnonzero(is_new & customers.has_trial)
    state.phase[on_trial] = TRIAL
    _write_periods(week, on_trial, customers.starts_on[on_trial], TRIAL)
    trial_ends_on = customers.starts_on + TRIAL_DAYS
    is_over = (state.phase == TRIAL) & (trial_ends_on < end)
    lost = np.flatnonzero(is_over & ~customers.converts)
    week.lives_until[lost] = trial_ends_on[lost]
    state.phase[lost] = GONE
    _write_periods(week, lost, trial_ends_on[lost], ENDED)
    returns = (state.phase == GONE) & (state.returns_on < end)
    week.lives_from = np.where(returns, state.returns_on, week.lives_from)
    _begin_paying(week, np.flatnonzero(is_new & ~customers.has_trial), customers.starts_on)
    _begin_paying(week, np.flatnonzero(is_over & customers.converts), trial_ends_on)
    _begin_paying(week, np.flatnonzero(returns), state.returns_on)


def _begin_paying(week: Week, rows: Ints, days: Ints) -> None:
    state, starts_on = week.state, days[rows]
    state.phase[rows] = PAID
    state.paid_on[rows] = starts_on
    state.bills_on[rows] = starts_on
    state.n_stays[rows] += 1
    state.returns_on[rows] = FAR
    is_annual = week.customers.term_months[rows] == 12
    state.renews_on[rows] = np.where(is_annual, week.timeline.next_bill(starts_on, np.full(len(rows), 12)), FAR)
    _write_periods(week, rows, starts_on, PAID)
    welcome(week, rows)


def leave(week: Week, chances: Hazards) -> Flags:
    """Who leaves this week; everything they do ends with the last day. In a possible future nobody does."""
    n = len(week.customers.numbers)
    if week.log is None:
        return np.zeros(n, bool)
    evenly = week.draw("leaves") < chances.evenly
    at_term = ~evenly & (week.draw("leaves at term") < chances.at_term)
    day = np.where(evenly, week.first_day + 1 + (week.draw("leaves on") * 7).astype(np.int64), chances.term_ends_on)
    leaving: Flags = evenly | at_term
    share = chances.by_payment / np.maximum(chances.by_payment + chances.by_choice, 1e-12)
    is_unpaid = evenly & (week.draw("cause") < share)
    rows = np.flatnonzero(leaving)
    week.lives_until[rows] = day[rows]
    _write_departures(week, rows, day[rows], is_unpaid[rows])
    return leaving


def _write_departures(week: Week, rows: Ints, days: Ints, is_unpaid: Flags) -> None:
    state = week.state
    lag = 1 + (week.draw("request lag", rows) * 13).astype(np.int64)
    asked_on = np.maximum(days - lag, state.paid_on[rows])
    asked_at = asked_on * DAY_SECONDS + (9 + 9 * week.draw("request hour", rows)) * 3600
    gap = 21 + (-70 * np.log(week.draw("return gap", rows))).astype(np.int64)
    returns = (week.draw("returns", rows) < world.RETURN_SHARE) & (state.n_stays[rows] == 1)
    state.returns_on[rows] = np.where(returns, days + gap, FAR)
    if week.log is not None:
        week.log.add(
            "departures",
            {
                "row": rows,
                "ended_on": days,
                "reason": draw_reasons(week, rows, is_unpaid),
                "cancel_requested_at": np.where(is_unpaid, -1, asked_at.astype(np.int64)),
                "returned_on": state.returns_on[rows],
            },
        )


def renew_terms(week: Week, leaving: Flags) -> None:
    """Annual terms that end this week and go on for another year, at the discount that was offered."""
    state, end = week.state, week.first_day + 7
    week.renews = (state.phase == PAID) & ~leaving & (state.renews_on > week.first_day) & (state.renews_on <= end)
    rows = np.flatnonzero(week.renews)
    days = state.renews_on[rows]
    state.renews_on[rows] = week.timeline.next_bill(days, np.full(len(rows), 12))
    state.discount[rows] = np.maximum(state.discount[rows], state.offered[rows])
    state.offered[rows] = 0
    _write_periods(week, rows, days, PAID)


def finish_week(week: Week, leaving: Flags) -> None:
    """Changes of plan and seats, pauses; and those who left are gone."""
    _change(week, leaving)
    _pause(week, leaving)
    rows, state = np.flatnonzero(leaving), week.state
    write_open_bills(week, rows[state.dunning[rows] > 0], -1, UNCOLLECTIBLE)
    _write_periods(week, rows, week.lives_until[rows], ENDED)
    _write_addons(week, rows[state.addon_seats[rows] > 0], week.lives_until, ENDED)
    state.phase[rows] = GONE
    state.dunning[rows] = 0
    for name in ("addon_seats", "discount", "offered", "decline"):
        getattr(state, name)[rows] = 0


def _change(week: Week, leaving: Flags) -> None:
    """More or fewer seats, another plan, a monthly discount that begins, an add-on that begins or ends."""
    state = week.state
    is_free = (state.phase == PAID) & ~leaving & ~week.renews & (week.first_day - state.paid_on > 14)
    luck = week.draw("change")
    more, fewer = luck < 0.0045, (luck > 0.998) & (state.seats > 1)
    better = (week.draw("better plan") < 0.0012) & (state.plan < 2)
    begins = (state.offered > 0) & (week.customers.term_months == 1)
    changes = is_free & (more | fewer | better | begins)
    state.seats = np.where(is_free & more, state.seats + 1 + state.seats // 5, state.seats)
    state.seats = np.where(is_free & fewer, np.maximum(state.seats * 4 // 5, 1), state.seats)
    state.plan = np.where(is_free & better, state.plan + 1, state.plan)
    state.discount = np.where(is_free & begins, state.offered, state.discount)
    state.offered = np.where(is_free & begins, 0.0, state.offered)
    rows = np.flatnonzero(changes)
    _write_periods(week, rows, week.first_day + (week.draw("change day", rows) * 7).astype(np.int64), PAID)
    _change_addons(week, is_free & (week.first_day - state.paid_on > 60))


def _change_addons(week: Week, is_free: Flags) -> None:
    """An add-on begins or ends; it moves money only, so a possible future does without."""
    if week.log is None:
        return
    state, luck = week.state, week.draw("add-on")
    begins = np.flatnonzero(is_free & (state.addon_seats == 0) & (luck < 0.002))
    ends = np.flatnonzero(is_free & (state.addon_seats > 0) & (luck > 0.996))
    days = week.first_day + (week.draw("add-on day") * 7).astype(np.int64)
    state.addon_seats[begins] = 1 + state.seats[begins] // 3
    _write_addons(week, begins, days, PAID)
    _write_addons(week, ends, days, ENDED)
    state.addon_seats[ends] = 0


def _pause(week: Week, leaving: Flags) -> None:
    """Pauses begin and end with a week."""
    state, end = week.state, week.first_day + 7
    resumes = np.flatnonzero((state.phase == PAUSED) & (state.pause_ends_on <= end))
    is_free = (
        (state.phase == PAID)
        & ~leaving
        & (week.customers.term_months == 1)
        & (state.dunning == 0)
        & (end - state.paid_on > 40)
    )
    pauses = np.flatnonzero(is_free & (week.draw("pause") < _PAUSE_RATE))
    state.phase[resumes] = PAID
    state.bills_on[resumes] = np.maximum(state.bills_on[resumes], end)
    _write_periods(week, resumes, np.full(len(resumes), end), PAID)
    state.phase[pauses] = PAUSED
    state.pause_ends_on[pauses] = end + 7 * (4 + (week.draw("pause weeks", pauses) * 5).astype(np.int64))
    _write_periods(week, pauses, np.full(len(pauses), end), PAUSED)


def _write_periods(week: Week, rows: Ints, days: Ints, status: int) -> None:
    amounts: Floats = monthly_amount(week, rows) if status == PAID else np.zeros(len(rows))
    _write_change(week, MAIN, rows, days, status, amounts)


def _write_addons(week: Week, rows: Ints, days: Ints, status: int) -> None:
    _write_change(week, ADDON, rows, days[rows], status, addon_amount(week, rows))


def _write_change(week: Week, line: int, rows: Ints, days: Ints, status: int, amounts: Floats) -> None:
    """What holds for a subscription from `days` on, until its next change."""
    if week.log is None:
        return
    state, customers, n = week.state, week.customers, len(rows)
    columns = {
        "row": rows,
        "line": np.full(n, line),
        "stay": state.n_stays[rows],
        "day": days,
        "status": np.full(n, status),
        "mrr": amounts,
        "plan": state.plan[rows],
        "term_months": customers.term_months[rows],
        "renews_on": state.renews_on[rows],
        "discount_share": state.discount[rows],
    }
    week.log.add("changes", columns)

"""Bills and payments: what is due, what fails, how it is collected, and the test of smarter retries."""

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats, Ints
from analytics.intake.sample.moments import OPENS_AT, seconds_of_day
from analytics.intake.sample.people import KINDS, write_touches
from analytics.intake.sample.state import NEVER, PAID, Week
from analytics.intake.sample.timeline import DAY_SECONDS

PAID_STATUS, OPEN, UNCOLLECTIBLE = range(3)
RETRY_WINDOW = (0.30, 0.75)  # shares of the history
_ADDON_SEAT_PRICE = 8.0


def monthly_amount(week: Week, rows: Ints) -> Floats:
    """MRR of the main subscription: price of the plan x seats, less the discounts for the term and as agreed."""
    state, customers = week.state, week.customers
    amount = world.SEAT_PRICE[state.plan[rows]] * state.seats[rows] * (1 - state.discount[rows])
    price = np.where(customers.term_months[rows] == 12, world.ANNUAL_PRICE, 1.0) * amount
    return np.round(price, 2)


def addon_amount(week: Week, rows: Ints) -> Floats:
    """MRR of the add-on subscription; 0 without one."""
    return (week.state.addon_seats[rows] * _ADDON_SEAT_PRICE).astype(np.float64)


def collect_payments(week: Week, leaving: Flags) -> None:
    """Another week of collecting what failed: paid, or one week nearer the end; then this week's bills."""
    state = week.state
    is_open = (state.dunning > 0) & ~leaving
    chance = np.array(world.RECOVERY)[state.has_retries.astype(int)]
    is_last = state.dunning == world.DUNNING_WEEKS  # who is still here after the last week has paid
    is_collected = is_open & (is_last | (week.draw("collected") < chance))
    rows = np.flatnonzero(is_collected)
    day = week.first_day + (week.draw("collected on", rows) * 7).astype(np.int64)
    day = np.where(is_last[rows], week.first_day + 7, day)  # at risk until the end of the last week
    paid_at = np.maximum(day, state.dunning_due_on[rows] + 1) * DAY_SECONDS + seconds_of_day(week, "collected", rows)
    write_open_bills(week, rows, paid_at, PAID_STATUS)
    state.dunning[is_collected] = 0
    is_waiting = is_open & ~is_collected
    state.dunning += is_waiting
    state.dunning_attempts += is_waiting * np.array(world.RETRIES_PER_WEEK)[state.has_retries.astype(int)]
    _bill(week)


def write_open_bills(week: Week, rows: Ints, paid_at: Ints | int, status: int) -> None:
    """The bill whose payment failed, at last: paid, given up, or still open when the data end."""
    if week.log is None:
        return
    state, n = week.state, len(rows)
    week.log.add(
        "invoices",
        {
            "row": rows,
            "due_on": state.dunning_due_on[rows],
            "paid_at": np.full(n, paid_at) if np.isscalar(paid_at) else np.asarray(paid_at),
            "amount": state.dunning_amount[rows],
            "failed_attempts": state.dunning_attempts[rows],
            "status": np.full(n, status),
        },
    )


def _bill(week: Week) -> None:
    state, customers = week.state, week.customers
    is_due = (state.phase == PAID) & (state.bills_on < np.minimum(week.first_day + 7, week.lives_until))
    rows = np.flatnonzero(is_due)
    due_on, term = state.bills_on[rows], customers.term_months[rows]
    state.bills_on[rows] = week.timeline.next_bill(due_on, term)
    amount = np.round((monthly_amount(week, rows) + addon_amount(week, rows)) * term, 2)
    failure = np.array(world.PAYMENT_FAILURE)[(term == 12).astype(int), customers.method[rows]]
    fails = (week.draw("payment", rows) < failure) & (due_on > state.paid_on[rows]) & (state.dunning[rows] == 0)
    _write_paid(week, rows[~fails], due_on[~fails], amount[~fails])
    failed = rows[fails]
    state.dunning[failed] = 1
    state.dunning_due_on[failed] = due_on[fails]
    state.dunning_amount[failed] = amount[fails]
    state.dunning_attempts[failed] = 1
    _join_experiment(week, failed)


def _write_paid(week: Week, rows: Ints, due_on: Ints, amount: Floats) -> None:
    if week.log is None:
        return
    is_transfer = week.customers.method[rows] == world.METHODS.index("transfer")
    wait = week.draw("payment wait", rows)
    paid_at = due_on * DAY_SECONDS + OPENS_AT + (wait * np.where(is_transfer, 24.0, 0.4) * DAY_SECONDS).astype(np.int64)
    zeros = np.zeros(len(rows), np.int64)
    week.log.add(
        "invoices",
        {
            "row": rows,
            "due_on": due_on,
            "paid_at": paid_at,
            "amount": amount,
            "failed_attempts": zeros,
            "status": zeros + PAID_STATUS,
        },
    )


def _join_experiment(week: Week, failed: Ints) -> None:
    """The first failed payment inside the window: half of the customers get smarter retries from then on."""
    first, last = week.timeline.window(*RETRY_WINDOW)
    state = week.state
    due_on = state.dunning_due_on[failed]
    is_new = (due_on >= first) & (due_on < last) & (state.retries_on[failed] == NEVER) & (state.n_stays[failed] == 1)
    joins = failed[is_new]
    state.retries_on[joins] = due_on[is_new]
    is_treated = week.customers.is_retry_arm[joins]
    state.has_retries[joins] = is_treated
    for arm, kind in ((True, KINDS.index("payment_plan")), (False, KINDS.index("holdout"))):
        members = joins[is_treated == arm]
        write_touches(week, kind, members, 2, np.full(len(members), arm), state.dunning_due_on[members])

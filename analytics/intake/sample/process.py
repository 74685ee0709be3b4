"""The company's process: one week after another, as history (written down) or as a possible future."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analytics.intake.sample.contracts import begin_stays, finish_week, leave, renew_terms
from analytics.intake.sample.customers import Customers
from analytics.intake.sample.draws import Draws
from analytics.intake.sample.hazard import Hazards, hazards
from analytics.intake.sample.money import OPEN, collect_payments, write_open_bills
from analytics.intake.sample.people import ask_customers, change_champions, contact_customers
from analytics.intake.sample.state import Log, State, Week, new_state
from analytics.intake.sample.support import serve_requests
from analytics.intake.sample.timeline import Timeline
from analytics.intake.sample.use import use_product

WEEKS_AFTER = 2  # simulated past the last day, so that announced departures stand in the tables
Visit = Callable[[Week, Hazards], None]


@dataclass(kw_only=True)
class History:
    """What happened to a block of customers: rows for the tables, hazards week by week, states at chosen weeks."""

    customers: Customers
    draws: Draws
    log: Log
    evenly: NDArray[np.float32]  # (weeks, customers): hazard spread over the week
    at_term: NDArray[np.float32]  # (weeks, customers): hazard on the last day of the term
    term_days: NDArray[np.int32]  # (weeks, customers): the day the term ends, as known at the beginning of the week
    states: dict[int, State] = field(default_factory=dict)


def live_week(week: Week) -> Hazards:
    """Advance every customer by one week; returns the true hazards the week began with."""
    chances = hazards(week)
    leaving = leave(week, chances)
    renew_terms(week, leaving)
    begin_stays(week)
    contact_customers(week)
    collect_payments(week, leaving)
    change_champions(week)
    ask_customers(week)
    serve_requests(week)
    use_product(week)
    finish_week(week, leaving)
    return chances


def write_history(timeline: Timeline, draws: Draws, customers: Customers, kept_steps: Iterable[int]) -> History:
    """The company's history, with a copy of the state at the beginning of `kept_steps`."""
    state, kept = new_state(customers), set(kept_steps)
    shape, log = (timeline.n_steps, len(customers.numbers)), Log()
    history = History(
        customers=customers,
        draws=draws,
        log=log,
        evenly=np.zeros(shape, np.float32),
        at_term=np.zeros(shape, np.float32),
        term_days=np.zeros(shape, np.int32),
    )
    for step in range(timeline.n_steps + WEEKS_AFTER):
        if step in kept:
            history.states[step] = state.take(np.arange(len(customers.numbers)))
        week = Week(step=step, timeline=timeline, draws=draws, customers=customers, state=state, log=log)
        if step == timeline.n_steps:
            write_open_bills(week, np.flatnonzero(state.dunning > 0), -1, OPEN)
            state.dunning[:] = 0  # what becomes of them lies after the data
        chances = live_week(week)
        if step < timeline.n_steps:
            history.evenly[step], history.at_term[step] = chances.evenly, chances.at_term
            history.term_days[step] = chances.term_ends_on
    return history


def follow(timeline: Timeline, draws: Draws, customers: Customers, state: State, steps: range, visit: Visit) -> None:
    """A future in which nobody is taken away: `visit` sees every week's hazards. `state` is changed in place."""
    for step in steps:
        week = Week(step=step, timeline=timeline, draws=draws, customers=customers, state=state)
        visit(week, live_week(week))

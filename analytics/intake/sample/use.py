"""Using the product: onboarding steps, first value, features adopted, things done, and slow disengagement."""

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Floats, Ints, to_choice, to_normal, to_poisson
from analytics.intake.sample.moments import moments_of, repeat_rows
from analytics.intake.sample.state import Week

_DRIFT_MEMORY, _DRIFT_NOISE = 0.93, 0.12
_DECLINE_PER_WEEK = 0.2
_DEEPEST_DECLINE = 2.0
_LOGIN_SHARE = 0.34
_WELCOME_BOOST = 2.0
EVENTS = (
    *world.FEATURES,
    "onboarding_step",
    "first_value",
    "credits_bought",
    "newsletter_opened",
    "status_page_viewed",
)
_SIDE_EVENTS = {"newsletter_opened": 0.02, "status_page_viewed": 0.015}  # a week, whoever the customer is
_CREDITS_RATE = 0.008


def use_product(week: Week) -> None:
    """Advance use by one week and write its events."""
    _advance_onboarding(week)
    _advance_engagement(week)
    new_features = _adopt_features(week)
    state = week.state
    level = week.customers.log_use + state.drift - state.decline + np.log(week.timeline.use_level(week.step))
    counts = to_poisson(week.draw("things done"), np.exp(level)).astype(np.int64)
    counts = np.where(week.is_here, np.maximum(counts, new_features), 0)
    state.counts[week.slot] = counts
    _write_use(week, counts, new_features)
    _write_side_events(week)


def _advance_onboarding(week: Week) -> None:
    state, customers = week.state, week.customers
    is_welcomed = customers.is_trained_arm & (state.welcome_on >= 0) & week.recent(state.training_step)
    rate = (
        world.STEP_RATE[customers.segment]
        * world.STEP_BY_CHANNEL[customers.channel]
        * np.where(is_welcomed, _WELCOME_BOOST, 1.0)
    )
    age_weeks = (week.first_day - customers.starts_on) / 7
    rate = np.where(age_weeks < world.MEMORY_WEEKS, rate, rate * 0.12)
    is_step = (
        week.is_here
        & (state.n_steps_done < world.ONBOARDING_STEPS)
        & (week.draw("onboarding step") < np.minimum(rate, 0.9))
    )
    state.n_steps_done += is_step
    rows = np.flatnonzero(is_step)
    _write_events(week, "onboarding step", rows, _named("onboarding_step", rows), state.n_steps_done[rows])
    is_value = week.is_here & ~state.has_value & (state.n_steps_done >= 3) & (week.draw("first value") < 0.3)
    state.has_value |= is_value
    rows = np.flatnonzero(is_value)
    _write_events(week, "first value", rows, _named("first_value", rows))


def _advance_engagement(week: Week) -> None:
    """Use wanders about its own level; now and then a customer begins to drift away, and may come back."""
    state = week.state
    state.drift = _DRIFT_MEMORY * state.drift + _DRIFT_NOISE * to_normal(week.draw("drift"))
    onset = 0.009 * np.exp(0.35 * week.customers.need) * np.where(week.recent(state.champion_left_step), 2.5, 1.0)
    begins = week.is_here & (state.decline == 0) & (week.draw("decline begins") < onset)
    recovers = week.draw("decline ends") < 0.045
    is_declining = (state.decline > 0) & ~recovers
    state.decline = np.where(
        begins | is_declining, np.minimum(state.decline + _DECLINE_PER_WEEK, _DEEPEST_DECLINE), 0.0
    )


def _adopt_features(week: Week) -> Ints:
    state = week.state
    rate = np.where(state.n_features < 4, 0.06, 0.018)
    is_new = week.is_here & (state.n_features < len(world.FEATURES)) & (week.draw("new feature") < rate)
    state.n_features += is_new
    return is_new.astype(np.int64)


def _write_use(week: Week, counts: Ints, new_features: Ints) -> None:
    if week.log is None:
        return
    rows, slots = repeat_rows(counts)
    spread = week.draw("which feature", rows, slots)
    n_features = week.state.n_features[rows]
    used = 1 + ((spread - _LOGIN_SHARE) / (1 - _LOGIN_SHARE) * (n_features - 1)).astype(np.int64)
    used = np.where((spread < _LOGIN_SHARE) | (n_features == 1), 0, used)
    used = np.where((new_features[rows] == 1) & (slots == 0), n_features - 1, used)
    _write_events(week, "use", rows, _own_order(week, rows, used), slots=slots)


def _own_order(week: Week, rows: Ints, used: Ints) -> Ints:
    """The features used: every customer meets the features after the login in an order of its own."""
    n_others = len(world.FEATURES) - 1
    turn = (week.draws.uniform("feature order", rows=rows) * n_others).astype(np.int64)
    turned = 1 + (used - 1 + turn) % n_others
    return np.where(used == 0, 0, turned)


def _named(event: str, rows: Ints) -> Ints:
    return np.full(len(rows), EVENTS.index(event))


def _write_side_events(week: Week) -> None:
    if week.log is None:
        return
    for name, rate in _SIDE_EVENTS.items():
        rows = np.flatnonzero(week.is_here & (week.draw(name) < rate))
        _write_events(week, name, rows, _named(name, rows))
    rows = np.flatnonzero(week.is_here & (week.draw("credits") < _CREDITS_RATE))
    amounts = np.round(
        20
        * np.exp(to_normal(week.draw("credit amount", rows)) * 0.7)
        * world.MEDIAN_SEATS[week.customers.segment[rows]] ** 0.5,
        2,
    )
    _write_events(week, "credits", rows, _named("credits_bought", rows), amounts=amounts)


def _write_events(
    week: Week,
    purpose: str,
    rows: Ints,
    names: Ints,
    steps: Ints | None = None,
    amounts: Floats | None = None,
    slots: Ints | None = None,
) -> None:
    """Event rows; `steps` is the number of the onboarding step (0 = none), `amounts` money (NaN = none)."""
    if week.log is None:
        return
    week.write(
        "events",
        rows,
        moments_of(week, purpose, rows, slots),
        name=names,
        number=np.zeros(len(rows), np.int64) if steps is None else steps,
        amount=np.full(len(rows), np.nan) if amounts is None else amounts,
        source=to_choice(week.draw(purpose + " source", rows, slots), (0.72, 0.17, 0.11)),
    )

"""What a customer is from the first day: visible attributes, the hidden need for help, and the arms drawn for it."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.intake.sample import world
from analytics.intake.sample.draws import Draws, Flags, Floats, Ints, to_choice, to_normal
from analytics.intake.sample.timeline import Timeline

TRIAL_DAYS = 14
_TRIAL_SHARE = 0.14
_CONVERSION = 0.8


@dataclass(frozen=True, kw_only=True)
class Customers:
    """A block of customers, one entry each; codes index the tuples of `world`."""

    numbers: Ints  # from 0, over the whole company
    segment: Ints
    industry: Ints
    country: Ints
    channel: Ints
    method: Ints
    plan: Ints
    seats: Ints
    term_months: Ints
    has_manager: Flags
    need: Floats  # hidden
    starts_on: Ints  # day number
    has_trial: Flags
    converts: Flags
    log_use: Floats
    base_log_odds: Floats
    is_trained_arm: Flags  # welcome_training
    is_retry_arm: Flags  # payment_retries

    def take(self, rows: NDArray[Any]) -> "Customers":
        """Some of the customers."""
        return Customers(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def with_arms(self, *, training: bool | None = None, retries: bool | None = None) -> "Customers":
        """The same customers, all of them in one arm."""
        n = len(self.numbers)
        arms = {"is_trained_arm": training, "is_retry_arm": retries}
        return replace(self, **{name: np.full(n, arm) for name, arm in arms.items() if arm is not None})


def draw_customers(draws: Draws, numbers: Ints, n_customers: int, timeline: Timeline) -> Customers:
    """Customers number `numbers` of a company of `n_customers`; numbers follow the order of sign-up."""

    def choose(name: str, weights: Any) -> Ints:
        return to_choice(draws.uniform(name), weights)

    segment = choose("segment", world.SEGMENT_WEIGHTS)
    channel = choose("channel", world.CHANNEL_WEIGHTS)
    industry = choose("industry", world.INDUSTRY_WEIGHTS)
    plan = choose("plan", np.array(world.PLAN_WEIGHTS)[segment])
    need = to_normal(draws.uniform("need"))
    seats = np.rint(world.MEDIAN_SEATS[segment] * np.exp(0.6 * to_normal(draws.uniform("seats")))).astype(np.int64) + 1
    manager_log_odds = np.array([-2.6, -1.0, 0.6])[segment] + 1.0 * need
    return Customers(
        numbers=numbers,
        segment=segment,
        industry=industry,
        country=choose("country", world.COUNTRY_WEIGHTS),
        channel=channel,
        method=choose("method", np.array(world.METHOD_WEIGHTS)[segment]),
        plan=plan,
        seats=seats,
        term_months=np.where(draws.uniform("term") < world.ANNUAL_SHARE[segment], 12, 1),
        has_manager=draws.uniform("manager") < 1 / (1 + np.exp(-manager_log_odds)),
        need=need,
        starts_on=timeline.join_days((numbers + draws.uniform("join")) / n_customers),
        has_trial=(draws.uniform("trial") < _TRIAL_SHARE) & (segment < 2),
        converts=draws.uniform("converts") < _CONVERSION,
        log_use=np.log(world.USE_PER_WEEK[segment]) + 0.45 * to_normal(draws.uniform("use")),
        base_log_odds=world.BASE_LOG_ODDS
        + world.BY_SEGMENT[segment]
        + world.BY_INDUSTRY[industry]
        + world.BY_CHANNEL[channel],
        is_trained_arm=draws.uniform("welcome_training") < 0.5,
        is_retry_arm=draws.uniform("payment_retries") < 0.5,
    )

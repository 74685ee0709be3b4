"""The law of leaving: each customer's true probability of leaving in one week."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats, Ints
from analytics.intake.sample.state import PAID, Week

ONBOARDING_DAYS = 90
RENEWAL_DAYS = 60
COMPLETION_DONE = 0.8


@dataclass(frozen=True, kw_only=True)
class Hazards:
    """Probabilities of leaving in the week, given being there at its start.

    `by_choice` and `by_payment` are spread evenly over the seven days; `at_term` falls on the day `term_ends_on`.
    """

    by_choice: Floats
    by_payment: Floats
    at_term: Floats
    term_ends_on: Ints

    @property
    def evenly(self) -> Floats:
        """The part that is spread over the week."""
        return 1 - (1 - self.by_choice) * (1 - self.by_payment)


def hazards(week: Week) -> Hazards:
    """True hazards of the coming week, from the state at its start; 0 for customers who are not paying."""
    state, customers = week.state, week.customers
    is_paid = state.phase == PAID
    log_odds = log_odds_of_leaving(week)
    is_annual = customers.term_months == 12
    ends = is_annual & (state.renews_on > week.first_day) & (state.renews_on <= week.first_day + 7)
    retries = np.array(world.RECOVERY)[state.has_retries.astype(int)]
    return Hazards(
        by_choice=np.where(is_paid, _probability(log_odds + world.EFFECTS["early_in_term"] * is_annual), 0.0),
        by_payment=np.where(is_paid & (state.dunning == world.DUNNING_WEEKS), 1 - retries, 0.0),
        at_term=np.where(is_paid & ends, _probability(log_odds + world.EFFECTS["term_end"]), 0.0),
        term_ends_on=state.renews_on.copy(),  # it moves on within the week
    )


def log_odds_of_leaving(week: Week) -> Floats:
    """Log-odds of leaving in the week by choice, before what the contract's term allows."""
    customers, terms = week.customers, observed_terms(week)
    total = customers.base_log_odds + world.EFFECTS["need"] * customers.need + week.timeline.leaving_level(week.step)
    total = total + world.BY_PLAN[week.state.plan]
    for name, values in terms.items():
        total = total + world.EFFECTS[name] * values
    return total


def observed_terms(week: Week) -> dict[str, Any]:
    """What the tables show of a customer at the start of the week, in the units of `world.EFFECTS`."""
    state, stage = week.state, flag_stages(week)
    recent_use, earlier_use = use_of(week)
    mean_hours, n_tickets_recent = service_of(week)
    return {
        "onboarding_stage": stage.is_onboarding,
        "escalation_stage": stage.is_escalated,
        "incident": stage.is_adopting & week.is_incident,
        "onboarding_completion": state.n_steps_done / world.ONBOARDING_STEPS - 0.7,
        "use_trend": np.clip(np.log((recent_use + 1) / (earlier_use * 4 / 9 + 1)), -1.2, 1.2),
        "drifting_away": state.decline,
        "silent": (recent_use == 0) & (week.first_day - state.paid_on > 28),
        "champion_gone": week.recent(state.champion_left_step, world.LOSS_WEEKS),
        "slow_response": np.log1p(world.RESPONSE_SLOPE * (mean_hours - world.USUAL_RESPONSE_HOURS)),
        "many_requests": n_tickets_recent >= 3,
        "negative_feedback": week.recent(state.negative_step),
        "neutral_feedback": week.recent(state.neutral_step) & ~week.recent(state.negative_step),
        "price_talk": week.recent(state.talk_step),
        "failed_payment": state.dunning > 0,
        "training": week.recent(state.training_step),
        "check_in": np.minimum(state.check_ins.sum(axis=0), 3),
        "renewal_discount": week.recent(state.discount_step),
        "success_manager": week.customers.has_manager,
        "feature": state.n_features - 3,
        "tenure": np.log1p(np.maximum(week.first_day - state.paid_on, 0) / 182.6),
    }


def flag_stages(week: Week) -> SimpleNamespace:
    """Where in the journey the customer is at the start of the week: one flag per stage."""
    state = week.state
    is_escalated = state.escalated_until > week.first_day
    term_ends_soon = (week.customers.term_months == 12) & (state.renews_on - week.first_day <= RENEWAL_DAYS)
    is_renewing = ~is_escalated & (term_ends_soon | (state.dunning > 0))
    is_done = state.has_value | (state.n_steps_done >= COMPLETION_DONE * world.ONBOARDING_STEPS)
    is_new = ~is_done & (week.first_day - week.customers.starts_on < ONBOARDING_DAYS)
    is_onboarding = is_new & ~is_escalated & ~is_renewing
    is_adopting: Flags = ~(is_escalated | is_renewing | is_onboarding)
    return SimpleNamespace(
        is_escalated=is_escalated, is_renewing=is_renewing, is_onboarding=is_onboarding, is_adopting=is_adopting
    )


def use_of(week: Week) -> tuple[Floats, Floats]:
    """Things done in the last 4 weeks, and in the 9 before them."""
    latest = [(week.step - back) % world.MEMORY_WEEKS for back in range(1, 5)]
    recent: Floats = week.state.counts[latest].sum(axis=0)
    return recent, week.state.counts.sum(axis=0) - recent


def service_of(week: Week) -> tuple[Floats, Floats]:
    """Mean hours to the first response in 13 weeks (the usual hours without a ticket); tickets of the last 4 weeks."""
    n_tickets = week.state.tickets.sum(axis=0)
    hours = week.state.hours.sum(axis=0) / np.maximum(n_tickets, 1)
    latest = [(week.step - back) % world.MEMORY_WEEKS for back in range(1, 5)]
    felt = np.where(n_tickets > 0, np.minimum(hours, world.LONGEST_FELT_HOURS), world.USUAL_RESPONSE_HOURS)
    return felt, week.state.tickets[latest].sum(axis=0)


def _probability(log_odds: Floats) -> Floats:
    return np.minimum(1 / (1 + np.exp(-log_odds)), 0.95)

"""Why customers leave: a reason drawn by what weighed on them when they left."""

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats, Ints, to_choice
from analytics.intake.sample.hazard import observed_terms
from analytics.intake.sample.state import Week

REASONS = (
    "price_value",
    "poor_experience",
    "goals_not_met",
    "champion_lost",
    "competitor",
    "service",
    "communication",
    "expectation_gap",
    "wrong_customer",
    "trust",
    "external",
    "payment",
)


def draw_reasons(week: Week, rows: Ints, is_unpaid: Flags) -> Ints:
    """Index into REASONS for customers who leave; unpaid bills are always `payment`."""
    weights = np.stack(_weights(week, rows), axis=1)
    return np.where(is_unpaid, REASONS.index("payment"), to_choice(week.draw("reason", rows), weights))


def _weights(week: Week, rows: Ints) -> list[Floats]:
    """Weights of the voluntary reasons, in the order of REASONS."""
    terms = {name: np.asarray(values, dtype=np.float64)[rows] for name, values in observed_terms(week).items()}
    customers = week.customers
    usual = np.ones(len(rows))
    is_early = (week.first_day - week.state.paid_on[rows] < 120).astype(float)
    is_ads = (customers.channel[rows] == world.CHANNELS.index("paid_ads")).astype(float)
    is_software = (customers.industry[rows] == world.INDUSTRIES.index("software")).astype(float)
    is_small = (customers.segment[rows] == 0).astype(float)
    slow = 1.5 * np.maximum(terms["slow_response"], 0)
    return [
        0.9 * usual + 4 * terms["price_talk"],
        0.4 * usual + 1.5 * terms["many_requests"] + 2.0 * terms["escalation_stage"] + 3.0 * terms["incident"],
        0.4 * usual + 2.0 * np.maximum(-terms["onboarding_completion"], 0) + 0.5 * (terms["use_trend"] < -0.4),
        0.05 * usual + 5 * terms["champion_gone"],
        0.5 * usual + 0.7 * is_software,
        0.1 * usual + 1.2 * slow + 0.8 * terms["negative_feedback"],
        0.25 * usual + 0.35 * (terms["check_in"] == 0),
        0.15 * usual + 1.0 * is_early + 0.6 * is_ads,
        0.1 * usual + 0.8 * is_early * is_small,
        0.08 * usual + 1.2 * terms["incident"],
        0.55 * usual,
    ]

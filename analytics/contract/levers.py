"""Retention levers: what a company can move, in which direction, and at what cost."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One lever. `column` is a model feature; `direction` −1: a higher value means less churn, +1: more churn; no move
    goes beyond `low` or `high`.
    """

    name: str
    label: str
    column: str
    direction: Literal[-1, 1]
    unit: str
    low: float
    high: float
    meaning: str
    cost: float = 0.0  # currency per customer who accepts the move
    acceptance: float = 1.0  # share (0-1) of those offered the move who accept it
    applies_to: str = ""  # a condition on customer attributes: only those customers are moved; empty: everybody
    unmeasured_causes: tuple[str, ...] = ()


LEVERS: tuple[Lever, ...] = (
    Lever(
        name="first_response_hours",
        label="First response time",
        column="first_response_hours_90",
        direction=1,
        unit="hours",
        low=0.5,
        high=72,
        meaning="mean hours to the first answer on tickets of the last 90 days",
        cost=6,
    ),
    Lever(
        name="onboarding_completion",
        label="Onboarding completion",
        column="onboarding_share",
        direction=-1,
        unit="share",
        low=0,
        high=1,
        meaning="share of the onboarding steps that are done",
        cost=25,
    ),
    Lever(
        name="training",
        label="Training",
        column="trainings_90",
        direction=-1,
        unit="sessions in 90 days",
        low=0,
        high=4,
        meaning="training sessions in the last 90 days",
        cost=40,
        unmeasured_causes=("customers who need help are given more of it",),
    ),
    Lever(
        name="check_ins",
        label="Check-ins",
        column="check_ins_90",
        direction=-1,
        unit="in 90 days",
        low=0,
        high=6,
        meaning="check-ins by a person in the last 90 days",
        cost=15,
        unmeasured_causes=("customers who need help are given more of it",),
    ),
    Lever(
        name="feature_breadth",
        label="Feature adoption",
        column="n_features_30",
        direction=-1,
        unit="features in 30 days",
        low=0,
        high=8,
        meaning="different features used in the last 30 days",
        cost=20,
        unmeasured_causes=("customers who see more value use more",),
    ),
    Lever(
        name="payment_failures",
        label="Payment failures",
        column="failed_payments_90",
        direction=1,
        unit="in 90 days",
        low=0,
        high=3,
        meaning="failed payment attempts in the last 90 days",
        cost=2,
    ),
)

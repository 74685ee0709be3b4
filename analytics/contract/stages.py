"""The stages of a customer's journey, in the order in which they take precedence."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: its name, what it means, and which tables it needs."""

    name: str
    label: str
    meaning: str
    needs: tuple[str, ...]


STAGES: tuple[Stage, ...] = (
    Stage(
        name="escalation",
        label="Escalation",
        meaning="an urgent, escalated or reopened ticket is open, or closed a short while ago",
        needs=("tickets",),
    ),
    Stage(
        name="renewal",
        label="Renewal",
        meaning="the contract term ends soon, or a payment has failed",
        needs=("subscriptions", "invoices"),
    ),
    Stage(name="onboarding", label="Onboarding", meaning="joined, and not yet at first value", needs=()),
    Stage(
        name="adoption",
        label="Adoption",
        meaning="past onboarding, and in none of the other stages",
        needs=(),
    ),
)
CHURNED = "churned"  # precedes all stages: not active
JOURNEY = ("onboarding", "adoption", "escalation", "renewal")  # the order a person reads them in

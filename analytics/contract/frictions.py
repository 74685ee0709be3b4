"""What may go wrong in each stage of the journey: the signs by which it shows, and the records they are read from."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Friction:
    """One sign of friction. `needs`: the table it is read from, and in words what of it."""

    stage: str
    name: str
    label: str
    meaning: str
    table: str
    needs: str


FRICTIONS: tuple[Friction, ...] = (
    Friction(
        stage="onboarding",
        name="no_value",
        label="First value not reached",
        meaning="neither the event of first value nor enough onboarding steps have been seen yet",
        table="events",
        needs="events named as stages.value_event or stages.onboarding_event",
    ),
    Friction(
        stage="onboarding",
        name="slow_value",
        label="First value late",
        meaning="still without first value after the days in which half of those who reach it have done so",
        table="events",
        needs="events named as stages.value_event or stages.onboarding_event",
    ),
    Friction(
        stage="onboarding",
        name="steps_unfinished",
        label="Steps unfinished",
        meaning="fewer than half of the onboarding steps that are needed have been done",
        table="events",
        needs="events named as stages.onboarding_event",
    ),
    Friction(
        stage="adoption",
        name="narrow_use",
        label="Few functions used",
        meaning="in 30 days as few kinds of events as the least broad quarter of customers, or fewer",
        table="events",
        needs="events with a name, while leaving is not recognised by silence itself",
    ),
    Friction(
        stage="adoption",
        name="shallow_use",
        label="Seldom used",
        meaning="in 30 days active on as few days as the least active quarter of customers, or fewer",
        table="events",
        needs="events, while leaving is not recognised by silence itself",
    ),
    Friction(
        stage="adoption",
        name="falling_use",
        label="Falling use",
        meaning="less than half as many events in 30 days as in the 30 before",
        table="events",
        needs="events, while leaving is not recognised by silence itself",
    ),
    Friction(
        stage="escalation",
        name="slow_answer",
        label="Slow first answer",
        meaning="a request waited longer than the target, or a day where there is none",
        table="tickets",
        needs="tickets with first_response_at",
    ),
    Friction(
        stage="escalation",
        name="slow_solution",
        label="Slow solution",
        meaning="a request was open for more than seven days",
        table="tickets",
        needs="tickets with resolved_at",
    ),
    Friction(
        stage="escalation",
        name="reopened",
        label="Reopened",
        meaning="a request was opened again after it had been closed",
        table="tickets",
        needs="tickets with reopened_count",
    ),
    Friction(
        stage="escalation",
        name="repeated_topic",
        label="Same topic again",
        meaning="a second request of the same category within 90 days",
        table="tickets",
        needs="tickets with category",
    ),
    Friction(
        stage="renewal",
        name="failed_payment",
        label="Failed payment",
        meaning="a bill could not be collected at the first attempt",
        table="invoices",
        needs="invoices with failed_attempts",
    ),
    Friction(
        stage="renewal",
        name="price_talk",
        label="Talk about price",
        meaning="there was a talk about the price",
        table="touches",
        needs="touches of kind price_talk",
    ),
    Friction(
        stage="renewal",
        name="discount",
        label="Discount offered",
        meaning="a discount was offered",
        table="touches",
        needs="touches of kind discount",
    ),
    Friction(
        stage="renewal",
        name="contract_change",
        label="Contract changed",
        meaning="the contract was made larger or smaller",
        table="subscriptions",
        needs="subscriptions with mrr",
    ),
)

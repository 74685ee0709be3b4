"""What is known of a customer before a day: every feature of dated data, declared once."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature column: its family (the reason it counts towards), its readable name and its unit."""

    name: str
    label: str
    family: str
    unit: str = ""


def _family(family: str, **labels: str) -> tuple[Feature, ...]:
    pairs = ((name, *text.split(" | ")) for name, text in labels.items())
    return tuple(
        Feature(name=name, label=rest[0], family=family, unit=rest[1] if len(rest) > 1 else "") for name, *rest in pairs
    )


FEATURES: tuple[Feature, ...] = (
    *_family(
        "contract",
        tenure_days="Days as a customer | days",
        mrr="Monthly revenue | currency",
        plan="Plan",
        term_months="Contract term | months",
        days_to_renewal="Days to the term's end | days",
        n_subscriptions="Subscriptions running",
    ),
    *_family(
        "usage",
        events_30="Events in 30 days",
        events_90="Events in 90 days",
        events_trend="Events in 30 days against the 30 before | ratio",
        active_days_30="Active days in 30 | days",
        n_features_30="Features used in 30 days",
        n_features_90="Features used in 90 days",
        amount_30="Spent in 30 days | currency",
        amount_90="Spent in 90 days | currency",
        days_since_event="Days since the last event | days",
        onboarding_share="Onboarding steps done | share",
        stage="Stage of the journey",
    ),
    *_family(
        "support",
        tickets_30="Tickets in 30 days",
        tickets_90="Tickets in 90 days",
        open_tickets_90="Tickets open",
        urgent_tickets_90="Urgent tickets in 90 days",
        escalations_90="Escalations in 90 days",
        first_response_hours_90="Hours to the first answer | hours",
    ),
    *_family(
        "billing",
        failed_payments_90="Failed payments in 90 days",
        unpaid_90="Bills unpaid",
        paid_late_90="Bills paid late in 90 days",
    ),
    *_family(
        "sentiment",
        ticket_satisfaction_90="Rating of answers in 90 days | 1 to 5",
        last_nps="Last NPS answer | 0 to 10",
        last_csat="Last CSAT answer | 1 to 5",
        last_ces="Last CES answer | 1 to 7",
    ),
    *_family(
        "relationship",
        check_ins_90="Check-ins in 90 days",
        trainings_90="Trainings in 90 days",
        price_talks_90="Price talks in 90 days",
        campaigns_90="Campaigns in 90 days",
        response_share_90="Contacts answered in 90 days | share",
        champions="Champions there",
        champions_left_180="Champions who left in 180 days",
        people="People known there",
    ),
)

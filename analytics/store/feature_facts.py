"""Facts about a customer as of a day: who was there, and what was known of them before it."""

from analytics.store.fact import Fact, declare

FEATURE_FACTS: tuple[Fact, ...] = (
    declare(
        "at_risk",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, started_on date, left_after_days int, watched_days int
        """,
        "snapshot_on customer_key",
    ),
    declare(
        "usage_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, events_30 int, events_31_60 int, events_90 int, active_days_30
        int, n_features_30 int, n_features_90 int, amount_30 double, amount_90 double
        """,
        is_kept=False,
    ),
    declare(
        "recency_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, days_since_event int, n_steps int
        """,
        is_kept=False,
    ),
    declare(
        "support_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, tickets_30 int, tickets_90 int, open_tickets_90 int,
        urgent_tickets_90 int, escalations_90 int, first_response_hours_90 double, ticket_satisfaction_90
        double
        """,
        is_kept=False,
    ),
    declare(
        "billing_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, failed_payments_90 int, unpaid_90 int, paid_late_90 int
        """,
        is_kept=False,
    ),
    declare(
        "touch_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, check_ins_90 int, trainings_90 int, price_talks_90 int,
        campaigns_90 int, response_share_90 double
        """,
        is_kept=False,
    ),
    declare(
        "survey_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, last_nps double, last_csat double, last_ces double
        """,
        is_kept=False,
    ),
    declare(
        "people_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, champions int, champions_left_180 int, people int
        """,
        is_kept=False,
    ),
    declare(
        "contract_features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, mrr_cents bigint, n_subscriptions int, plan varchar, term_months
        int, days_to_renewal int
        """,
        is_kept=False,
    ),
    declare(
        "features",
        "customer_key snapshot_on",
        """
        customer_key int, snapshot_on date, tenure_days int, mrr double, plan varchar, term_months int,
        days_to_renewal int, n_subscriptions int, events_30 int, events_90 int, events_trend double,
        active_days_30 int, n_features_30 int, n_features_90 int, amount_30 double, amount_90 double,
        days_since_event int, onboarding_share double, tickets_30 int, tickets_90 int, open_tickets_90 int,
        urgent_tickets_90 int, escalations_90 int, first_response_hours_90 double, ticket_satisfaction_90
        double, failed_payments_90 int, unpaid_90 int, paid_late_90 int, check_ins_90 int, trainings_90 int,
        price_talks_90 int, campaigns_90 int, response_share_90 double, last_nps double, last_csat double,
        last_ces double, champions int, champions_left_180 int, people int, stage varchar
        """,
        "snapshot_on customer_key",
    ),
)

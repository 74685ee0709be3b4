"""The contract of every fact in a data set: grain, key, columns and types, in the order in which they are built."""

import hashlib
from functools import cache

from analytics.store.fact import Fact, declare
from analytics.store.feature_facts import FEATURE_FACTS

FACTS: tuple[Fact, ...] = (
    declare("customer_keys", "customer_key", "customer_key int, customer_id varchar", is_kept=False),
    declare(
        "customers",
        "customer_key",
        """
        customer_key int, customer_id varchar, name varchar, signed_up_at timestamp, signed_up_on date,
        churned_at timestamp, churned_on date, churn_reason varchar
        """,
    ),
    declare(
        "snapshot",
        "customer_key",
        """
        customer_key int, churned boolean, outcome boolean, tenure double, tenure_at_entry double, weight
        double, experiment varchar, arm varchar
        """,
    ),
    declare("kinds", "kind_key", "kind_key int, source varchar, name varchar"),
    declare(
        "events",
        "customer_key occurred_at source_row",
        """
        customer_key int, occurred_at timestamp, occurred_on date, kind_key int, amount double, event_id
        varchar, properties varchar, source_row bigint
        """,
    ),
    declare(
        "tickets",
        "customer_key opened_at source_row",
        """
        customer_key int, opened_at timestamp, opened_on date, ticket_id varchar, category varchar, priority
        varchar, satisfaction double, reopened_count int, first_response_at timestamp, first_response_on
        date, resolved_at timestamp, resolved_on date, escalated_at timestamp, escalated_on date, source_row
        bigint
        """,
    ),
    declare(
        "invoices",
        "customer_key due_at source_row",
        """
        customer_key int, due_at timestamp, due_on date, invoice_id varchar, amount double, failed_attempts
        int, status varchar, paid_at timestamp, paid_on date, source_row bigint
        """,
    ),
    declare(
        "surveys",
        "customer_key answered_at source_row",
        """
        customer_key int, answered_at timestamp, answered_on date, kind varchar, score double, comment
        varchar, source_row bigint
        """,
    ),
    declare(
        "touches",
        "customer_key touched_at source_row",
        """
        customer_key int, touched_at timestamp, touched_on date, kind varchar, channel varchar, experiment
        varchar, arm varchar, responded_at timestamp, responded_on date, source_row bigint
        """,
    ),
    declare(
        "contacts",
        "customer_key source_row",
        """
        customer_key int, contact_id varchar, role varchar, is_champion boolean, joined_at timestamp,
        joined_on date, left_at timestamp, left_on date, source_row bigint
        """,
    ),
    declare(
        "churn_events",
        "",
        """
        customer_key int, churned_on date, reason varchar, returned_on date
        """,
        "customer_key churned_on",
    ),
    declare(
        "spans",
        "customer_key source_row",
        """
        customer_key int, source_row bigint, subscription_id varchar, plan varchar, status varchar,
        term_months int, started_on date, ended_on date, contract_ends_on date, renews_on date,
        cancel_requested_on date, trial_ends_on date, mrr_cents bigint, is_paid int, billed_on date
        """,
        "customer_key started_on source_row",
    ),
    declare(
        "paid_spans",
        "customer_key source_row",
        """
        customer_key int, source_row bigint, subscription_id varchar, plan varchar, term_months int,
        mrr_cents bigint, started_on date, ended_on date
        """,
        "customer_key started_on source_row",
    ),
    declare(
        "customer_days",
        "customer_key day kind_key",
        """
        customer_key int, day date, kind_key int, n bigint, amount double
        """,
    ),
    declare(
        "event_days",
        "customer_key day",
        """
        customer_key int, day date, n bigint, amount double, n_kinds int
        """,
    ),
    declare("first_records", "customer_key", "customer_key int, first_on date", is_kept=False),
    declare("label_marks", "customer_key on_day", "customer_key int, on_day date, mark int", is_kept=False),
    declare("presence_edges", "customer_key on_day", "customer_key int, on_day date, change bigint", is_kept=False),
    declare("active_spans", "customer_key nth", "customer_key int, nth int, started_on date, ended_on date"),
    declare(
        "lifetimes",
        "customer_key",
        """
        customer_key int, started_on date, ended_on date, has_churned int, duration_days int
        """,
    ),
    declare(
        "mrr_movements",
        "customer_key moved_on",
        """
        customer_key int, moved_on date, month_index int, kind varchar, before_cents bigint, after_cents
        bigint, change_cents bigint
        """,
    ),
    declare(
        "customer_months",
        "customer_key month_index",
        """
        customer_key int, month_index int, starts_on date, age_months int, is_active_start int,
        is_active_end int, was_active int, n_started int, n_ended int, active_days int, mrr_start_cents
        bigint, mrr_end_cents bigint
        """,
    ),
    declare(
        "activity_periods",
        "basis grain customer_key period_index",
        """
        customer_key int, basis varchar, grain varchar, period_index int
        """,
    ),
    declare(
        "activity_masks",
        "basis grain customer_key word",
        """
        customer_key int, basis varchar, grain varchar, word int, mask bigint
        """,
    ),
    declare(
        "onboarding",
        "customer_key",
        """
        customer_key int, joined_on date, reached_on date, ended_on date
        """,
    ),
    declare(
        "escalations",
        "customer_key source_row",
        """
        customer_key int, source_row bigint, started_on date, ended_on date
        """,
    ),
    declare(
        "renewals",
        "customer_key source_row term_ends_on",
        """
        customer_key int, source_row bigint, term_ends_on date, opens_on date, closes_on date
        """,
    ),
    declare(
        "stage_entries",
        "customer_key started_on",
        """
        customer_key int, stage varchar, started_on date, mrr_cents bigint, ended_on date, next_stage
        varchar, previous_stage varchar
        """,
        is_kept=False,
    ),
    declare(
        "stage_episodes",
        "customer_key started_on",
        """
        customer_key int, stage varchar, started_on date, mrr_cents bigint, ended_on date, next_stage
        varchar
        """,
    ),
    *FEATURE_FACTS,
)


@cache
def facts_version() -> str:
    """Eight characters that change whenever the text of a fact does: a file built before must be built again."""
    return hashlib.sha256("\n".join(fact.sql for fact in FACTS).encode()).hexdigest()[:8]

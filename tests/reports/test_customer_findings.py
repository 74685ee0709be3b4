"""One customer in a sentence."""

import datetime as dt

from analytics.metrics.customers import CustomerCard
from analytics.reports.customer_findings import say_customer, say_next


def test_a_quiet_customer_in_trouble_is_told_in_one_sentence():
    card = CustomerCard(customer_id="C00042", stage="escalation", mrr=240.0, quiet_days=23)
    assert say_customer(card, "€") == "C00042 is in escalation, pays €240 a month and has been quiet for 23 days"


def test_a_few_days_without_an_event_are_no_silence():
    card = CustomerCard(customer_id="C1", name="Amber", stage="adoption", mrr=10.0, quiet_days=5)
    assert say_customer(card, "$") == "Amber (C1) is in adoption and pays $10 a month"


def test_who_has_left_is_told_when_and_after_how_long():
    card = CustomerCard(customer_id="b", is_here=False, left_on=dt.date(2024, 2, 20), tenure=46, stage="churned")
    assert say_customer(card, "€") == "b left on 20 Feb 2024 after 46 days"


def test_a_row_of_a_snapshot_is_told_by_its_outcome_or_its_risk():
    assert say_customer(CustomerCard(customer_id="S1", is_here=False, tenure=3.0), "€") == "S1 has left"
    assert say_customer(CustomerCard(customer_id="S1", probability=0.314), "€") == "S1 has a 31% risk of leaving"
    assert say_customer(CustomerCard(customer_id="S1"), "€") == "S1 is a customer"


def test_what_is_next_is_the_risk_and_the_end_of_the_term():
    card = CustomerCard(
        customer_id="C1", probability=0.125, low=0.1, high=0.2, band="high", days_to_renewal=18,
        term_ends_on=dt.date(2026, 1, 18),
    )  # fmt: skip
    assert say_next(card) == (
        "The risk of leaving is **12.5%** (10% to 20% over refits), high. The term ends in **18 days** (18 Jan 2026)."
    )
    assert say_next(CustomerCard(customer_id="C1")) == ""

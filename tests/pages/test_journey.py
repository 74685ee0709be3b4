"""The journey: stages in their order, the leak in the title only where it is more than chance."""

from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/executives/journey.py"


def test_the_stages_stand_in_the_order_of_the_journey(visit):
    at = visit(PAGE, company_file())
    assert [metric.label for metric in at.metric] == ["Onboarding", "Adoption", "Escalation", "Renewal"]


def test_stages_without_their_tables_are_named_as_not_seen(visit):
    at = visit(PAGE, orders_file())
    assert [metric.label for metric in at.metric] == ["Onboarding", "Adoption"]
    assert "**Escalation**" in at.info[0].value and "no tickets" in at.info[0].value
    assert "no subscriptions and no invoices" in at.info[0].value


def test_a_snapshot_has_no_journey_and_says_so(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value == "This file cannot show a journey"
    assert "no dates" in words(at)


def test_the_time_chosen_changes_the_numbers(visit):
    everything, recent = visit(PAGE, orders_file()), visit(PAGE, orders_file(), span="12M")
    assert everything.metric[0].value  # both spans hold all ten months
    assert everything.metric[0].value == recent.metric[0].value

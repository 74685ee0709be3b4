"""One customer's story: every record becomes one row in plain words, and the card says how they stand."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.customers import customer_card, find_customers, is_customer, next_term_end
from analytics.metrics.timeline import LANES, SCHEMA, timeline
from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """As of 31 March 2024 in Berlin. Amber has every kind of record; Birch left in February; Cedar only signed up."""
    settings = Settings(as_of="2024-03-31", timezone="Europe/Berlin")
    return build(tmp_path_factory.mktemp("company"), {**who_they_are(), **what_they_pay(), **what_they_do()}, settings)


def who_they_are():
    return {
        "customers": [
            {"customer_id": "a1", "name": "Amber Labs", "city": "Berlin", "seats": 4},
            {"customer_id": "b2", "name": "Birch & Sons", "city": "Bern", "seats": 2},
            {"customer_id": "c3", "name": "Cedar", "city": "Lamberhurst", "signed_up_at": day("2024-03-01")},
        ],
        "contacts": [
            {"customer_id": "a1", "contact_id": "p1", "role": "sponsor", "is_champion": True}
            | {"joined_at": day("2024-01-05"), "left_at": day("2024-03-02")}
        ],
        "churn_events": [{"customer_id": "b2", "churned_at": day("2024-02-20"), "reason": "too_expensive"}],
    }


def what_they_pay():
    subscriptions = [
        {"customer_id": "a1", "started_at": day("2024-01-05"), "ended_at": day("2024-02-01"), "mrr": 100.0}
        | {"plan": "pro", "term_months": 1},
        {"customer_id": "a1", "started_at": day("2024-02-01"), "mrr": 240.0, "plan": "pro", "term_months": 12},
        {"customer_id": "b2", "started_at": day("2024-01-05"), "ended_at": day("2024-02-20"), "mrr": 10.0}
        | {"cancel_requested_at": day("2024-02-10")},
    ]
    invoices = [
        {"customer_id": "a1", "due_at": day("2024-01-10"), "amount": 100.0, "paid_at": day("2024-01-10")},
        {"customer_id": "a1", "due_at": day("2024-02-10"), "amount": 240.0, "paid_at": day("2024-02-13")}
        | {"failed_attempts": 2},
        {"customer_id": "a1", "due_at": day("2024-03-10"), "amount": 240.0, "status": "past_due"},
    ]
    return {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None), "invoices": invoices}


def what_they_do():
    tickets = [
        {"customer_id": "a1", "opened_at": day("2024-02-03").replace(hour=8), "priority": "urgent"}
        | {"category": "billing", "first_response_at": day("2024-02-04").replace(hour=20)}
        | {"resolved_at": day("2024-02-06").replace(hour=9), "reopened_count": 1, "satisfaction": 2.0},
        {"customer_id": "a1", "opened_at": day("2024-03-30").replace(hour=23, minute=30)},
    ]
    done = (("2024-01-08", "log_in"), ("2024-01-09", "log_in"), ("2024-01-14", "share"), ("2024-01-20", "first_value"))
    surveys = [{"customer_id": "a1", "answered_at": day("2024-02-20"), "kind": "nps", "score": 9.0, "comment": "good"}]
    touches = [
        {"customer_id": "a1", "touched_at": day("2024-02-08"), "kind": "price_talk", "channel": "phone"}
        | {"responded_at": day("2024-02-11")},
        {"customer_id": "a1", "touched_at": day("2024-02-09"), "kind": "campaign", "arm": "control"}
        | {"experiment": "spring"},
    ]
    events = [{"customer_id": "a1", "occurred_at": day(on), "name": name} for on, name in done]
    return {"events": events, "tickets": tickets, "surveys": surveys, "touches": touches}


def labels(rows, lane):
    return rows.filter(pl.col("lane") == lane)["label"].to_list()


def test_a_timeline_has_its_columns_and_runs_forward(company):
    rows = timeline(company, "a1")
    assert dict(rows.schema) == SCHEMA and rows["at"].is_sorted()
    assert set(rows["lane"]) == set(LANES) - {"risk"}


def test_bills_say_when_and_after_how_many_attempts_they_were_paid(company):
    assert labels(timeline(company, "a1"), "invoices") == [
        "Paid 100.00",
        "Paid 240.00, 3 days late after 2 failed attempts",
        "Due and not paid: 240.00, past due",
    ]


def test_tickets_say_how_urgent_about_what_and_how_long(company):
    assert labels(timeline(company, "a1"), "tickets") == [
        "Urgent ticket opened: billing, first answer after 36 hours",
        "Urgent ticket solved after 3 days: billing, reopened 1 time, rated 2 of 5",
        "Ticket opened",
    ]


def test_instants_are_local(company):
    # 23:30 UTC on 30 March is half past midnight in Berlin; the clock goes forward only at 1:00 UTC
    assert timeline(company, "a1").filter(pl.col("label") == "Ticket opened")["at"][0] == dt.datetime(
        2024, 3, 31, 0, 30
    )


def test_use_is_counted_by_the_week(company):
    rows = timeline(company, "a1").filter(pl.col("lane") == "use")
    assert rows["label"].to_list() == [
        "3 actions in the week: log in 2, share 1",
        "1 action in the week: first value 1",
    ]
    assert rows.select("at", "until", "value").row(0) == (dt.datetime(2024, 1, 8), dt.datetime(2024, 1, 15), 3.0)


def test_contacts_surveys_and_people_are_told(company):
    rows = timeline(company, "a1")
    assert labels(rows, "touches") == [
        "Price talk by phone, answered after 3 days",
        "Not contacted: campaign, control group of spring",
    ]
    assert labels(rows, "surveys") == ["NPS 9 of 10: good"]
    assert labels(rows, "people") == ["Champion joined: sponsor", "Champion left: sponsor"]


def test_subscriptions_are_intervals_with_changes_and_the_end_of_the_term(company):
    rows = timeline(company, "a1").filter(pl.col("lane") == "subscription")
    assert rows["label"].to_list() == [
        "pro, 100.00 a month, monthly term",
        "Upgraded: from 100.00 to 240.00 a month",
        "pro, 240.00 a month, yearly term",
        "Term ends, in 307 days",  # 1 February 2025
    ]
    assert rows["until"].to_list()[::2] == [dt.datetime(2024, 2, 1), None]


def test_stages_follow_one_another_without_a_gap(company):
    rows = timeline(company, "a1").filter(
        (pl.col("lane") == "stage") & ~pl.col("kind").is_in(["joined", "first_value"])
    )
    assert rows["at"][1:].to_list() == rows["until"][:-1].to_list() and rows["until"][-1] is None
    assert "First value reached after 15 days" in labels(timeline(company, "a1"), "stage")


def test_who_left_has_the_wish_the_day_and_the_stated_reason(company):
    rows = timeline(company, "b2")
    assert labels(rows, "stage")[:1] == ["Onboarding for 46 days"]
    assert "Left after 46 days, stated reason: too expensive" in labels(rows, "stage")
    assert labels(rows, "subscription") == ["subscription, 10.00 a month", "Asked to cancel"]


def test_a_customer_without_any_record_has_an_empty_timeline(company):
    rows = timeline(company, "c3")
    assert rows.is_empty() and dict(rows.schema) == SCHEMA


def test_an_unknown_id_names_the_nearest(company):
    with pytest.raises(UserError, match="Did you mean a1"):
        timeline(company, "a12")


def test_the_card_says_how_a_customer_stands(company):
    card = customer_card(company, "a1")
    assert (card.name, card.is_here, card.mrr, card.tenure) == ("Amber Labs", True, 240.0, 86)
    assert (card.joined_on, card.term_ends_on) == (dt.date(2024, 1, 5), dt.date(2025, 2, 1))
    assert card.quiet_days == 71 and card.days_to_renewal == 307 and card.probability is None
    gone = customer_card(company, "b2")
    assert (gone.is_here, gone.left_on, gone.mrr, gone.stage) == (False, dt.date(2024, 2, 20), 0.0, "churned")


def test_the_search_finds_ids_names_and_attributes_whatever_the_case(company):
    def found(text):
        return find_customers(company, text)["customer_id"].to_list()

    assert found("AMBER") == ["a1", "c3"]  # begins with it; stands in the middle of Lamberhurst
    assert found("ber") == ["b2", "a1", "c3"]  # Bern begins with it; a name is read before a city
    assert found("c3") == ["c3"] and found("") == [] and found("%") == [] and found("';--") == []
    assert find_customers(company, "bern").row(0) == ("b2", "Birch & Sons", "city: Bern")
    assert found("&") == ["b2"] and len(find_customers(company, "b", limit=1)) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"term_months": 12}, "2024-08-31"),  # from 31 August 2022, yearly
        ({"term_months": 1}, "2024-04-30"),  # April has no 31st
        ({"term_months": 12, "renews_on": dt.date(2024, 6, 1)}, "2024-06-01"),
        ({"term_months": 12, "renews_on": dt.date(2023, 5, 1)}, "2024-05-01"),  # a year after one that is past
        ({"contract_ends_on": dt.date(2024, 4, 2), "term_months": 1}, "2024-04-02"),
        ({}, None),
    ],
)
def test_the_next_end_of_a_term_is_after_the_as_of_day(given, expected):
    span = {"is_paid": 1, "ended_on": None, "started_on": dt.date(2022, 8, 31)}
    nothing = {"contract_ends_on": None, "renews_on": None, "term_months": None}
    found = next_term_end(pl.DataFrame([span | nothing | given]), dt.date(2024, 3, 31))
    assert found == (dt.date.fromisoformat(expected) if expected else None)


def test_an_exact_id_is_found_before_names_that_begin_with_it(tmp_path):
    people = [{"customer_id": "99", "name": "Zed"}]
    people += [{"customer_id": str(number), "name": f"99 shop {number}"} for number in range(10, 26)]
    spans = [{"customer_id": one["customer_id"], "started_at": day("2024-01-01"), "mrr": 1.0} for one in people]
    dataset = build(tmp_path, {"customers": people, "subscriptions": spans})
    assert find_customers(dataset, "99", 12)["customer_id"][0] == "99"
    assert is_customer(dataset, "99") and not is_customer(dataset, "9")

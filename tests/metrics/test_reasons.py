"""Reasons: stated texts sorted into families, records before leaving, and money that closes to the cent."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.reasons import EVIDENCE, FAMILIES, FAMILY_NAMES, find_family
from analytics.contract.settings import Settings
from analytics.metrics.movements import movements
from analytics.metrics.question import Question
from analytics.metrics.reasons import coverage, reasons
from analytics.metrics.stages import stages
from tests.metrics.factory import build, day

LEFT = "2024-09-01"


def subscription(who, start="2024-01-01", end=LEFT, mrr=10.0):
    return {"customer_id": who, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": mrr}


SUBSCRIPTIONS = [
    subscription("unpaid", mrr=10.1),
    subscription("champion", mrr=20.2),
    subscription("wrote", mrr=30.3),
    subscription("talked", mrr=40.4),
    subscription("cut", end="2024-07-10", mrr=60.0),
    subscription("cut", start="2024-07-10", mrr=50.5),
    subscription("slow", mrr=60.6),
    subscription("unsolved", mrr=70.7),
    subscription("sad", mrr=80.8),
    subscription("silent", mrr=90.9),
    subscription("early", start="2024-01-10", end="2024-03-10", mrr=5.0),
    subscription("late", mrr=7.0),
    subscription("nothing", mrr=8.0),
    subscription("stays", end=None, mrr=1000.0),
]


def records(names, *rows):
    """Rows of a table; a text that begins with 20 is a day."""
    return [
        {
            name: day(value) if isinstance(value, str) and value.startswith("20") else value
            for name, value in zip(names.split(), row, strict=True)
        }
        for row in rows
    ]


TABLES = {
    "subscriptions": pl.DataFrame(SUBSCRIPTIONS, infer_schema_length=None),
    "churn_events": records(
        "customer_id churned_at reason",
        ("unpaid", "2024-09-03", "Price too high"),
        ("champion", "2024-08-30", "our champion left us"),
        ("talked", "2024-09-01", "qwertz"),
        ("slow", "2024-03-01", "competitor"),  # half a year off
    ),
    "customers": records(
        "customer_id churned_at churn_reason size",
        ("cut", LEFT, "Switched to another provider", "S"),
        ("sad", None, None, "L"),
    ),
    "invoices": records(
        "customer_id due_at amount failed_attempts paid_at",
        ("unpaid", "2024-08-01", 10.0, 2, None),
        ("nothing", "2024-08-01", 8.0, 2, "2024-08-05"),  # made good
    ),
    "contacts": records(
        "customer_id contact_id is_champion left_at",
        ("champion", "p", True, "2024-07-01"),
        ("late", "q", True, LEFT),  # on the very day
    ),
    "surveys": records(
        "customer_id answered_at kind score comment",
        ("wrote", "2024-08-01", "nps", 3.0, "We do not trust you with our data"),
        ("wrote", "2024-08-02", "csat", 1.0, None),
        ("nothing", "2024-08-01", "nps", 9.0, "Never a bug"),  # a good mark is no complaint
        ("sad", "2024-08-01", "csat", 2.0, None),
    ),
    "tickets": records(
        "customer_id opened_at first_response_at resolved_at",
        ("slow", "2024-08-01", day("2024-08-02") + dt.timedelta(hours=6), "2024-08-03"),  # after 30 hours
        ("unsolved", "2024-08-10", "2024-08-10", "2024-09-05"),
        ("late", "2024-05-01", "2024-05-09", "2024-05-10"),  # more than 90 days before
    ),
    "touches": records(
        "customer_id touched_at kind responded_at",
        ("talked", "2024-08-01", "price_talk", "2024-08-02"),
        ("silent", "2024-07-01", "check_in", None),
        ("silent", "2024-08-01", "check_in", "2024-09-02"),
    ),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Leavers on 1 September 2024 but for `early` (in March, after 60 days) and `stays`; each has a record or two.

    A record on the day of leaving, or after it, must not count.
    """
    return build(tmp_path_factory.mktemp("reasons"), TABLES, Settings(as_of="2024-12-31"))


def detail(dataset):
    rows = reasons(dataset, Question(), detail=True)
    return {row["customer_id"]: row for row in rows.iter_rows(named=True)}


def test_the_strongest_record_before_leaving_points_to_a_family(company):
    inferred = {who: row["inferred"] for who, row in detail(company).items()}
    assert inferred == {
        "unpaid": "payment",
        "champion": "champion_lost",
        "wrote": "trust",
        "talked": "price_value",
        "cut": "price_value",
        "slow": "service",
        "unsolved": "service",
        "sad": "poor_experience",
        "silent": "communication",
        "early": "expectation_gap",
        "late": "unknown",
        "nothing": "unknown",
    }


def test_the_evidence_is_said_with_its_day(company):
    rows = detail(company)
    assert rows["champion"]["evidence"] == "the champion had left on 2024-07-01"
    assert rows["unsolved"]["evidence"] == "a request was still unsolved, opened on 2024-08-10"
    assert rows["cut"]["evidence"] == "they had cut their contract on 2024-07-10"
    assert rows["nothing"]["evidence"] is None


def test_a_stated_reason_is_the_one_given_near_the_departure(company):
    stated = {who: (row["stated_text"], row["stated"]) for who, row in detail(company).items()}
    assert stated["unpaid"] == ("Price too high", "price_value")
    assert stated["champion"] == ("our champion left us", "champion_lost")
    assert stated["cut"] == ("Switched to another provider", "competitor")  # from the customers table
    assert stated["talked"] == ("qwertz", "unknown")
    assert stated["slow"] == (None, "unknown")


def test_every_departure_is_counted_and_the_money_closes_to_the_cent(company):
    rows = reasons(company, Question())
    assert rows["reason"].to_list() == list(FAMILY_NAMES)
    for column in ("stated", "inferred", "departures"):
        assert rows[column].sum() == 12
    cents = round(rows["mrr"].sum() * 100)
    lost = 1010 + 2020 + 3030 + 4040 + 5050 + 6060 + 7070 + 8080 + 9090 + 500 + 700 + 800
    assert cents == lost
    assert cents == -round(movements(company, Question())["churn"].sum() * 100)
    assert cents == round(stages(company, Question())["mrr_lost"].sum() * 100)
    told = {row["reason"]: row for row in rows.iter_rows(named=True)}
    # price: stated by `unpaid`, inferred of `talked`, whose own text says nothing
    assert [told["price_value"][name] for name in ("stated", "inferred", "agreed", "departures")] == [1, 2, 0, 2]
    assert told["price_value"]["mrr"] == pytest.approx(10.1 + 40.4)
    assert told["champion_lost"]["agreed"] == 1
    assert told["unknown"]["stated"] == 9 and told["unknown"]["departures"] == 2
    assert told["unknown"]["share"] == pytest.approx(2 / 12)


def test_coverage_counts_what_was_stated_and_what_no_family_knows(company):
    row = coverage(company, Question()).row(0, named=True)
    names = ("departures", "stated", "unmatched", "inferred", "both", "agreed")
    assert [row[name] for name in names] == [12, 3, 1, 10, 3, 1]
    assert row["rate"] == pytest.approx(3 / 12) and row["low"] < row["rate"] < row["high"]


def test_every_text_is_listed_with_its_family_and_the_unmatched_as_it_stands(company):
    rows = reasons(company, Question(), texts=True)
    assert rows.row(0) == (None, "unknown", 8)
    assert ("qwertz", "unknown", 1) in rows.rows() and rows["departures"].sum() == 12


def test_periods_and_groups_choose_departures(company):
    assert reasons(company, Question(start="2024-03-01", end="2024-03-31"))["departures"].sum() == 1
    groups = reasons(company, Question(by="size"))
    assert groups.group_by("group").agg(pl.col("departures").sum()).sort("group").rows() == [
        ("(blank)", 10),
        ("L", 1),
        ("S", 1),
    ]


def test_a_snapshot_is_refused(tmp_path):
    rows = [{"customer_id": "a", "churned": True, "tenure": 3.0}]
    with pytest.raises(UserError, match="needs dates"):
        reasons(build(tmp_path, {"snapshot": rows}), Question())


def test_without_subscriptions_there_is_no_money(tmp_path):
    tables = {
        "events": [{"customer_id": "a", "occurred_at": day("2024-01-01"), "name": "x"}],
        "churn_events": [{"customer_id": "a", "churned_at": day("2024-02-01"), "reason": "too expensive"}],
    }
    rows = reasons(build(tmp_path, tables, Settings(as_of="2024-06-30")), Question())
    assert rows["mrr"].null_count() == rows.height and rows.filter(pl.col("stated") == 1)["reason"][0] == "price_value"


@pytest.mark.parametrize("family", [family.name for family in FAMILIES])
def test_a_family_knows_its_own_name(family):
    assert find_family(family) == family
    assert find_family(family.replace("_", " ").title() + "!") == family


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Competitor made better offer", "competitor"),
        ("Attitude of support person", "service"),
        ("Product dissatisfaction", "poor_experience"),
        ("Too slow", "poor_experience"),
        ("slow support", "service"),  # the longer word decides
        ("Payment declined", "payment"),
        ("went out of business", "external"),
        ("no idea", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        ("supportive", "service"),  # words are beginnings
        ("unsupported", "unknown"),
    ],
)
def test_a_text_belongs_to_the_family_of_its_longest_word(text, family):
    assert find_family(text) == family


def test_every_evidence_points_to_a_family_that_exists():
    assert {one.family for one in EVIDENCE} - {""} <= set(FAMILY_NAMES)
    words = [word for family in FAMILIES for word in family.words]
    assert len(words) == len(set(words)) and all(word == word.lower() for word in words)

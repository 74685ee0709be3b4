"""Early signs on companies small enough to count by hand, and on tables that lack something."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import parse_settings
from analytics.contract.signs import QUIET_DAYS, SIGNS
from analytics.metrics.question import Question
from analytics.metrics.signals import (
    LACKING,
    SCHEMA,
    TOO_FEW,
    current_signs,
    sign_firings,
    signals,
)
from tests.metrics.factory import build, day

EVERYBODY = ("a", "b", "c", "d", "e", "f")
LEFT = {"a": "2024-06-30", "d": "2024-07-10"}
OWN = {
    "late_reply": {"table": "tickets", "where": "queue = 'slow'", "at_least": 2, "within_days": 10},
    "mistyped": {"table": "tickets", "where": "cue = 'slow'"},
    "before_term": {"table": "touches", "where": "kind = 'visit'", "before_renewal_days": 30},
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Six customers from 1 January 2024, as of 31 December; a leaves on 30 June, d on 10 July; yearly terms from c's
    and b's 1 January.

    Price talks: a on 1 June and 15 June, b on 1 June. Tickets of the slow queue: b on 1, 8 and 20 March, c on 1 and
    12 March.
    """
    subscriptions = [
        {"customer_id": who, "started_at": day("2024-01-01"), "ended_at": day(LEFT[who]) if who in LEFT else None,
         "mrr": 10.0, "term_months": 12 if who in "bc" else 1}
        for who in EVERYBODY
    ]  # fmt: skip
    talks = [("a", "2024-06-01"), ("a", "2024-06-15"), ("b", "2024-06-01")]
    visits = [("b", "2024-12-10"), ("b", "2024-11-01"), ("e", "2024-12-10")]
    touches = [
        {"customer_id": who, "touched_at": day(on), "kind": kind, "responded_at": None}
        for kind, rows in (("price_talk", talks), ("visit", visits))
        for who, on in rows
    ]
    slow = [("b", "2024-03-01"), ("b", "2024-03-08"), ("b", "2024-03-20"), ("c", "2024-03-01"), ("c", "2024-03-12")]
    tickets = [{"customer_id": who, "opened_at": day(on), "queue": "slow"} for who, on in slow]
    tables = {
        "subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None),
        "customers": [{"customer_id": who, "size": "S" if who in "abc" else "L"} for who in EVERYBODY],
        "touches": touches,
        "tickets": tickets,
    }
    settings = parse_settings({"as_of": "2024-12-31", "low_n": 1, "signals": OWN}, "test")
    return build(tmp_path_factory.mktemp("signs"), tables, settings)


def row_of(rows: pl.DataFrame, name: str) -> dict:
    return rows.filter(pl.col("signal") == name).to_dicts()[0]


def spells_of(dataset, who: str, sign: str) -> list[tuple[str, str, str]]:
    rows = sign_firings(dataset, Question(where=f"customer_id = '{who}'")).filter(pl.col("sign") == sign)
    return [tuple(str(on) for on in row) for row in rows.select("began_on", "last_on", "until_on").iter_rows()]


def test_a_price_talk_is_judged_as_worked_out_by_hand(company):
    # Alarms on 1 June (a's second talk is no new one). a leaves 29 days later, within (14, 104]; b stays. Others on
    # 1 June: c, d, e, f, of whom d leaves 39 days later. Lift (1/2) ÷ (1/4) = 2.
    row = row_of(signals(company, Question()), "price_talk")
    assert (row["customers"], row["episodes"], row["right"]) == (2, 2, 1)
    assert (row["churn_with"], row["precision"], row["churn_without"], row["lift"]) == (0.5, 0.5, 0.25, 2.0)
    assert row["median_lead_days"] == 29
    assert row["recall"] == 0.5  # of the departures of a and d
    assert row["verdict"] == TOO_FEW
    # followed until 18 September: 262 of 366 days, 104 before the last
    assert row["false_alarms_per_week"] == pytest.approx(1 / (262 / 7))


def test_a_new_alarm_needs_thirty_days_of_quiet_and_ends_with_the_stay(company):
    assert spells_of(company, "a", "price_talk") == [("2024-06-01", "2024-06-15", "2024-06-30")]
    assert spells_of(company, "b", "price_talk") == [("2024-06-01", "2024-06-01", "2024-07-01")]
    assert QUIET_DAYS == 30


def test_a_sign_of_the_settings_fires_on_the_row_that_makes_it_often_enough(company):
    # b: 1 and 8 March are within 10 days, 8 and 20 March are not; c: 1 and 12 March are 11 days apart
    assert spells_of(company, "b", "late_reply") == [("2024-03-08", "2024-03-08", "2024-04-07")]
    assert spells_of(company, "c", "late_reply") == []


def test_a_sign_before_renewal_fires_only_close_to_the_end_of_a_term(company):
    # b's term ends on 1 January 2025: 10 December is 22 days before it, 1 November 61; e has monthly terms
    assert spells_of(company, "b", "before_term") == [("2024-12-10", "2024-12-10", "2025-01-09")]
    assert spells_of(company, "e", "before_term") == []


def test_what_cannot_be_computed_is_listed_with_what_is_lacking(company):
    rows = signals(company, Question())
    lacking = {row["signal"]: row for row in rows.to_dicts() if row["verdict"] == LACKING}
    assert lacking["failed_payment"]["reason"] == "needs invoices.failed_attempts"
    assert lacking["negative_feedback"]["reason"] == "needs surveys.score or tickets.satisfaction"
    assert lacking["silence_after_outreach"]["reason"] == "needs touches.responded_at"
    assert "there is no column 'cue'" in lacking["mistyped"]["reason"]
    assert lacking["failed_payment"]["lift"] is None and lacking["failed_payment"]["customers"] is None
    assert rows.columns == list(SCHEMA)
    assert {sign.name for sign in SIGNS} | set(OWN) <= set(rows["signal"])


def test_a_kind_of_contact_is_a_sign_of_its_own_unless_one_is_declared(company):
    names = signals(company, Question())["signal"]
    assert "visit_sent" in names
    assert "price_talk_sent" not in names


def test_groups_are_judged_each_for_itself(company):
    rows = signals(company, Question(by="size")).filter(pl.col("signal") == "price_talk")
    found = {row["group"]: (row["episodes"], row["churn_without"]) for row in rows.to_dicts()}
    assert found == {"S": (2, 0.0), "L": (0, None)}


def test_signs_on_today_name_the_customer_and_since_when(company):
    rows = current_signs(company, Question()).filter(pl.col("sign") == "visit_sent")
    assert rows.select("customer_id", "since", "mrr").rows() == [
        ("b", dt.date(2024, 12, 10), 10.0),
        ("e", dt.date(2024, 12, 10), 10.0),
    ]


def test_a_condition_on_customers_narrows_the_answer(company):
    assert current_signs(company, Question(where="size = 'L'"))["customer_id"].unique().to_list() == ["e"]


def test_a_snapshot_has_no_early_signs(tmp_path):
    snapshot = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True}]})
    with pytest.raises(UserError, match="Early signs needs dates"):
        signals(snapshot, Question())

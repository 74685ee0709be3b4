"""When the shipped signs fire, each on rows whose days can be counted."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.contract.signs import SIGNS, sign_of_kind
from analytics.metrics.signals_firings import list_signs, read_firings, read_kind_firings
from analytics.store.dataset import Chosen, Dataset
from tests.metrics.factory import build, day

FIRST = dt.date(2024, 1, 1)
AS_OF = dt.date(2024, 12, 31)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def company(folder, **tables) -> Dataset:
    """Customer a from 1 January, b from 1 January until 1 July, both with yearly terms, beside these tables."""
    subscriptions = [
        {"customer_id": who, "started_at": day("2024-01-01"), "ended_at": ended_at, "mrr": 20.0, "term_months": 12}
        for who, ended_at in (("a", None), ("b", day("2024-07-01")))
    ]
    tables.setdefault("subscriptions", subscriptions)
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    return build(folder, frames, Settings(as_of=AS_OF.isoformat(), low_n=1))


def days_of(dataset: Dataset, name: str) -> list[tuple[int, str]]:
    """customer_key (1: a, 2: b) and day of every firing of a shipped sign."""
    signs = [sign for sign in list_signs(dataset) if sign.name == name]
    rows = read_firings(dataset, Chosen(), signs).sort("customer_key", "day")
    return [(key, str(on)) for key, on in rows.select("customer_key", "day").iter_rows()]


def test_negative_feedback_is_a_low_score_or_a_badly_rated_request_once_solved(tmp_path):
    surveys = [
        {"customer_id": "a", "answered_at": day(on), "kind": kind, "score": score}
        for on, kind, score in [
            ("2024-02-01", "nps", 6.0), ("2024-02-02", "nps", 7.0),
            ("2024-02-03", "csat", 2.0), ("2024-02-04", "ces", 1.0),
        ]
    ]  # fmt: skip
    tickets = [
        {"customer_id": "b", "opened_at": day("2024-03-01"), "resolved_at": day("2024-03-04"), "satisfaction": 2.0},
        {"customer_id": "b", "opened_at": day("2024-04-01"), "resolved_at": None, "satisfaction": 1.0},
        {"customer_id": "b", "opened_at": day("2024-05-01"), "resolved_at": day("2024-05-02"), "satisfaction": 3.0},
    ]
    found = days_of(company(tmp_path, surveys=surveys, tickets=tickets), "negative_feedback")
    assert found == [(1, "2024-02-01"), (1, "2024-02-03"), (2, "2024-03-04"), (2, "2024-04-01")]


def test_answers_are_slow_when_those_of_ninety_days_took_more_than_twelve_hours_on_average(tmp_path):
    answers = [("2024-02-01 00:00", 20), ("2024-02-10 00:00", 2), ("2024-03-01 00:00", 15), ("2024-06-20 00:00", 12.5)]
    tickets = [
        {"customer_id": "a", "opened_at": at(opened), "first_response_at": at(opened) + dt.timedelta(hours=hours)}
        for opened, hours in answers
    ]
    # 20; then (20 + 2) / 2 = 11; then (20 + 2 + 15) / 3 = 12.33; then 12.5 alone
    found = days_of(company(tmp_path, tickets=tickets), "slow_first_response")
    assert found == [(1, "2024-02-01"), (1, "2024-03-01"), (1, "2024-06-20")]


def test_silence_counts_only_for_kinds_that_are_ever_answered_and_not_for_a_test_group_left_alone(tmp_path):
    rows = [
        ("a", "2024-02-01", "check_in", "2024-02-03", None),
        ("a", "2024-03-01", "check_in", None, None),
        ("a", "2024-04-01", "check_in", "2024-04-25", None),
        ("b", "2024-03-01", "campaign", None, None),
        ("b", "2024-03-01", "check_in", None, "control"),
        ("b", "2024-12-25", "check_in", None, None),
    ]
    touches = [
        {"customer_id": who, "touched_at": day(on), "kind": kind, "responded_at": answer and day(answer), "arm": arm}
        for who, on, kind, answer, arm in rows
    ]
    found = days_of(company(tmp_path, touches=touches), "silence_after_outreach")
    assert found == [(1, "2024-03-15"), (1, "2024-04-15")]  # an answer after 24 days came too late


def test_a_contract_change_counts_when_a_term_is_about_to_end(tmp_path):
    periods = [
        ("a", "2024-01-01", "2024-11-15", 20.0, 12), ("a", "2024-11-15", None, 12.0, 12),
        ("b", "2024-01-01", "2024-05-01", 20.0, 12), ("b", "2024-05-01", None, 12.0, 12),
    ]  # fmt: skip
    subscriptions = [
        {"customer_id": who, "started_at": day(start), "ended_at": end and day(end), "mrr": mrr, "term_months": term}
        for who, start, end, mrr, term in periods
    ]
    found = days_of(company(tmp_path, subscriptions=subscriptions), "contract_change_before_renewal")
    assert found == [(1, "2024-11-15")]  # 47 days before a's term ends; b's ends 245 days later


def test_a_failed_payment_fires_when_the_bill_was_due_and_a_champion_when_he_left(tmp_path):
    invoices = [
        {"customer_id": "a", "due_at": day("2024-05-01"), "amount": 20.0, "failed_attempts": 2},
        {"customer_id": "a", "due_at": day("2024-06-01"), "amount": 20.0, "failed_attempts": 0},
    ]
    contacts = [
        {"customer_id": "a", "contact_id": "1", "is_champion": True, "left_at": day("2024-08-01")},
        {"customer_id": "a", "contact_id": "2", "is_champion": False, "left_at": day("2024-08-02")},
        {"customer_id": "b", "contact_id": "3", "is_champion": True, "left_at": None},
    ]
    dataset = company(tmp_path, invoices=invoices, contacts=contacts)
    assert days_of(dataset, "failed_payment") == [(1, "2024-05-01")]
    assert days_of(dataset, "champion_gone") == [(1, "2024-08-01")]


@pytest.mark.parametrize("seed", range(3))
def test_disengagement_is_what_a_loop_over_the_days_finds(tmp_path, seed):
    draws = np.random.default_rng(seed)
    rates = {"a": np.repeat([0.4, 0.05, 0.3, 0.0], 92)[:366], "b": np.repeat([0.5, 0.1], 91)[:182]}
    used = {who: np.flatnonzero(draws.random(len(rate)) < rate) for who, rate in rates.items()}
    events = [
        {"customer_id": who, "occurred_at": at(str(FIRST + dt.timedelta(days=int(on)))), "name": "login"}
        for who, days in used.items()
        for on in days
    ]
    dataset = company(tmp_path, events=events)
    sign = next(sign for sign in SIGNS if sign.name == "disengagement")
    rows = read_firings(dataset, Chosen(), [sign])
    found = {
        (key, day)
        for key, start, end in rows.select("customer_key", "day", "until_on").iter_rows()
        for day in range((start - FIRST).days, (end - FIRST).days)
    }
    expected = {(1, day) for day in look_at_every_day(used["a"], 366)}
    ending = {(2, day) for day in look_at_every_day(used["b"], 182)}
    assert {pair for pair in found if pair[0] == 1} == expected
    assert {pair for pair in found if pair[0] == 2 and pair[1] < 182} == ending
    assert expected


def look_at_every_day(used: np.ndarray, n_days: int) -> list[int]:
    """Days on which use is gone, or has been below half of its earlier pace for 21 days before."""
    low, fires = 0, []
    for on in range(90, n_days):
        recent = int(((used > on - 28) & (used <= on)).sum())
        earlier = int(((used > on - 91) & (used <= on - 28)).sum())
        is_low = earlier >= 4 and recent / 28 < 0.5 * earlier / 63
        low = low + 1 if is_low else 0
        if is_low and (recent == 0 or low > 21):
            fires.append(on)
    return fires


def test_rare_kinds_are_signs_and_everyday_ones_are_not(tmp_path):
    logins = [{"customer_id": "a", "occurred_at": at(f"2024-{month:02}-05"), "name": "login"} for month in range(1, 13)]
    events = [*logins, {"customer_id": "b", "occurred_at": at("2024-02-01"), "name": "export"}]
    tickets = [{"customer_id": "b", "opened_at": at("2024-03-01"), "category": "billing"}]
    touches = [
        {"customer_id": "a", "touched_at": day("2024-03-01"), "kind": "visit", "arm": None},
        {"customer_id": "a", "touched_at": day("2024-03-02"), "kind": "holdout", "arm": "control"},
        {"customer_id": "a", "touched_at": day("2024-03-03"), "kind": "price_talk", "arm": None},
    ]
    dataset = company(tmp_path, events=events, tickets=tickets, touches=touches)
    signs, rows = read_kind_firings(dataset, Chosen(), ())
    # a logs in on 12 of 365 days, more than one in 60
    assert [sign.name for sign in signs] == ["export", "billing_request", "visit_sent"]
    assert sorted(rows["sign"].to_list()) == ["billing_request", "export", "visit_sent"]
    assert [sign.name for sign in read_kind_firings(dataset, Chosen(), ("export",))[0]] == [
        "billing_request",
        "visit_sent",
    ]


def test_a_kind_is_named_after_what_it_is():
    assert sign_of_kind("touch", "campaign").name == "campaign_sent"
    assert sign_of_kind("ticket", "how_to").meaning == "a request about how to"

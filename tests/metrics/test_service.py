"""Service metrics on a dozen requests, contacts and answers that can be worked out by hand."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.service import service
from tests.metrics.factory import build, day

JANUARY = Question(start="2024-01-01", end="2024-01-31")
HOUR = dt.timedelta(hours=1)


def ticket(number, opened, answered=None, resolved=None, category="billing", customer="a"):
    opened_at = day(opened)
    return {
        "customer_id": customer,
        "ticket_id": f"T{number}",
        "opened_at": opened_at,
        "first_response_at": opened_at + answered * HOUR if answered is not None else None,
        "resolved_at": opened_at + resolved * HOUR if resolved is not None else None,
        "category": category,
    }


def touch(on, answered=None, kind="check_in", customer="a", arm=None):
    answered_at = day(on) + dt.timedelta(days=answered) if answered is not None else None
    return {"customer_id": customer, "touched_at": day(on), "kind": kind, "responded_at": answered_at, "arm": arm}


def build_service(folder, tables, as_of="2024-03-31", **settings):
    return build(folder, tables, Settings(as_of=as_of, **settings))


def cell(rows, metric, category=None, **keys):
    found = rows.filter((pl.col("metric") == metric) & pl.col("category").eq_missing(category))
    for name, value in keys.items():
        found = found.filter(pl.col(name) == value)
    assert found.height == 1
    return found.row(0, named=True)


@pytest.fixture(scope="module")
def tickets(tmp_path_factory):
    """Four requests in January: answers after 2, 6, 10 hours and one never; two in technical, one of them the last."""
    rows = [
        ticket(1, "2024-01-05", 2, 12),
        ticket(2, "2024-01-06", 6, 30),
        ticket(3, "2024-01-07", 10, 60, category="technical", customer="b"),
        ticket(4, "2024-01-08", None, None, category="technical", customer="b"),
    ]
    customers = [{"customer_id": "a", "size": "S"}, {"customer_id": "b", "size": "L"}]
    targets = {"first_response_hours": 8.0, "first_response_hours.technical": 12.0}
    return build_service(tmp_path_factory.mktemp("tickets"), {"tickets": rows, "customers": customers}, targets=targets)


def test_a_request_that_still_waits_counts_with_its_wait(tickets):
    row = cell(service(tickets, JANUARY), "first_response_hours")
    # 2, 6, 10 and 84 days of waiting: the median lies between 6 and 10, however long the last one will take
    assert (row["value"], row["n"], row["state"]) == (8.0, 4, "final")


def test_a_quantile_that_waiting_requests_could_move_is_not_final(tickets):
    row = cell(service(tickets, JANUARY), "first_response_p90_hours")
    # the 90 % point of four lies 0.7 of the way from 10 to the one still waiting: 84 days of 24 hours so far
    assert row["value"] == pytest.approx(10 + 0.7 * (84 * 24 - 10))
    assert (row["state"], row["high"]) == ("unfinished", None)


def test_resolution_time_by_category(tickets):
    rows = service(tickets, JANUARY)
    # billing 12 and 30; technical 60 and one open for 84 days, which moves its median: not final
    assert cell(rows, "resolution_hours", "billing")["value"] == 21.0
    assert cell(rows, "resolution_hours", "technical")["state"] == "unfinished"
    assert cell(rows, "resolution_hours")["value"] == 45.0


def test_the_share_within_target_takes_each_categorys_own_target(tickets):
    rows = service(tickets, JANUARY)
    # billing within 8 hours: 2 and 6, both; technical within 12: 10 is, the one waiting is not
    assert cell(rows, "first_response_within_target", "billing")["value"] == 1.0
    assert cell(rows, "first_response_within_target", "technical")["value"] == 0.5
    whole = cell(rows, "first_response_within_target")
    # Wilson, 3 of 4: centre (.75 + 1.9207/4) / (1 + 3.8415/4) = .6275, half-width .3269
    assert (whole["value"], whole["n"], whole["state"]) == (0.75, 4, "final")
    assert (whole["low"], whole["high"]) == (pytest.approx(0.3006, abs=1e-4), pytest.approx(0.9544, abs=1e-4))


def test_without_a_target_the_share_is_null(tmp_path):
    dataset = build_service(tmp_path, {"tickets": [ticket(1, "2024-01-05", 2)]})
    row = cell(service(dataset, JANUARY), "first_response_within_target")
    assert (row["value"], row["low"], row["n"]) == (None, None, 0)


def test_a_request_opened_on_the_last_day_is_neither_in_nor_out_of_its_target(tmp_path):
    rows = [ticket(1, "2024-01-05", 2), ticket(2, "2024-01-31")]
    dataset = build_service(tmp_path, {"tickets": rows}, "2024-01-31", targets={"first_response_hours": 48.0})
    row = cell(service(dataset, JANUARY), "first_response_within_target")
    assert (row["value"], row["n"], row["state"]) == (1.0, 1, "unfinished")


def test_groups_have_their_own_cells_and_months_without_requests_are_gaps(tickets):
    rows = service(tickets, Question(by="size"))
    assert cell(rows, "first_response_hours", group="S", period=dt.date(2024, 1, 1))["value"] == 4.0
    empty = cell(rows, "first_response_hours", group="S", period=dt.date(2024, 2, 1))
    assert (empty["value"], empty["n"], empty["state"]) == (None, 0, "final")


def test_the_interval_of_a_median_is_made_of_its_ranks(tmp_path):
    # ten answers after 1 … 10 hours: P(at most 1 of 10 below the median) = 11/1024, so ranks 2 and 9 (Conover, 3.2)
    rows = [ticket(number, "2024-01-05", number, category=None) for number in range(1, 11)]
    row = cell(service(build_service(tmp_path, {"tickets": rows}), JANUARY), "first_response_hours")
    assert (row["value"], row["low"], row["high"]) == (5.5, 2.0, 9.0)


@pytest.fixture(scope="module")
def touches(tmp_path_factory):
    """Contacts of two customers known since December, and one of a control arm, which is none."""
    events = [("a", "2023-12-01", 1), ("b", "2023-12-01", 1)]
    # a: contact on 20 January; 1 before in the window, 4 after. b: contact on 25 January; 2 before, 0 after
    events += [("a", "2024-01-06", 1), ("a", "2024-01-20", 9), ("a", "2024-01-21", 3), ("a", "2024-02-03", 1)]
    events += [("a", "2024-01-05", 5), ("a", "2024-02-04", 5), ("b", "2024-01-24", 2)]
    rows = [{"customer_id": who, "occurred_at": day(on)} for who, on, n in events for _ in range(n)]
    contacts = [touch("2024-01-20", 2), touch("2024-01-25", 20, customer="b"), touch("2024-01-20", arm="control")]
    tables = {"events": rows, "touches": contacts}
    return build_service(tmp_path_factory.mktemp("touches"), tables, as_of="2024-02-14")


def test_a_contact_is_answered_within_fourteen_days_or_not_at_all(touches):
    # b answered after 20 days; the control arm was not contacted. 31 January + 14 days is the as-of day: final
    row = cell(service(touches, JANUARY), "outreach_response_rate")
    assert (row["value"], row["n"], row["state"]) == (0.5, 2, "final")


def test_actions_are_counted_in_the_fourteen_days_on_both_sides_of_the_day(touches):
    rows = service(touches, JANUARY)
    # a: after 3 + 1 (21 January, 3 February), before 1 (6 January); the 20th itself, the 5th and the 4th are outside
    # b: after 0, before 2. Means: after (4 + 0) / 2, gained (3 − 2) / 2
    assert cell(rows, "actions_per_engagement")["value"] == 2.0
    gained = cell(rows, "actions_gained")
    assert (gained["value"], gained["n"]) == (0.5, 2)
    # deviations ±2.5, variance of the mean 2 × (2.5² + 2.5²) / 2² = 6.25 → 2.5; t(.975, 1) = 12.706
    assert gained["high"] == pytest.approx(0.5 + 12.7062 * 2.5, abs=1e-3)


def test_a_contact_without_full_windows_gives_no_actions(tmp_path):
    events = [{"customer_id": "a", "occurred_at": day(on)} for on in ("2024-01-01", "2024-01-20", "2024-02-20")]
    contacts = [touch("2024-01-10", 1), touch("2024-02-10", 1)]
    dataset = build_service(tmp_path, {"events": events, "touches": contacts}, "2024-02-20")
    rows = service(dataset, Question())
    # 10 January is 9 days after the customer came, 10 February 10 days before the end
    assert rows.filter(pl.col("metric") == "actions_gained")["n"].sum() == 0
    assert set(rows.filter(pl.col("metric") == "actions_gained")["value"]) == {None}


def answer(kind, score, customer="a", on="2024-01-10"):
    return {"customer_id": customer, "answered_at": day(on), "kind": kind, "score": float(score)}


def test_promoters_less_detractors(tmp_path):
    # five of 9 or 10, three of 7 or 8, two of 0 to 6
    scores = (10, 9, 9, 10, 9, 8, 7, 7, 6, 0)
    dataset = build_service(tmp_path, {"surveys": [answer("nps", score, f"c{score}") for score in scores]})
    row = cell(service(dataset, JANUARY), "nps")
    assert (row["value"], row["n"]) == (pytest.approx(30.0), 10)
    # Bonett and Price: 6/12 − 3/12 = .25, variance (.75 − .0625) / 12 = .057292, 1.95996 × .239357 = .469131
    assert (row["low"], row["high"]) == (pytest.approx(-21.9131, abs=1e-3), pytest.approx(71.9131, abs=1e-3))


def test_satisfaction_is_the_share_of_four_and_five_and_effort_a_mean(tmp_path):
    marks = [answer("csat", score) for score in (5, 4, 3, 4)] + [answer("csat", 9)]
    efforts = [answer("ces", score, who) for who, score in (("a", 3), ("b", 5), ("c", 7))]
    rows = service(build_service(tmp_path, {"surveys": marks + efforts}), JANUARY)
    satisfied, effort = cell(rows, "csat"), cell(rows, "ces")
    assert (satisfied["value"], satisfied["n"]) == (0.75, 4)  # a 9 is no mark of 1 to 5
    # standard deviation 2, error 2/√3 = 1.1547; t(.975, 2) = 4.30265
    assert (effort["value"], effort["low"]) == (5.0, pytest.approx(5 - 4.30265 * 1.1547, abs=1e-3))


def test_what_the_data_set_lacks_is_left_out_or_named(tmp_path, five):
    rows = service(build_service(tmp_path, {"surveys": [answer("nps", 9)]}), JANUARY)
    assert set(rows["metric"]) == {"nps"}
    with pytest.raises(UserError, match="tickets, touches or surveys"):
        service(five, Question())

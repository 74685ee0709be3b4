"""Friction: risk sets against a loop over every pair of stays, immortal time, and signs worked out by hand."""

import datetime as dt
import math

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.frictions import FRICTIONS
from analytics.contract.settings import Settings
from analytics.metrics.friction import friction
from analytics.metrics.question import Question
from analytics.metrics.risk_sets import compare, count_days
from tests.metrics.factory import build, day


def draw_stays(rng, n, hazard=0.01, onset=0.01, effect=1.0, last=200):
    """(first day watched, last day, has left, day from which the sign shows or None), day by day."""
    stays = []
    for _ in range(n):
        first, sign = int(rng.integers(1, 20)), None
        for today in range(1, last + 1):
            if rng.random() < hazard * (effect if sign is not None else 1.0):
                break
            if sign is None and rng.random() < onset:
                sign = today + 1
        else:
            today = last + 1
        has_left = today <= last
        stays.append((first, min(today, last), int(has_left), sign))
    return [stay for stay in stays if stay[1] >= stay[0]]


def as_rows(stays):
    whole = [(first, last, left, 1) for first, last, left, _ in stays]
    shown = [(max(sign, first), last, left, 1) for first, last, left, sign in stays if sign and sign <= last]
    schema = dict.fromkeys(("from_day", "until_day", "has_left", "n"), pl.Int64)
    return pl.DataFrame(whole, schema=schema, orient="row"), pl.DataFrame(shown, schema=schema, orient="row")


def compare_one_by_one(stays):
    """The same, leaver by leaver over everybody watched on that day."""
    shares, hits, score, variance = [], [], 0.0, 0.0
    weights = dict.fromkeys(range(len(stays)), 0.0)
    for _, last, left, sign in stays:
        if not left:
            continue
        watched = [k for k, one in enumerate(stays) if one[0] <= last <= one[1]]
        others = [k for k in watched if not (stays[k][2] and stays[k][1] == last)]
        if not others:
            continue
        has = {k: stays[k][3] is not None and stays[k][3] <= last for k in watched}
        shares.append(sum(has[k] for k in others) / len(others))
        hits.append(sign is not None and sign <= last)
        for k in others:
            weights[k] += 1 / len(others)
    by_day = {}
    for _, last, left, _ in stays:
        if left:
            by_day[last] = by_day.get(last, 0) + 1
    for today, d in by_day.items():
        watched = [one for one in stays if one[0] <= today <= one[1]]
        if len(watched) == d:
            continue
        on = [one for one in watched if one[3] is not None and one[3] <= today]
        o = sum(one[2] and one[1] == today for one in on)
        n, m = len(watched), len(on)
        score += o - d * m / n
        variance += d * m / n * (1 - m / n) * (n - d) / (n - 1)
    total, squares = sum(weights.values()), sum(w * w for w in weights.values())
    z = score / math.sqrt(variance)
    return np.mean(hits), np.mean(shares), math.erfc(abs(z) / math.sqrt(2)), len(hits), total**2 / squares


def test_risk_sets_agree_with_a_loop_over_every_pair():
    for seed in range(3):
        stays = draw_stays(np.random.default_rng(seed), 60, hazard=0.02, effect=2.0)
        whole, shown = as_rows(stays)
        found = compare(count_days(whole), shown)
        leavers, stayers, p, n, _ = compare_one_by_one(stays)
        assert found["leavers"] == pytest.approx(leavers) and found["stayers"] == pytest.approx(stayers)
        assert found["p"] == pytest.approx(p) and found["n_leavers"] == n
        assert found["low"] < found["difference"] < found["high"]


def test_the_length_of_a_stay_creates_no_difference():
    # a sign that appears at random and does nothing: whoever stays longer has more time for it
    rng = np.random.default_rng(12)
    stays = draw_stays(rng, 3000, hazard=0.01, onset=0.01)
    left = [sign is not None and sign <= last for _, last, gone, sign in stays if gone]
    stayed = [sign is not None and sign <= last for _, last, gone, sign in stays if not gone]
    assert np.mean(left) / np.mean(stayed) < 0.65  # the naive ratio: "protective"
    whole, shown = as_rows(stays)
    found = compare(count_days(whole), shown)
    assert found["leavers"] / found["stayers"] == pytest.approx(1.00, abs=0.05)
    assert found["low"] < 0 < found["high"] and found["p"] > 0.05


def test_a_sign_that_does_nothing_is_seldom_found_and_its_interval_covers_zero():
    rng = np.random.default_rng(13)
    small, covered = 0, 0
    for _ in range(100):
        whole, shown = as_rows(draw_stays(rng, 60, hazard=0.015, onset=0.01, last=80))
        found = compare(count_days(whole), shown)
        small += found["p"] <= 0.05
        covered += found["low"] <= 0 <= found["high"]
    # of 100 at 5 %, more than 11 have a probability of .004
    assert small <= 11 and covered >= 89


def test_a_sign_that_doubles_leaving_is_found():
    whole, shown = as_rows(draw_stays(np.random.default_rng(14), 800, effect=2.0))
    found = compare(count_days(whole), shown)
    assert found["low"] > 0 and found["p"] < 1e-4


@pytest.fixture(scope="module")
def renewals(tmp_path_factory):
    """Twenty half-year contracts from 1 January 2024, in renewal from 2 May: every other one had a bill that failed
    on 10 May and was never paid. Of those ten, `f0` to `f7` leave on 1 July; of the others `g0` and `g1`; the rest
    run on for another term."""
    subscriptions, invoices = [], []
    for kind, n_gone in (("f", 8), ("g", 2)):
        for number in range(10):
            who = f"{kind}{number}"
            base = {"customer_id": who, "mrr": 10.0, "term_months": 6}
            gone = number < n_gone
            subscriptions.append(
                base | {"started_at": day("2024-01-01"), "ended_at": day("2024-07-01") if gone else None}
            )
            failed = 1 if kind == "f" else 0
            invoices.append({"customer_id": who, "due_at": day("2024-05-10"), "amount": 10.0, "failed_attempts": failed,
                             "paid_at": None if failed else day("2024-05-10")})  # fmt: skip
    customers = [{"customer_id": f"{kind}{number}", "kind": kind} for kind in "fg" for number in range(10)]
    rows = pl.DataFrame(subscriptions, infer_schema_length=None)
    tables = {"subscriptions": rows, "invoices": invoices, "customers": customers}
    return build(tmp_path_factory.mktemp("renewals"), tables, Settings(as_of="2024-07-31"))


def test_failed_payments_before_leaving_are_set_against_those_who_stay(renewals):
    rows = {row["sign"]: row for row in friction(renewals, Question()).iter_rows(named=True)}
    failed = rows["failed_payment"]
    # all leave on the same day of the stage: 8 of the 10 leavers had one, 2 of the 10 others
    assert (failed["leavers"], failed["stayers"]) == (0.8, pytest.approx(0.2))
    assert (failed["n_leavers"], failed["n_stayers"]) == (10, 10)
    # Mantel–Haenszel on one table: (8 − 10·10/20)² ÷ (10·10·10·10 / (20²·19)) = 9 ÷ 1.31579
    # the only sign that anybody has, so the adjustment for all signs changes nothing
    assert failed["adjusted_p"] == pytest.approx(math.erfc(math.sqrt(9 / 1.3157895 / 2)), rel=1e-6)
    # Newcombe's interval for .8 of 10 less .2 of 10, from Wilson's .4902–.9433 and .0567–.5098:
    assert failed["low"] == pytest.approx(0.6 - math.hypot(0.8 - 0.49016, 0.50984 - 0.2), abs=1e-4)
    assert failed["verdict"] == "more_before_leaving" and failed["reason"] is None


def test_what_is_missing_is_named_in_a_row_of_its_own(renewals):
    rows = {row["sign"]: row for row in friction(renewals, Question()).iter_rows(named=True)}
    assert len(rows) == len(FRICTIONS)
    assert rows["price_talk"]["reason"] == "the table touches is missing: it takes touches of kind price_talk"
    assert rows["narrow_use"]["leavers"] is None and rows["narrow_use"]["verdict"] == "not_computed"
    assert rows["slow_answer"]["reason"].startswith("the table tickets is missing")


def test_groups_and_periods_choose_the_departures(renewals):
    rows = friction(renewals, Question(by="kind")).filter(pl.col("sign") == "failed_payment")
    assert dict(rows.select("group", "n_leavers").iter_rows()) == {"f": 8, "g": 2}
    assert rows.filter(pl.col("group") == "g")["reason"][0].startswith("only 2 left from renewal")
    before = friction(renewals, Question(end="2024-05-31")).filter(pl.col("sign") == "failed_payment")
    assert before["n_leavers"].to_list() == [0]


def test_a_record_of_the_day_of_leaving_or_later_is_no_sign(tmp_path):
    subscriptions, touches = [], []
    for number in range(20):
        who = f"c{number}"
        gone = number < 10
        subscriptions.append({"customer_id": who, "started_at": day("2024-01-01"), "mrr": 10.0, "term_months": 6,
                              "ended_at": day("2024-07-01") if gone else None})  # fmt: skip
        at = day("2024-07-01") if gone else day("2024-06-30")
        touches.append({"customer_id": who, "touched_at": at, "kind": "price_talk"})
    tables = {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None), "touches": touches}
    rows = friction(build(tmp_path, tables, Settings(as_of="2024-07-31")), Question())
    talk = rows.filter(pl.col("sign") == "price_talk").row(0, named=True)
    assert (talk["leavers"], talk["stayers"]) == (0.0, pytest.approx(1.0))


@pytest.fixture(scope="module")
def joiners(tmp_path_factory):
    """Twelve who join on 1 January 2024: a0–a5 reach first value on the 11th, b0–b5 never do.

    a0 leaves on the 31st, b0–b4 too; the others stay. Everybody uses it on 3 January.
    """
    at = {"a": day("2024-01-01"), "b": day("2024-01-01")}
    subscriptions, events = [], []
    for kind in "ab":
        for number in range(6):
            who = f"{kind}{number}"
            gone = (kind == "a" and number < 1) or (kind == "b" and number < 5)
            subscriptions.append({"customer_id": who, "started_at": at[kind], "mrr": 10.0,
                                  "ended_at": at[kind] + dt.timedelta(days=30) if gone else None})  # fmt: skip
            events.append({"customer_id": who, "occurred_at": day("2024-01-03"), "name": "use"})
            if kind == "a":
                events.append({"customer_id": who, "occurred_at": day("2024-01-11"), "name": "first_value"})
    tables = {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None), "events": events}
    return build(tmp_path_factory.mktemp("joiners"), tables, Settings(as_of="2024-12-31"))


def test_first_value_is_judged_on_the_same_day_since_joining(joiners):
    rows = {row["sign"]: row for row in friction(joiners, Question()).iter_rows(named=True)}
    value = rows["no_value"]
    # day 30: 5 of the 6 leavers without it, 1 (b5) of the 6 others
    assert (value["leavers"], value["stayers"]) == (pytest.approx(5 / 6), pytest.approx(1 / 6))
    assert rows["slow_value"]["leavers"] == pytest.approx(5 / 6)  # half had reached it after 10 days
    assert rows["steps_unfinished"]["reason"] == "it takes events named as stages.onboarding_event"


def test_a_snapshot_is_refused(tmp_path):
    rows = [{"customer_id": "a", "churned": True, "tenure": 3.0}]
    with pytest.raises(UserError, match="needs dates"):
        friction(build(tmp_path, {"snapshot": rows}), Question())


def test_every_stage_has_its_signs():
    assert {one.stage for one in FRICTIONS} == {"onboarding", "adoption", "escalation", "renewal"}
    assert len({one.name for one in FRICTIONS}) == len(FRICTIONS)

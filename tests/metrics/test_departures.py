"""Departures by choice and by payment failure, on six customers."""

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.churn import churn
from analytics.metrics.departures import departure_shares, departures
from analytics.metrics.movements import movements
from analytics.metrics.question import Question
from tests.metrics.factory import build, day

FEBRUARY = Question(start="2024-02-01", end="2024-02-29")


@pytest.fixture(scope="module")
def leavers(tmp_path_factory):
    """Six at the start of February, five gone in it; only what was stated and billed differs.

    says: reason card payment. fails: last bill failed, never paid. paid: last bill failed twice and was paid.
    early: an older bill failed, the last one did not. silent: nothing known. stays.
    """
    names = ("says", "fails", "paid", "early", "silent", "stays")
    ends = {name: day("2024-02-10") for name in names if name != "stays"}
    subscriptions = [
        {"customer_id": name, "started_at": day("2024-01-01"), "ended_at": ends.get(name), "mrr": 10.0}
        for name in names
    ]
    bills = [
        ("fails", "2024-02-05", 4, "uncollectible", None),
        ("paid", "2024-02-05", 2, "paid", day("2024-02-08")),
        ("early", "2024-01-05", 3, "uncollectible", None),
        ("early", "2024-02-05", 0, "open", None),
        ("stays", "2024-02-05", 4, "uncollectible", None),
    ]
    invoices = [
        {
            "customer_id": who,
            "due_at": day(due),
            "amount": 10.0,
            "failed_attempts": n,
            "status": status,
            "paid_at": paid,
        }
        for who, due, n, status, paid in bills
    ]
    stated = [{"customer_id": "says", "churned_at": day("2024-02-12"), "reason": "Payment declined"}]
    tables = {"subscriptions": subscriptions, "invoices": invoices, "churn_events": stated}
    return build(tmp_path_factory.mktemp("leavers"), tables, Settings(as_of="2024-03-15"))


def test_a_failed_and_unpaid_last_bill_or_the_stated_reason_makes_a_payment_failure(leavers):
    rows = {row["kind"]: row for row in departures(leavers, FEBRUARY).iter_rows(named=True)}
    assert {kind: row["churned"] for kind, row in rows.items()} == {"voluntary": 2, "payment_failure": 2, "unknown": 1}
    failed = rows["payment_failure"]
    # Wilson, 2 of 6: (.3333 + .3201) / (1 + .6402) ± …: .0968 to .7000
    assert (failed["rate"], failed["low"], failed["high"]) == pytest.approx((2 / 6, 0.0968, 0.7000), abs=1e-4)
    assert (failed["base"], failed["mrr_lost"], failed["state"]) == (6, 20.0, "final")


@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_the_kinds_add_up_to_churn_in_customers_and_in_revenue(leavers, period):
    question = Question(period=period)
    kinds = departures(leavers, question).group_by("period", maintain_order=True)
    sums = kinds.agg(pl.col("churned", "mrr_lost").sum())
    assert sums["churned"].to_list() == churn(leavers, question, convention="start_existing")["churned"].to_list()
    assert [-lost for lost in sums["mrr_lost"]] == movements(leavers, question)["churn"].to_list()


def test_without_bills_and_reasons_nothing_can_be_told(five):
    with pytest.raises(UserError, match="payment failures"):
        departures(five, Question())


def test_the_kinds_are_shares_of_all_departures(leavers):
    rows = {row["kind"]: row for row in departure_shares(leavers, Question()).iter_rows(named=True)}
    # January and February are over: five gone, two by payment, one unknown; March is not over
    assert {kind: (row["churned"], row["departures"]) for kind, row in rows.items()} == {
        "voluntary": (2, 5),
        "payment_failure": (2, 5),
        "unknown": (1, 5),
    }
    failed = rows["payment_failure"]
    # Wilson, 2 of 5: centre (.4 + .3841) / 1.7683 = .4434, half-width 1.96 √(.048 + .0384) / 1.7683 = .3258
    assert (failed["share"], failed["low"], failed["high"]) == pytest.approx((0.4, 0.1176, 0.7693), abs=1e-4)
    assert failed["mrr_lost"] == 20.0


def test_shares_of_departures_are_those_of_each_group(leavers):
    rows = departure_shares(leavers, Question(by="customer_id"))
    says = rows.filter(pl.col("group") == "says")
    assert says.select("kind", "churned", "departures").rows()[1] == ("payment_failure", 1, 1)
    assert rows.filter(pl.col("group") == "stays")["share"].null_count() == 3


def test_without_a_period_that_is_over_there_are_no_shares(leavers):
    assert departure_shares(leavers, Question(start="2024-03-01")).is_empty()

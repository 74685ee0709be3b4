"""Buyers without a contract: published constants on CDNOW, and small histories by hand."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.order_size import correlate, expected_spend, fit_spend
from analytics.metrics.order_value import read_buyers
from analytics.metrics.question import Question
from analytics.metrics.repeat_buying import Histories, alive_share, expected_orders, fit_buying
from analytics.metrics.value import say_convention, value
from analytics.metrics.value_fits import check_holdout, value_fits
from tests.metrics.factory import build, day

CDNOW_FIT = (0.2426, 4.4135, 0.7929, 2.4258)  # Fader, Hardie & Lee (2005), table 2


def test_cdnow_gives_the_published_parameters(shared_data):
    rows = pl.read_csv(shared_data("cdnow") / "cdnow_customers_summary.csv")
    histories = Histories.of(rows["frequency"], rows["recency"], rows["T"])
    fit = fit_buying(histories, "bg_nbd")
    assert fit.parameters == pytest.approx(CDNOW_FIT, rel=5e-4)
    assert fit.log_likelihood == pytest.approx(-9582.43, abs=0.01)
    # the first customer: two repeats, the last in week 30.43 of 38.86; 1.226 orders in the next 39 weeks
    assert expected_orders(histories, "bg_nbd", 39, *CDNOW_FIT)[0] == pytest.approx(1.226, abs=1e-3)


def test_cdnow_gives_the_published_spend(shared_data):
    rows = pl.read_csv(shared_data("cdnow") / "cdnow_customers_summary_with_transactions.csv")
    again = rows.filter(pl.col("x") > 0)
    fit = fit_spend(again["x"], again["zbar"])
    assert again.height == 946 and fit.parameters == pytest.approx((6.249, 3.745, 15.448), rel=5e-4)
    assert correlate(again["x"], again["zbar"]) == pytest.approx(0.11, abs=0.005)


def read_sample(folder):
    fields = [line.split() for line in (folder / "CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    instants = [dt.datetime.strptime(row[2], "%Y%m%d") for row in fields]
    columns = {"customer_id": [row[0] for row in fields], "occurred_at": instants}
    return pl.DataFrame(columns | {"amount": [float(row[4]) for row in fields]})


def test_cdnow_from_its_orders_is_the_published_fit_and_foretells_the_other_half(shared_data, tmp_path):
    dataset = build(tmp_path, {"events": read_sample(shared_data("cdnow"))}, Settings(as_of="1998-06-30"))
    buyers = read_buyers(dataset, Question(), until_on=dt.date(1997, 9, 30))
    fit = fit_buying(Histories.of(buyers["repeats"], buyers["last"], buyers["age"]), "bg_nbd")
    assert buyers.height == 2357 and fit.parameters == pytest.approx(CDNOW_FIT, rel=5e-3)
    check = check_holdout(dataset, Question(), model="bg_nbd")
    # 39 weeks are half of the file: 1,882 orders followed in the other half
    assert check["seen"].sum() == 1882 and check["expected"].sum() == pytest.approx(1882, rel=0.15)
    assert check["buyers"].sum() == 2357


def test_only_who_could_be_lost_can_be_gone():
    once, twice = Histories.of([0, 1], [0, 10], [30, 30]), (1.0, 10.0, 1.0, 2.0)
    # BG/NBD: one order, no chance to be lost yet; x = 1: 1 ÷ (1 + 1/2 · (40/20)²) = 1/3
    assert alive_share(once, "bg_nbd", *twice) == pytest.approx([1, 1 / 3])
    # MBG/NBD: x = 0: 1 ÷ (1 + 1/2 · 40/10) = 1/3; x = 1: 1 ÷ (1 + 1/3 · (40/20)²) = 3/7
    assert alive_share(once, "mbg_nbd", *twice) == pytest.approx([1 / 3, 3 / 7])


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
def test_expected_orders_agree_with_simulated_buyers(model):
    # 400,000 buyers drawn from the model, their next 20 weeks averaged: the standard error is about .005
    rng, (r, alpha, a, b), n = np.random.default_rng(3), (2.0, 8.0, 1.5, 3.0), 400_000
    rate, leaves = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    at, alive, orders = np.zeros(n), np.ones(n, dtype=bool), np.zeros(n)
    if model == "mbg_nbd":
        alive &= rng.random(n) > leaves
    while alive.any():
        at = at + rng.exponential(1 / rate)
        alive &= at < 20
        orders += alive
        alive &= rng.random(n) > leaves
    fresh = Histories.of([0], [0], [0])
    assert expected_orders(fresh, model, 20.0, r, alpha, a, b)[0] == pytest.approx(orders.mean(), abs=0.02)


def test_expected_spend_lies_between_ones_own_and_everybodys():
    # p (v + x m) ÷ (p x + q − 1): 2 · (10 + 3 · 20) ÷ (6 + 3 − 1) = 17.5; without a repeat 2 · 10 ÷ 2 = 10
    assert expected_spend([3, 0], [20, 0], 2.0, 3.0, 10.0) == pytest.approx([17.5, 10])
    assert np.isnan(expected_spend([0], [0], 2.0, 0.9, 10.0)[0])


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """As of 31 December 2024: 40 buyers of two towns, the n-th ordering every 10 + n days until October."""
    events, customers = [], []
    for n in range(40):
        customers.append({"customer_id": f"b{n:02}", "town": "north" if n % 2 else "south"})
        for nth in range(0 if n % 4 == 3 else min(n, 200 // (10 + n)) + 1):
            at = day("2024-03-01") + dt.timedelta(days=nth * (10 + n))
            events.append({"customer_id": f"b{n:02}", "occurred_at": at, "name": "order", "amount": 20.0 + n})
        events.append({"customer_id": f"b{n:02}", "occurred_at": day("2024-02-01"), "name": "look", "amount": None})
    extra = [("b00", "2024-03-01", 5.0), ("b04", "2024-12-01", -9.0), ("b08", "2024-12-01", 0.0)]
    events += [{"customer_id": who, "occurred_at": day(at), "name": "order", "amount": pay} for who, at, pay in extra]
    tables = {"events": pl.DataFrame(events, infer_schema_length=None), "customers": customers}
    return build(tmp_path_factory.mktemp("shop"), tables, Settings(as_of="2024-12-31"))


def test_an_order_is_a_day_that_is_not_all_refunds(shop):
    rows = {row["customer_id"]: row for row in read_buyers(shop, Question()).iter_rows(named=True)}
    assert len(rows) == 30  # who never ordered is no buyer, whatever they looked at
    assert rows["b00"]["repeats"] == 0 and rows["b00"]["mean_spend"] == 0  # two orders of one day are one
    assert rows["b04"]["repeats"] == 4  # the refund is no order
    assert rows["b08"]["repeats"] == 9 and rows["b08"]["mean_spend"] == pytest.approx(8 * 28 / 9)  # the free one is
    assert rows["b04"]["age"] == pytest.approx(305 / 7) and rows["b04"]["last"] == pytest.approx(4 * 14 / 7)
    assert read_buyers(shop, Question(), until_on=dt.date(2024, 3, 20))["later"].sum() > 0


def test_groups_average_their_buyers(shop):
    everybody = value(shop, Question(), horizon=12)
    assert everybody.columns == ["customer_id", "lifetime_value", "low", "high", "horizon_months"]
    assert (everybody["low"] < everybody["lifetime_value"]).all()
    assert (everybody["lifetime_value"] < everybody["high"]).all()
    assert everybody["lifetime_value"].is_sorted(descending=True)
    whole = value(shop, Question(), horizon=12, summary=True)
    assert whole["group"].to_list() == ["all"] and whole["customers"].to_list() == [30]
    assert whole["lifetime_value"][0] == pytest.approx(everybody["lifetime_value"].mean())
    towns = value(shop, Question(by="town"), horizon=12)
    assert towns["group"].to_list() == ["north", "south"] and towns["customers"].sum() == 30
    weighted = (towns["customers"] * towns["lifetime_value"]).sum() / 30
    assert weighted == pytest.approx(whole["lifetime_value"][0])


def test_the_fit_is_shown_with_its_forecast(shop):
    rows = {(model, name): number for model, name, number, *_ in value_fits(shop, Question()).iter_rows()}
    assert rows[("mbg_nbd", "buyers")] == 30 and ("gamma_gamma", "correlation") in rows
    assert rows[("mbg_nbd", "holdout_expected")] > 0
    assert "expected spend per order" in say_convention(shop)


def test_what_cannot_be_valued_says_what_is_missing(shop):
    with pytest.raises(UserError, match="ordered on two days or more"):
        value(shop, Question(where="customer_id = 'b04'"))
    with pytest.raises(UserError, match="events with an amount"):
        value(shop, Question(), event="look")
    with pytest.raises(UserError, match="mbg_nbd"):
        value(shop, Question(), model="mbg_nbt")
    with pytest.raises(UserError, match="1 to 120"):
        value(shop, Question(), horizon=0)

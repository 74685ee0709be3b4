"""Unusual periods: planted ones are named, chance is not, and the shared clickstream's incidents are found."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.intake.check import check_source
from analytics.metrics.question import Question
from analytics.metrics.scan import LEVEL, Counts, scan_series
from analytics.metrics.unusual import unusual_periods
from analytics.metrics.unusual_groups import unusual_groups
from analytics.store.build import build_dataset
from tests.metrics.factory import build, day


def series(n, period="day", **further):
    values = np.asarray(n, dtype=float)
    seasons = [np.arange(len(values)) % 7] if period == "day" else []
    given = {"exposure": np.ones_like(values), "customers": values, "squares": values, "seasons": seasons} | further
    return Counts(n=values, period=period, **given)


def named(counts):
    return [(one.first, one.last) for one in scan_series(counts) if one.p <= LEVEL]


@pytest.mark.parametrize(
    ("mean", "n", "period"), [(0.5, 177, "day"), (3, 177, "day"), (40, 78, "week"), (8, 18, "month")]
)
def test_of_chance_alone_hardly_anything_is_named(mean, n, period):
    # 60 runs at 5 %: more than 7 have a probability of .009
    rng = np.random.default_rng(7)
    assert sum(bool(named(series(rng.poisson(mean, n), period))) for _ in range(60)) <= 7


def test_growth_and_weekdays_are_no_incident():
    rng = np.random.default_rng(8)
    usual = np.linspace(5, 40, 180) * np.where(np.arange(180) % 7 < 5, 1.0, 0.4)
    assert sum(bool(named(series(rng.poisson(usual)))) for _ in range(40)) <= 6


def test_a_planted_fall_is_found_with_its_ends():
    rng = np.random.default_rng(9)
    usual = np.linspace(10, 20, 180)
    usual[100:121] *= 0.3
    found = scan_series(series(rng.poisson(usual)))[0]
    assert abs(found.first - 100) <= 2 and abs(found.last - 120) <= 2 and found.p < 1e-6
    assert found.expected == pytest.approx(np.linspace(10, 20, 180)[100:121].sum(), rel=0.1)


def test_a_burst_in_a_series_of_zeros_is_found():
    n = np.zeros(150)
    n[60:70] = [2, 1, 3, 0, 2, 2, 1, 4, 2, 1]
    assert named(series(n)) == [(60, 69)]


def test_one_busy_customer_is_no_incident():
    rng = np.random.default_rng(10)
    n = rng.poisson(2, 120).astype(float)
    n[50] = 30
    alone = n.copy()
    alone[50] = 1
    assert (50, 50) in named(series(n))
    assert (50, 50) not in named(series(n, customers=alone))


def test_events_that_come_in_bunches_are_not_mistaken_for_incidents():
    # every customer brings ten at once: ten times Poisson's variance
    rng = np.random.default_rng(11)
    runs = 0
    for _ in range(40):
        customers = rng.poisson(2, 150).astype(float)
        runs += bool(named(series(customers * 10, customers=customers, squares=customers * 100)))
    assert runs <= 6


def test_a_conversion_that_collapses_is_named_in_words(tmp_path):
    # 20 carts a week; 60 % become purchases, but none in the tenth to the twelfth week
    events, start = [], day("2024-01-01")
    for week in range(20):
        for number in range(20):
            at = start + dt.timedelta(weeks=week, days=number % 7, hours=number)
            who = f"c{week}-{number}"
            events.append({"customer_id": who, "occurred_at": at, "name": "cart"})
            if number % 5 < 3 and not 9 <= week < 12:
                events.append({"customer_id": who, "occurred_at": at + dt.timedelta(hours=1), "name": "purchase"})
    dataset = build(tmp_path, {"events": pl.DataFrame(events)}, Settings(as_of="2024-05-19"))
    rows = unusual_periods(dataset, Question(period="week"), event="purchase", per="cart")
    assert rows.select("from", "to", "observed").rows() == [(dt.date(2024, 3, 4), dt.date(2024, 3, 24), 0)]
    assert rows["expected"][0] == pytest.approx(36, rel=0.05) and rows["ratio"][0] == 0
    assert rows["said"][0].startswith("purchase per cart, from 2024-03-04 to 2024-03-24: 0 where 36.")
    assert unusual_periods(dataset, Question(period="week"), event="cart").is_empty()


def test_too_few_periods_are_refused(tmp_path):
    events = [{"customer_id": "a", "occurred_at": day("2024-01-01"), "name": "cart"}] * 30
    dataset = build(tmp_path, {"events": pl.DataFrame(events)}, Settings(as_of="2024-05-19"))
    with pytest.raises(UserError, match="too few to tell what is usual"):
        unusual_periods(dataset, Question(period="month"))


def test_a_group_is_set_against_all_others(tmp_path):
    # north: 40 of 100 views end in a purchase, south: 60 of 100, one view a customer
    events = []
    for region, bought in (("north", 40), ("south", 60)):
        for number in range(100):
            base = {"customer_id": f"{region}{number}", "occurred_at": day("2024-03-01"), "region": region}
            events += [base | {"name": "view"}] + ([base | {"name": "buy"}] if number < bought else [])
    dataset = build(tmp_path, {"events": pl.DataFrame(events)}, Settings(as_of="2024-05-19"))
    rows = unusual_groups(dataset, Question(by="region"), event="buy", per="view")
    north = rows.filter(pl.col("group") == "north").row(0, named=True)
    # the usual error of two shares: √(.24 / 100 + .24 / 100)
    error = (0.24 / 100 + 0.24 / 100) ** 0.5
    assert (north["ratio"], north["others"]) == (0.4, 0.6)
    assert north["low"] == pytest.approx(-0.2 - 1.959964 * error) and north["high"] == pytest.approx(
        -0.2 + 1.959964 * error
    )
    assert north["adjusted_p"] == pytest.approx(0.003892, abs=1e-5)  # 2 Φ(−.2 / .069282), the same for both
    with pytest.raises(UserError, match="Name an attribute and two events"):
        unusual_groups(dataset, Question(), event="buy", per="view")


@pytest.fixture(scope="module")
def clickstream(tmp_path_factory):
    folder, built = tmp_path_factory.mktemp("clicks"), {}

    def find(shared_data):
        if not built:
            source = shared_data("ecom_clickstream") / "ecom.csv.gz"
            built["dataset"] = build_dataset(check_source(source, {}, None, folder), folder / "clicks.duckdb")
        return built["dataset"]

    return find


def overlaps(rows, first, last):
    return rows.filter((pl.col("from") <= dt.date.fromisoformat(last)) & (pl.col("to") >= dt.date.fromisoformat(first)))


def test_the_payment_incident_is_named_to_the_day(shared_data, clickstream):
    rows = unusual_periods(clickstream(shared_data), Question(period="day"), event="purchase", per="payment_details")
    # 19 May to 7 June, the night of the 7th ending on the 8th
    assert rows.select("from", "to").row(0) == (dt.date(2024, 5, 19), dt.date(2024, 6, 8))
    assert rows["ratio"][0] < 0.5 and rows.height <= 2


def test_the_checkout_bug_is_named_on_mobile_alone(shared_data, clickstream):
    question = Question(period="week", by="platform")
    rows = unusual_periods(clickstream(shared_data), question, event="payment_details", per="shipping_details")
    # 9 April to 9 May: the weeks that hold it
    assert rows.select("group", "from", "to").rows()[0] == ("mobile", dt.date(2024, 4, 8), dt.date(2024, 5, 12))


def test_the_viral_article_shows_where_its_visitors_ask_for_help(shared_data, clickstream):
    rows = unusual_periods(clickstream(shared_data), Question(period="day"), event="support_chat")
    assert overlaps(rows, "2024-02-29", "2024-03-03")["ratio"].to_list()[0] > 3
    assert overlaps(rows, "2024-05-19", "2024-06-08").height == 1 and rows.height == 2


def test_new_users_and_young_cohorts_convert_less(shared_data, clickstream):
    dataset = clickstream(shared_data)
    by_age = unusual_groups(dataset, Question(by="user_lifecycle"), event="add_to_cart", per="product_view")
    told = {row["group"]: (row["difference"], row["adjusted_p"]) for row in by_age.iter_rows(named=True)}
    assert told["new"][0] < -0.05 and told["loyal"][0] > 0.05 and max(told["new"][1], told["loyal"][1]) < 1e-6
    by_cohort = unusual_groups(dataset, Question(by="user_cohort"), event="add_to_cart", per="product_view")
    told = {row["group"]: (row["difference"], row["adjusted_p"]) for row in by_cohort.iter_rows(named=True)}
    assert told["2024-04"][0] < 0 < told["2024-01"][0] and max(told["2024-04"][1], told["2024-01"][1]) < 0.01

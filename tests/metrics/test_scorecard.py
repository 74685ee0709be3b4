"""The scorecard: the latest finished period against the one before."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.metrics.churn import churn
from analytics.metrics.movements import revenue
from analytics.metrics.question import Question
from analytics.metrics.scorecard import scorecard, scorecard_history
from tests.metrics.factory import build, day


def test_it_reads_the_last_final_period_and_the_one_before(five):
    rows = {row["metric"]: row for row in scorecard(five, Question()).iter_rows(named=True)}
    # April is not over. March: open, up, late are here at its end; February ended with open and up
    customers = rows["customers"]
    assert (customers["period"], customers["value"], customers["previous"]) == (dt.date(2024, 3, 1), 3, 2)
    assert rows["new_customers"]["value"] == 1
    assert (rows["mrr"]["value"], rows["mrr"]["previous"], rows["mrr"]["unit"]) == (120, 90, "EUR")
    assert rows["churn_start_existing"]["value"] == 0 and rows["churn_start_existing"]["previous"] == 0.5
    assert {row["state"] for row in rows.values()} == {"final"}


def test_its_numbers_are_those_of_their_own_tables(five):
    history = scorecard_history(five, Question())
    left = history.filter(pl.col("metric") == "churn_start_existing")
    table = churn(five, Question(), convention="start_existing")
    assert left["value"].to_list() == table["rate"].to_list() and left["low"].to_list() == table["low"].to_list()
    arpa = history.filter(pl.col("metric") == "arpa")["value"].to_list()
    assert arpa == revenue(five, Question())["arpa"].to_list()


def test_groups_have_their_own_latest_period(five):
    rows = scorecard(five, Question(by="size")).filter(pl.col("metric") == "customers")
    assert dict(rows.select("group", "value").iter_rows()) == {"S": 1.0, "L": 1.0, "M": 1.0}


def test_targets_come_from_the_settings_and_one_period_has_no_previous(tmp_path):
    rows = [{"customer_id": "a", "started_at": day("2024-01-05"), "mrr": 10.0}]
    settings = Settings(as_of="2024-01-20", targets={"mrr": 12.5})
    card = scorecard(build(tmp_path, {"subscriptions": rows}, settings), Question())
    mrr = card.row(by_predicate=pl.col("metric") == "mrr", named=True)
    assert (mrr["value"], mrr["target"], mrr["previous"], mrr["state"]) == (10.0, 12.5, None, "unfinished")
    assert card.row(by_predicate=pl.col("metric") == "arpa", named=True)["target"] is None


def test_without_subscriptions_only_customers_are_counted(tmp_path):
    dataset = build(tmp_path, {"events": [{"customer_id": "a", "occurred_at": day("2024-01-05")}]})
    assert scorecard(dataset, Question())["metric"].to_list() == [
        "customers",
        "new_customers",
        "churn_start_existing",
        "churn_yearly",
    ]


def test_the_period_before_may_lie_before_the_first_one_chosen(five):
    # March is the only final month from March on; the two customers of February are what it is compared with
    whole, chosen = scorecard(five, Question()), scorecard(five, Question(start="2024-03-01"))
    assert chosen.equals(whole)
    until = scorecard(five, Question(start="2024-02-01", end="2024-02-29"))
    customers = until.row(by_predicate=pl.col("metric") == "customers", named=True)
    assert (customers["period"], customers["value"]) == (dt.date(2024, 2, 1), 2)
    january = scorecard(five, Question(end="2024-01-31")).row(by_predicate=pl.col("metric") == "customers", named=True)
    assert customers["previous"] == january["value"]


def test_a_year_has_the_year_before_it_and_history_begins_with_the_data(tmp_path):
    # a from 2022 on, b from 2023 on: one customer at the end of 2022, two at the end of 2023
    rows = [
        {"customer_id": who, "started_at": day(at), "mrr": 10.0}
        for who, at in (("a", "2022-02-01"), ("b", "2023-02-01"))
    ]
    dataset = build(tmp_path, {"subscriptions": rows}, Settings(as_of="2023-12-31"))
    question = Question(period="year", start="2023-01-01")
    customers = scorecard(dataset, question).row(by_predicate=pl.col("metric") == "customers", named=True)
    assert (customers["value"], customers["previous"]) == (2, 1)
    history = scorecard_history(dataset, question).filter(pl.col("metric") == "customers")
    assert history["period"].to_list() == [dt.date(2022, 1, 1), dt.date(2023, 1, 1)]


def test_an_unfinished_period_is_compared_with_nothing(five):
    april = scorecard(five, Question(start="2024-04-01"))
    assert set(april["state"]) == {"unfinished"} and april["previous"].null_count() == april.height


def test_yearly_churn_follows_from_monthly_churn_and_from_no_other(five):
    # February: one of two left; 1 − .5^12 = .999756
    until = scorecard(five, Question(end="2024-02-29")).filter(
        pl.col("metric").is_in(["churn_start_existing", "churn_yearly"])
    )
    assert until["value"].to_list() == [0.5, pytest.approx(0.999756, abs=1e-6)]
    assert until["low"][1] == pytest.approx(1 - (1 - until["low"][0]) ** 12)
    assert "churn_yearly" not in scorecard(five, Question(period="quarter"))["metric"]


def test_a_period_chosen_beyond_the_data_gives_an_empty_card(five):
    assert scorecard(five, Question(start="2030-01-01")).is_empty()
    with pytest.raises(Exception, match="no customer"):
        scorecard(five, Question(where="size = 'none'"))

"""The six conventions on one month followed by hand."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.metrics.churn import CONVENTIONS, churn, yearly_rate
from analytics.metrics.question import Question
from tests.metrics.february import build_february


@pytest.fixture(scope="module")
def february(tmp_path_factory):
    return build_february(tmp_path_factory.mktemp("february"))


def test_the_worked_example_of_every_convention(february):
    rows = churn(february, Question(start="2024-02-01", end="2024-02-29"), convention="all")
    assert rows["convention"].to_list() == list(CONVENTIONS)
    told = {row["convention"]: row for row in rows.iter_rows(named=True)}
    assert told["start"]["rate"] == pytest.approx(0.120)
    assert told["start_existing"]["rate"] == pytest.approx(0.100)
    assert told["net_of_returns"]["rate"] == pytest.approx(0.090)
    assert told["active_window"]["rate"] == pytest.approx(12 / 140)  # 8.6 %
    assert told["acquired"]["rate"] == pytest.approx(0.300)
    # on the morning of the 10th 100 + 40 are here; on the 15th 10 fewer
    assert told["daily"]["rate"] == pytest.approx(10 / 140 + 2 / 130)
    assert (told["daily"]["churned"], told["daily"]["base"]) == (12, None)


def test_an_interval_is_given_only_where_the_churned_are_part_of_the_base(february):
    rows = churn(february, Question(start="2024-02-01", end="2024-02-29"), convention="all")
    has_interval = dict(zip(rows["convention"], rows["low"].is_not_null(), strict=True))
    assert [name for name in CONVENTIONS if has_interval[name]] == ["start_existing", "net_of_returns", "active_window"]


def test_the_first_period_has_nobody_at_its_start_and_the_last_is_unfinished(february):
    rows = churn(february, Question())
    assert rows["rate"].to_list() == [None, 0.12, 0.0]
    assert rows["base"].to_list() == [0, 100, 129]
    assert rows["state"].to_list() == ["final", "final", "unfinished"]


def test_a_contract_that_ends_on_the_first_is_lost_in_that_month_not_before(five):
    # back ended on 1 February (the first day away), mid on the 15th; both were here on 31 January, with open and up
    rows = churn(five, Question(), convention="start_existing")
    assert rows["churned"].to_list() == [0, 2, 0, 0] and rows["base"].to_list() == [0, 4, 2, 3]


def test_someone_who_ends_after_the_last_day_has_not_left(five):
    april = churn(five, Question(where="size = 'M'")).row(-1, named=True)
    assert (april["period"], april["churned"], april["base"]) == (dt.date(2024, 4, 1), 0, 1)


@pytest.mark.parametrize("convention", ["start", "start_existing", "net_of_returns", "active_window", "acquired"])
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
def test_groups_sum_to_the_total(five, convention, period):
    total = churn(five, Question(period=period), convention=convention)
    parts = churn(five, Question(period=period, by="size"), convention=convention)
    sums = parts.group_by("period").agg(pl.col("churned", "base").sum()).sort("period")
    assert sums.equals(total.select(sums.columns))


def test_a_year_of_five_percent_months_is_not_sixty_percent():
    # .95^12 = .5404
    assert pl.select(yearly_rate(pl.lit(0.05))).item() == pytest.approx(0.4596, abs=1e-4)


def test_an_unknown_convention_names_the_nearest(five):
    with pytest.raises(UserError, match="net_of_returns"):
        churn(five, Question(), convention="net_returns")

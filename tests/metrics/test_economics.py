"""What a point of retention is worth: the projection month by month against a plain loop."""

import pytest

from analytics.contract.settings import Settings
from analytics.metrics.economics import economics, project_point
from analytics.metrics.question import Question
from tests.metrics.factory import build, day

COSTS = {"acquisition_cost": 300.0, "keeping_cost": 0.5}


def make_company(folder, targets):
    """100 customers at 20 a month from January 2023; two leave on the 15th of every month of 2024, all of group L."""
    rows, customers = [], []
    for number in range(100):
        month = number // 2 + 1
        leaves = day(f"2024-{month:02}-15") if month <= 12 else None
        name = f"c{number:03}"
        rows.append({"customer_id": name, "started_at": day("2023-01-01"), "ended_at": leaves, "mrr": 20.0})
        customers.append({"customer_id": name, "size": "L" if number < 50 else "S"})
    settings = Settings(as_of="2024-12-31", gross_margin=0.8, targets=targets)
    return build(folder, {"subscriptions": rows, "customers": customers}, settings)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return make_company(tmp_path_factory.mktemp("costs"), COSTS)


def told(dataset, question=None):
    return {row["metric"]: row for row in economics(dataset, question or Question()).iter_rows(named=True)}


# 24 of 100 + 98 + … + 78 = 1,068 customer-months were lost; 76 customers at 20 a month are left
CHURN, NOW = 24 / 1068, 76


def project(churn, customers=NOW):
    """A plain loop over the months: customers kept, revenue kept, margin so far, customer-months with the point."""
    plain = better = float(customers)
    margin = spent = 0.0
    months = []
    for _ in range(12):
        spent += better
        plain *= 1 - churn
        better *= 1 - max(churn - 0.01, 0)
        margin += (better - plain) * 20 * 0.8
        months.append((better - plain, (better - plain) * 20, margin, spent))
    return months


def test_the_working_is_the_plain_projection_month_by_month(company):
    rows = project_point(company, Question())
    assert rows["month"].to_list() == list(range(1, 13)) and rows["churn"].unique().to_list() == [CHURN]
    for row, (kept, mrr, margin, _) in zip(rows.iter_rows(named=True), project(CHURN), strict=True):
        assert (row["customers_kept"], row["mrr_kept"], row["margin"]) == pytest.approx((kept, mrr, margin))
    # in the first month it is one point of 76, whatever the churn
    assert rows["customers_kept_low"][0] == pytest.approx(0.76) == rows["customers_kept_high"][0]


def test_the_year_in_numbers_with_the_interval_of_the_churn_rate(company):
    rows = told(company)
    kept, mrr, margin, spent = project(CHURN)[-1]
    assert (rows["point_customers"]["value"], rows["point_mrr"]["value"]) == pytest.approx((kept, mrr))
    assert (rows["point_value"]["value"], rows["point_break_even"]["value"]) == pytest.approx((margin, margin / spent))
    # Wilson, 24 of 1,068: (.0224719 + .0017984 ± .0090690) / 1.0035969; the higher the churn, the less a point is worth
    low, high = project(0.0332198)[-1], project(0.0151468)[-1]
    assert (rows["point_value"]["low"], rows["point_value"]["high"]) == pytest.approx((low[2], high[2]), rel=1e-4)
    assert {row["n"] for row in rows.values()} == {1068} and {row["state"] for row in rows.values()} == {"final"}


def test_keeping_and_acquiring_are_compared_at_the_costs_given(company):
    rows = told(company)
    kept, _, _, spent = project(CHURN)[-1]
    assert rows["point_replacement_cost"]["value"] == pytest.approx(300 * kept)
    assert rows["point_keeping_cost"]["value"] == pytest.approx(0.5 * spent / kept)
    assert rows["keeping_to_acquiring"]["value"] == pytest.approx(0.5 * spent / kept / 300)


def test_a_segment_without_losses_has_no_point_to_gain(company):
    rows = economics(company, Question(by="size"))
    values = {(row["metric"], row["group"]): row for row in rows.iter_rows(named=True)}
    assert values["point_customers", "S"]["value"] == 0.0
    # nobody of 600 customer-months left, which 0 to .6 % a month explains: at most .6 % can be gained
    kept = 50 * (1 - (1 - 3.841459 / 603.841459) ** 12)
    assert values["point_customers", "S"]["high"] == pytest.approx(kept, rel=1e-4)
    assert values["point_customers", "L"]["n"] == 468  # 50 + 48 + … + 28


def test_a_cost_that_is_not_given_is_named(five):
    rows = told(five)
    assert rows["point_replacement_cost"]["value"] is None
    assert "targets.acquisition_cost" in rows["point_replacement_cost"]["missing"]
    assert rows["point_value"]["state"] == "unfinished" and rows["point_value"]["missing"] == ""


def test_without_subscriptions_customers_are_projected_and_revenue_is_missing(tmp_path):
    events = [{"customer_id": "a", "occurred_at": day(on)} for on in ("2024-01-05", "2024-02-05", "2024-03-05")]
    rows = told(build(tmp_path, {"events": events}))
    assert rows["point_customers"]["value"] == 0.0
    assert (rows["point_value"]["value"], rows["point_value"]["missing"]) == (None, "subscriptions with mrr")

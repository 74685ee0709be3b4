"""What can be chosen: attributes of few values, and the period that is still open."""

import datetime as dt

import pytest

from analytics.store.choices import OpenPeriod, attribute_choices, open_period
from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    customers = [
        {
            "customer_id": f"{n:02}",
            "plan": "pro" if n % 3 else "basic",
            "seats": float(n),
            "vip": n < 9,
            "code": f"x{n}",
        }
        for n in range(60)
    ]
    events = [
        {"customer_id": "01", "occurred_at": day("2024-03-05")},
        {"customer_id": "02", "occurred_at": day("2024-04-20")},
    ]
    return build(tmp_path_factory.mktemp("small"), {"customers": customers, "events": events})


def test_lists_hold_texts_and_flags_of_few_values_most_frequent_first(small):
    # 20 of 60 numbers are divisible by 3; 9 are vip. seats is a number, code has 60 values, stage holds the outcome.
    assert attribute_choices(small) == {"plan": ("pro", "basic"), "vip": ("false", "true")}


@pytest.mark.parametrize(
    ("grain", "starts_on", "ends_on"),
    [
        ("month", (2024, 4, 1), (2024, 5, 1)),
        ("quarter", (2024, 4, 1), (2024, 7, 1)),
        ("week", (2024, 4, 15), (2024, 4, 22)),
    ],
)
def test_the_open_period_names_the_day_it_completes(small, grain, starts_on, ends_on):
    assert open_period(small, grain) == OpenPeriod(starts_on=dt.date(*starts_on), ends_on=dt.date(*ends_on))


def test_no_period_is_open_when_the_last_day_ends_one(tmp_path):
    events = [{"customer_id": "01", "occurred_at": day("2024-04-30")}]
    assert open_period(build(tmp_path, {"events": events}), "month") is None


def test_a_snapshot_has_no_open_period(tmp_path):
    rows = [{"customer_id": "01", "churned": True, "tenure": 3.0}]
    assert open_period(build(tmp_path, {"snapshot": rows}), "month") is None

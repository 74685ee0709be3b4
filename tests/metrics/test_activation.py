"""The activation finder: what is so by construction it finds, what is not it does not, and each number by a loop."""

import datetime as dt
from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Churn, Settings
from analytics.metrics.activation import SCHEMA, activation
from analytics.metrics.activation_tests import Landmark, adjust, fewer_left, holm, katz, lowest_by_chance, score
from analytics.metrics.question import Question
from tests.metrics.factory import build, day
from tests.studies.activation import FIRST, find_marks, simulate_immortal_time, simulate_runs

N_RUNS = 8


@pytest.fixture(scope="module")
def without_effect(tmp_path_factory):
    return simulate_runs(tmp_path_factory.mktemp("none"), 11, N_RUNS, customers=400)


@pytest.fixture(scope="module")
def with_effect(tmp_path_factory):
    return simulate_runs(tmp_path_factory.mktemp("some"), 1, 1, customers=3000, effect=0.4)


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    """Events alone: 300 customers who order on and off for half a year; gone after 30 days without an order."""
    draws = np.random.default_rng(4)
    rows = []
    for customer in range(300):
        at = float(draws.integers(0, 60))
        while at < 180 and draws.random() > 0.05:
            rows.append({"customer_id": f"{customer:03}", "occurred_at": FIRST + dt.timedelta(days=int(at))})
            at += draws.exponential(14) + 0.5
    settings = Settings(as_of="2023-07-01", churn=Churn(inactivity_days=30, horizon_days=45))
    return build(tmp_path_factory.mktemp("orders"), {"events": rows}, settings)


def test_immortal_time_alone_halves_the_naive_ratio_and_leaves_the_landmark_at_one(tmp_path):
    dataset, naive = simulate_immortal_time(tmp_path, seed=2, customers=20_000)
    assert naive == pytest.approx(0.62, abs=0.02)
    rows = activation(dataset, Question(), every=True)
    adopted = rows.filter((pl.col("event") == "adopted") & (pl.col("by_day") == 60))
    assert adopted["ratio"][0] == pytest.approx(1, abs=0.05)
    assert not rows["confirmed"].any()


def test_without_any_effect_nothing_is_reported(without_effect):
    assert [find_marks(without_effect, run).height for run in range(N_RUNS)] == [0] * N_RUNS


def test_the_event_the_count_and_the_day_that_matter_are_found(with_effect):
    best = activation(with_effect, Question()).row(0, named=True)
    assert (best["event"], best["times"], best["by_day"], best["confirmed"]) == ("share", 3, 14, True)
    assert best["high"] < 1 and best["churn_with"] < best["churn_without"]


@pytest.mark.parametrize("company", ["with_effect", "orders"])
def test_every_number_is_that_of_a_loop_over_customers(company, request):
    dataset = request.getfixturevalue(company)
    rows = activation(dataset, Question(), every=True)
    assert rows.height and tuple(rows.columns) == tuple(SCHEMA)
    expected = {
        key: cells for by_day in rows["by_day"].unique() for key, cells in count_by_loop(dataset, by_day).items()
    }
    for row in rows.iter_rows(named=True):
        left_with, n_with, left_without, n_without = expected[row["event"], row["times"], row["by_day"]]
        assert row["customers"] == n_with + n_without
        assert row["churn_with"] == pytest.approx(left_with / n_with)
        assert row["churn_without"] == pytest.approx(left_without / n_without)
        assert row["ratio"] == pytest.approx(row["churn_with"] / row["churn_without"])
        assert row["precision"] == pytest.approx(1 - row["churn_with"])
        stay = n_with - left_with
        assert row["recall"] == pytest.approx(stay / (stay + n_without - left_without))


def count_by_loop(dataset, by_day):
    """(event, times, by_day): left and customers with the mark, left and customers without; odd weeks of joining."""
    info, horizon = dataset.info, dataset.info.settings.churn.horizon_days
    names = dict(dataset.fact("kinds").select("kind_key", "name").iter_rows())
    done = defaultdict(list)
    for key, on, kind, n, _ in dataset.fact("customer_days").iter_rows():
        done[key] += [(on, names[kind] or "any event")] * n
    monday = info.first_on - dt.timedelta(days=info.first_on.weekday())
    tables = defaultdict(lambda: [0, 0, 0, 0])
    for key, joined, ended, *_ in dataset.fact("lifetimes").iter_rows():
        is_here = ended is None or (ended - joined).days > by_day
        is_seen = joined + dt.timedelta(days=by_day + horizon) <= info.as_of
        if not (is_here and is_seen and (joined - monday).days // 7 % 2):
            continue
        has_left = ended is not None and (ended - joined).days <= by_day + horizon
        if info.recognised == "inactivity":
            has_left = not any(by_day <= (on - joined).days < by_day + horizon for on, _ in done[key])
        counts = Counter(event for on, event in done[key] if (on - joined).days < by_day)
        for event in [name or "any event" for name in names.values()]:
            for times in (1, 2, 3, 5, 10):
                place = 0 if counts[event] >= times else 2
                tables[event, times, by_day][place] += has_left
                tables[event, times, by_day][place + 1] += 1
    return tables


def test_the_same_data_give_the_same_answer(without_effect):
    asked = Question(where="run = 3")
    first, *others = [activation(without_effect, asked) for _ in range(4)]
    assert all(first.equals(other) for other in others)


def test_too_few_customers_give_no_row(orders):
    rows = activation(orders, Question(where="customer_id < '010'"))
    assert rows.is_empty() and tuple(rows.columns) == tuple(SCHEMA)


def test_without_events_the_missing_table_is_named(five):
    with pytest.raises(UserError, match="the table events"):
        activation(five, Question())


def test_customers_who_joined_before_events_were_recorded_are_not_counted_as_idle(tmp_path):
    # all joined in two weeks of January, records begin in March; a fifth leaves in May, half are seen in March
    people = [(f"{number:03}", number) for number in range(200)]
    subscriptions = [
        {"customer_id": who, "started_at": day(("2023-01-10", "2023-01-17")[number % 2]), "mrr": 1.0}
        | {"ended_at": day("2023-05-01") if number % 5 == 0 else None}
        for who, number in people
    ]
    events = [
        {"customer_id": who, "occurred_at": day("2023-03-01"), "name": "share"}
        for who, number in people
        if number % 4 < 2
    ]
    tables = {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None), "events": events}
    assert activation(build(tmp_path, tables, Settings(as_of="2024-01-01")), Question()).is_empty()


def test_the_interval_of_a_ratio_is_that_of_its_logarithm():
    # 20 of 200 against 60 of 300: ln .5 -+ 1.959964 sqrt(1/20 - 1/200 + 1/60 - 1/300) = -.693147 -+ .473369
    low, high = katz([20, 0], [200, 10], [60, 5], [300, 20])
    assert low[0] == pytest.approx(0.311447, abs=2e-6) and high[0] == pytest.approx(0.802703, abs=2e-6)
    # none of 10 against 5 of 20: (.5 / 11) / (5.5 / 21) = .173554; s = sqrt(1/.5 - 1/11 + 1/5.5 - 1/21) = 1.429437
    assert low[1] == pytest.approx(0.173554 / np.exp(1.959964 * 1.429437), rel=1e-4)
    assert np.isnan(katz([0], [0], [1], [2])).all()


def test_fishers_lady_tastes_eight_cups():
    # all four right: 1 of 70 ways; the others leave, four of four against none of four
    assert fewer_left([0], [4], [4], [4])[0] == pytest.approx(1 / 70)


def test_holm_multiplies_the_smallest_by_all_and_never_turns_back():
    # .01 x 3, then .03 x 2, then .04 x 1, which may not fall below the one before
    assert holm([0.04, 0.01, np.nan, 0.03]) == pytest.approx([0.06, 0.03, np.nan, 0.06], nan_ok=True)


def test_shuffling_agrees_with_the_exact_test_for_a_single_mark():
    marks = np.zeros((60, 1), dtype=np.float32)
    marks[:20] = 1
    has_left = np.zeros(60, dtype=np.float32)
    has_left[[0, 1, 2, *range(20, 40)]] = 1  # 3 of 20 against 20 of 40
    observed = score([3], [20], [23], [60])
    p = adjust(observed, lowest_by_chance([Landmark(marks, has_left)], rounds=5000))
    assert p[0] == pytest.approx(fewer_left([3], [20], [20], [40])[0], abs=0.004)


def test_many_marks_tried_raise_the_p_of_the_best():
    draws = np.random.default_rng(1)
    marks = draws.integers(0, 2, (200, 50)).astype(np.float32)
    has_left = draws.integers(0, 2, 200).astype(np.float32)
    alone = adjust([-2.0], lowest_by_chance([Landmark(marks[:, :1], has_left)]))[0]
    among = adjust([-2.0], lowest_by_chance([Landmark(marks, has_left)]))[0]
    assert alone < 0.06 and among > 0.4

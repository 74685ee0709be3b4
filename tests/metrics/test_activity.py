"""Activity over time against counts made one event at a time."""

import datetime as dt
import random
from collections import Counter, defaultdict

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.activity import activity
from analytics.metrics.question import Question
from tests.metrics.factory import build, day

AS_OF = "2024-03-20"
NAMES = ("view", "cart", "buy")


def draw_events() -> list[dict]:
    """300 events of 12 customers from January to the 20th of March; nothing happens between 4 and 17 February."""
    rng = random.Random(4)
    first, rows = dt.datetime(2024, 1, 3, 5), []
    for number in range(300):
        at = first + dt.timedelta(minutes=rng.randrange(77 * 24 * 60))
        if dt.datetime(2024, 2, 4) <= at < dt.datetime(2024, 2, 18):
            continue
        device = rng.choice(["mobile", "desktop", None])
        rows.append(
            {
                "customer_id": f"c{rng.randrange(12)}",
                "occurred_at": at,
                "name": NAMES[min(rng.randrange(6), 2)],
                "device": device,
                "properties": rng.choice([None, "no json", '{"step": 1}', '{"step": "two", "x": 3}']),
                "event_id": str(number),
            }
        )
    return rows


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    events = draw_events()
    customers = [{"customer_id": f"c{number}", "size": "S" if number < 7 else "L"} for number in range(12)]
    tables = {"events": pl.DataFrame(events, infer_schema_length=None), "customers": customers}
    return build(tmp_path_factory.mktemp("shop"), tables, Settings(as_of=AS_OF)), events


def count(events, period_of, group_of=lambda event: None):
    """(period, event, group): n and the customers, one event at a time."""
    n, who = Counter(), defaultdict(set)
    for event in events:
        key = (period_of(event["occurred_at"]), event["name"], group_of(event))
        n[key] += 1
        who[key].add(event["customer_id"])
    return {key: (n[key], len(who[key])) for key in n}


def as_dict(rows):
    group = rows["group"].to_list() if "group" in rows.columns else [None] * rows.height
    return {
        (period, event, of): (n, customers)
        for period, event, n, customers, of in zip(
            rows["period"], rows["event"], rows["n"], rows["customers"], group, strict=True
        )
    }


def size_of(event):
    return "S" if int(event["customer_id"][1:]) < 7 else "L"


PERIODS = {
    "day": lambda at: at.date(),
    "week": lambda at: at.date() - dt.timedelta(days=at.weekday()),
    "month": lambda at: at.date().replace(day=1),
    "hour": lambda at: at.replace(minute=0, second=0, microsecond=0),
}
GROUPS = {"": lambda event: None, "size": size_of, "device": lambda event: event["device"] or "(blank)"}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("by", GROUPS)
def test_every_period_of_every_event_is_counted_and_the_empty_ones_are_zero(shop, period, by):
    dataset, events = shop
    shown = as_dict(activity(dataset, Question(period=period, by=by)))
    counted = count(events, PERIODS[period], GROUPS[by])
    assert {key: value for key, value in shown.items() if value != (0, 0)} == counted
    n_series = len({key[1:] for key in shown})
    assert len(shown) == n_series * len({key[0] for key in shown})


def test_the_calendar_runs_through_the_silent_weeks(shop):
    dataset, _ = shop
    rows = activity(dataset, Question(period="week"), event="buy")
    assert rows["period"].diff().drop_nulls().unique().to_list() == [dt.timedelta(days=7)]
    silent = rows.filter(pl.col("period").is_between(dt.date(2024, 2, 5), dt.date(2024, 2, 11)))
    assert silent.select("n", "customers").rows() == [(0, 0)]
    assert rows["state"].to_list()[-1] == "unfinished" and set(rows["state"].to_list()[:-1]) == {"final"}


def test_a_key_of_the_properties_breaks_down_and_no_json_has_none(shop):
    dataset, events = shop
    values = {'{"step": 1}': "1", '{"step": "two", "x": 3}': "two"}
    counted = count(events, PERIODS["month"], lambda event: values.get(event["properties"], "(blank)"))
    shown = as_dict(activity(dataset, Question(by="step")))
    assert {key: value for key, value in shown.items() if value != (0, 0)} == counted


def test_a_condition_and_a_window_choose_customers_and_periods(shop):
    dataset, events = shop
    question = Question(where="size = 'S'", by="device", period="day", start="2024-01-10", end="2024-01-20")
    shown = as_dict(activity(dataset, question, event="view"))
    chosen = [
        event
        for event in events
        if size_of(event) == "S"
        and event["name"] == "view"
        and dt.datetime(2024, 1, 10) <= event["occurred_at"] < dt.datetime(2024, 1, 21)
    ]
    assert {key: value for key, value in shown.items() if value != (0, 0)} == count(
        chosen, PERIODS["day"], GROUPS["device"]
    )
    assert {key[0] for key in shown} == {dt.date(2024, 1, number) for number in range(10, 21)}


@pytest.mark.parametrize("by", ["", "device"])
def test_a_ratio_and_its_interval_take_each_customer_as_one(shop, by):
    dataset, events = shop
    rows = activity(dataset, Question(by=by), event="buy", per="view")
    for row in rows.iter_rows(named=True):
        own = defaultdict(lambda: [0, 0])
        for event in events:
            if PERIODS["month"](event["occurred_at"]) == row["period"] and GROUPS[by](event) == row.get("group"):
                own[event["customer_id"]][0] += event["name"] == "buy"
                own[event["customer_id"]][1] += event["name"] == "view"
        bought, seen = (sum(pair[place] for pair in own.values()) for place in (0, 1))
        assert (row["n"], row["n_per"]) == (bought, seen)
        ratio = bought / seen
        variance = sum((a - ratio * b) ** 2 for a, b in own.values()) / seen**2
        assert row["ratio"] == pytest.approx(ratio)
        assert row["low"] == pytest.approx(max(0, ratio - 1.959964 * variance**0.5), abs=1e-6)
        assert row["high"] == pytest.approx(ratio + 1.959964 * variance**0.5, abs=1e-6)


def test_an_event_of_every_name_leaves_the_compared_one_out(shop):
    dataset, _ = shop
    assert set(activity(dataset, Question(), per="view")["event"]) == {"buy", "cart"}


def test_names_that_do_not_exist_are_refused_with_the_nearest(shop):
    dataset, _ = shop
    with pytest.raises(UserError, match="device"):
        activity(dataset, Question(by="devices"))
    with pytest.raises(UserError, match="there is no event 'by'"):
        activity(dataset, Question(), event="by")


def test_without_events_the_table_that_is_missing_is_named(tmp_path):
    subscriptions = [{"customer_id": "a", "started_at": day("2024-01-01"), "mrr": 10.0}]
    dataset = build(tmp_path, {"subscriptions": subscriptions}, Settings(as_of=AS_OF))
    with pytest.raises(UserError, match="needs the table events"):
        activity(dataset, Question())


def test_the_event_without_a_name_is_called_blank(tmp_path):
    events = [{"customer_id": "a", "occurred_at": day("2024-01-05"), "name": name} for name in ("view", None, None)]
    dataset = build(tmp_path, {"events": pl.DataFrame(events)}, Settings(as_of=AS_OF))
    rows = activity(dataset, Question(end="2024-01-31"))
    assert rows.select("event", "n").rows() == [("(blank)", 2), ("view", 1)]
    assert activity(dataset, Question(), event="(blank)")["n"].sum() == 2


def test_an_event_that_nobody_chosen_did_is_a_row_of_zeros(tmp_path):
    rows = [
        {"customer_id": "a", "occurred_at": day("2024-01-05"), "name": "view"},
        {"customer_id": "b", "occurred_at": day("2024-02-05"), "name": "buy"},
    ]
    dataset = build(tmp_path, {"events": rows}, Settings(as_of="2024-03-01"))
    alone = activity(dataset, Question(where="customer_id = 'a'"), event="buy")
    assert alone["n"].to_list() == [0, 0, 0] and alone["event"].unique().to_list() == ["buy"]
    beside = activity(dataset, Question(where="customer_id = 'a'"), event="buy", per="view")
    assert beside["n_per"].to_list() == [1, 0, 0] and beside["ratio"].to_list() == [0.0, None, None]

"""New, returning, resurrecting, dormant: by hand, by a loop over periods and customers, and as an account."""

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.metrics.lifecycle import lifecycle
from analytics.metrics.periods import read_periods
from analytics.metrics.question import Question
from tests.metrics.factory import build, day
from tests.metrics.journeys import ONE, wander


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return wander(tmp_path_factory.mktemp("lifecycle"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """a buys in January, February and April, b looks in January and buys in March, c looks in April; as of 30 April."""
    rows = [("a", "2024-01-05", "buy"), ("a", "2024-02-05", "buy"), ("a", "2024-04-05", "buy")]
    rows += [("b", "2024-01-07", "look"), ("b", "2024-03-07", "buy"), ("c", "2024-04-30", "look")]
    events = pl.DataFrame([{"customer_id": who, "occurred_at": day(at), "name": name} for who, at, name in rows])
    return build(tmp_path_factory.mktemp("shop"), {"events": events})


def table(rows):
    return rows.select("new", "returning", "resurrecting", "dormant").rows()


def test_each_period_by_hand(shop):
    # January: a and b are new. February: a returns, b is silent. March: b is back, a silent. April: a is back, c new
    assert table(lifecycle(shop, Question())) == [(2, 0, 0, 0), (0, 1, 0, -1), (0, 0, 1, -1), (1, 0, 1, -1)]
    # buying alone: b is new in March, c never buys
    assert table(lifecycle(shop, Question(), event="buy")) == [(1, 0, 0, 0), (0, 1, 0, 0), (1, 0, 0, -1), (0, 0, 1, -1)]
    assert table(lifecycle(shop, Question(start="2024-04-01"))) == [(1, 0, 1, -1)]


def test_an_unknown_event_and_missing_events_are_named(shop, five):
    with pytest.raises(UserError, match="buz"):
        lifecycle(shop, Question(), event="buz")
    with pytest.raises(UserError, match="needs the table events"):
        lifecycle(five, Question(), event="buy")
    with pytest.raises(UserError, match="by the hour"):
        lifecycle(shop, Question(period="hour"))


def active_days(dataset, basis, event):
    """The days on which each customer is active."""
    days = {}
    if basis == "event":
        names = {key for key, source, name in dataset.fact("kinds").iter_rows() if source == "event"
                 and event in ("", name)}  # fmt: skip
        for row in dataset.fact("customer_days").iter_rows(named=True):
            if row["kind_key"] in names:
                days.setdefault(row["customer_key"], set()).add(row["day"])
        return days
    for row in dataset.fact("active_spans").iter_rows(named=True):
        on = row["started_on"]
        while on <= dataset.info.as_of and (row["ended_on"] is None or on < row["ended_on"]):
            days.setdefault(row["customer_key"], set()).add(on)
            on += ONE
    return days


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("basis, event", [("subscribed", ""), ("event", ""), ("event", "onboarding_step")])
def test_a_loop_over_periods_and_customers_gives_the_same(company, period, basis, event):
    question = Question(period=period)
    expected, seen, before = [], set(), set()
    days = active_days(company, basis, event)
    for starts_on, ends_on in read_periods(company, question).select("period", "ends_on").iter_rows():
        now = {key for key, own in days.items() if any(starts_on <= on < ends_on for on in own)}
        expected.append((len(now - seen), len(now & before), len((now & seen) - before), -len(before - now)))
        seen, before = seen | now, now
    assert table(lifecycle(company, question, event=event, basis=basis)) == expected


def test_the_account_balances_and_groups_sum_to_the_total(company):
    rows = lifecycle(company, Question())
    new, returning, resurrecting, dormant = (rows[name] for name in ("new", "returning", "resurrecting", "dormant"))
    assert (new + returning + resurrecting).to_list() == rows["active"].to_list()
    before = rows["active"].shift(1, fill_value=0)
    assert (before + new + resurrecting + dormant).to_list() == rows["active"].to_list()
    names = ["new", "returning", "resurrecting", "dormant", "active"]
    parts = lifecycle(company, Question(by="size")).group_by("period").agg(pl.col(names).sum()).sort("period")
    assert parts.select(names).equals(rows.select(names))


def test_a_snapshot_has_no_lifecycle(tmp_path):
    snapshot = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True}]})
    with pytest.raises(UserError, match="lifecycle needs dates"):
        lifecycle(snapshot, Question())

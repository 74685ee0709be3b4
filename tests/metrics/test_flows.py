"""Moves between stages: by hand, by a loop over days and customers, and as accounts that balance."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.metrics.flows import STATES, flows
from analytics.metrics.question import Question
from analytics.metrics.stages import stages
from tests.metrics.factory import build, day
from tests.metrics.journeys import AS_OF, ONE, days_of_customers, wander

KEYS = ["from_stage", "to_stage"]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return wander(tmp_path_factory.mktemp("flows"))


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """As of 30 June 2024, onboarding of 90 days. back: 30 a month from 1 January to 1 June, again 50 from 15 June;
    45 from 1 May on; an urgent ticket from 10 to 20 May, and 14 days after it. stays: 10 a month from 1 January."""
    spans = [("back", "2024-01-01", "2024-05-01", 30.0), ("back", "2024-05-01", "2024-06-01", 45.0)]
    spans += [("back", "2024-06-15", None, 50.0), ("stays", "2024-01-01", None, 10.0)]
    subscriptions = [
        {"customer_id": who, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": mrr}
        for who, start, end, mrr in spans
    ]
    ticket = {"opened_at": day("2024-05-10"), "resolved_at": day("2024-05-20"), "priority": "urgent"}
    tables = {
        "subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None),
        "tickets": [{"customer_id": "back", **ticket}],
    }
    return build(tmp_path_factory.mktemp("two"), tables, Settings(as_of="2024-06-30"))


def cells(rows, *columns):
    return {tuple(row[key] for key in KEYS): tuple(row[name] for name in columns) for row in rows.to_dicts()}


def test_moves_and_their_money_by_hand(two):
    # both: onboarding to 31 March. back: adoption to 10 May, escalation to 1 June, away to 15 June; the
    # cool-down is over on 3 June, so back comes back into adoption, at 50
    moves = {key: cell for key, cell in cells(flows(two, Question()), "customers", "mrr").items() if cell[0]}
    assert moves == {
        ("onboarding", "adoption"): (2, 40.0),
        ("adoption", "escalation"): (1, 45.0),  # 45 since 1 May
        ("escalation", "churned"): (1, 45.0),  # on the eve of leaving
        ("churned", "adoption"): (1, 50.0),
    }


def test_probabilities_by_hand(two):
    # the last 60 days: 2 May to 30 June. On 10 May one of two in adoption moves; on 1 June the one in escalation
    # leaves; on 15 June the one away comes back. So half of adoption stays, and the other half is back by the end
    found = cells(flows(two, Question(), days=60), "probability", "still_in")
    assert found["adoption", "adoption"] == (pytest.approx(1.0), 2)
    assert found["escalation", "adoption"] == (pytest.approx(1.0), 0)
    assert found["onboarding", "onboarding"] == (None, 0)  # nobody was in it during those days
    # without the last 16 of them: half of adoption is away
    before = cells(flows(two, Question(period="day", end="2024-06-14"), days=44), "probability")
    assert before["adoption", "churned"] == (pytest.approx(0.5),)


def test_days_that_were_not_observed_give_no_probability(two):
    # from 1 January to 30 June there are 182 days
    rows = flows(two, Question(), days=183)
    assert rows["probability"].null_count() == rows.height and set(rows["state"]) == {"unobserved"}
    assert flows(two, Question(), days=182).filter(state="final").height == 20  # nobody is ever in renewal
    with pytest.raises(UserError, match="3650"):
        flows(two, Question(), days=0)


def test_a_loop_over_days_and_customers_gives_the_same(company):
    days = days_of_customers(company.fact("stage_episodes"))
    rows = flows(company, Question(), days=90)
    product, n_moves = np.eye(len(STATES)), dict.fromkeys(((a, b) for a in STATES for b in STATES), 0)
    first_on = min(min(own) for own in days.values())
    today = first_on + ONE
    while today <= AS_OF:
        step = np.zeros((len(STATES), len(STATES)))
        for own in days.values():
            if today - ONE in own:
                was, now = own[today - ONE], own[today]
                step[STATES.index(was), STATES.index(now)] += 1
                n_moves[was, now] += was != now
        if today > AS_OF - dt.timedelta(days=90):
            at_risk = step.sum(axis=1, keepdims=True)
            product = product @ np.where(at_risk > 0, step / np.maximum(at_risk, 1), np.eye(len(STATES)))
        today += ONE
    assert dict(cells(rows, "customers")) == {key: (n,) for key, n in n_moves.items()}
    assert rows["probability"].to_numpy() == pytest.approx(product.ravel(), abs=1e-12)


def test_rows_of_a_stage_sum_to_one_and_lie_inside_their_interval(company):
    for question in (Question(), Question(by="size"), Question(where="size = 'S'")):
        rows = flows(company, question, days=120)
        by = [*(["group"] if question.by else []), "from_stage"]
        sums = rows.group_by(by).agg(pl.col("probability").sum())
        assert (sums["probability"] - 1).abs().max() < 1e-9
        inside = rows.filter(pl.col("probability").is_between(pl.col("low") - 1e-12, pl.col("high") + 1e-12))
        assert inside.height == rows.height


def test_flows_conserve_customers(company):
    """What a stage holds at first and what comes in is what goes on, what leaves and what is still there."""
    window = Question(start="2024-05-01", end="2024-09-30")
    for question in (Question(), window):
        moves = flows(company, question).filter(pl.col("from_stage") != pl.col("to_stage"))
        out = dict(moves.group_by("from_stage").agg(pl.col("customers").sum()).iter_rows())
        into = dict(moves.group_by("to_stage").agg(pl.col("customers").sum()).iter_rows())
        losses = cells(moves.filter(to_stage="churned"), "customers", "mrr")
        for row in stages(company, question).iter_rows(named=True):
            stage = row["stage"]
            assert out[stage] == row["moved_on"] + row["churned"]
            assert losses[stage, "churned"] == (row["churned"], row["mrr_lost"])
            assert row["entered"] >= into[stage]  # the others are new
            if question is not window:
                assert row["entered"] == row["still_in"] + row["moved_on"] + row["churned"]


def test_groups_sum_to_the_total(company):
    parts = (
        flows(company, Question(by="size")).group_by(KEYS, maintain_order=True).agg(pl.col("customers", "mrr").sum())
    )
    total = flows(company, Question())
    assert parts["customers"].to_list() == total["customers"].to_list()
    assert parts["mrr"].to_list() == pytest.approx(total["mrr"].to_list())

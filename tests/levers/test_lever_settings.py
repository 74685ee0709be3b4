"""What the settings declare of a lever acts: whom it applies to, who accepts, how far it reaches, what it costs."""

import numpy as np
import pytest

from analytics.contract.errors import UserError
from analytics.contract.lever_settings import check_lever
from analytics.contract.levers import Lever
from analytics.levers.moves import Move, parse_moves
from analytics.levers.steps import take_step
from analytics.levers.whatif import list_levers, whatif_customers
from analytics.risk.frames import read_scoring_rows
from analytics.store.dataset import Dataset
from tests.levers.conftest import declare

USE = {"column": "weekly_use", "direction": -1, "range": [-10, 10]}


def ask(dataset: Dataset, *moves: str, where: str = "") -> dict:
    return whatif_customers(dataset, parse_moves(list(moves)), where)


def saved(answer: dict) -> float:
    return answer["churners_before"] - answer["churners_after"]


def test_each_lever_costs_only_those_it_moves_itself(trained: Dataset) -> None:
    dataset = declare(trained, use={**USE, "cost": 100}, first_response_hours={"cost": 6})
    use, response = ask(dataset, "use=+0.5"), ask(dataset, "first_response_hours=-50%")
    both = ask(dataset, "use=+0.5", "first_response_hours=-50%")
    assert use["eligible"] > response["eligible"]  # a tenth has no response time, and nobody pays for moving them
    assert both["cost"] == pytest.approx(100 * use["eligible"] + 6 * response["eligible"])
    assert both["cost"] < 106 * both["eligible"]


def test_a_lever_moves_only_those_it_applies_to(trained: Dataset) -> None:
    dataset = declare(trained, use={**USE, "applies_to": "plan = 'pro'", "cost": 10})
    everybody, pro, free = (ask(dataset, "use=+0.5", where=where) for where in ("", "plan = 'pro'", "plan = 'free'"))
    assert everybody["customers"] == 900 and everybody["eligible"] == pro["eligible"] <= pro["customers"] < 900
    assert saved(everybody) == pytest.approx(saved(pro)) and saved(pro) > 0
    assert everybody["cost"] == pytest.approx(10 * pro["eligible"])
    assert free["eligible"] == free["cost"] == 0 and free["churners_after"] == free["churners_before"]
    assert any("applies to nobody" in warning for warning in free["warnings"])


def test_a_condition_that_cannot_be_read_names_the_setting(trained: Dataset) -> None:
    with pytest.raises(UserError, match=r"levers\.use\.applies_to"):
        ask(declare(trained, use={**USE, "applies_to": "plam = 'pro'"}), "use=+0.5")


def test_effect_and_cost_are_those_of_the_share_that_accepts(trained: Dataset) -> None:
    whole = ask(declare(trained, use={**USE, "cost": 10}), "use=+0.5")
    part = ask(declare(trained, use={**USE, "cost": 10, "acceptance": 0.3}), "use=+0.5")
    none = ask(declare(trained, use={**USE, "cost": 10, "acceptance": 0}), "use=+0.5")
    assert saved(part) == pytest.approx(0.3 * saved(whole)) and saved(part) > 0
    assert part["high"] - part["low"] == pytest.approx(0.3 * (whole["high"] - whole["low"]))
    assert part["cost"] == pytest.approx(0.3 * whole["cost"]) and part["eligible"] == whole["eligible"]
    climbs = [answer["levers"][0]["mean_after"] - answer["levers"][0]["mean_before"] for answer in (part, whole)]
    assert climbs[0] == pytest.approx(0.3 * climbs[1])
    assert none["churners_before"] == none["churners_after"] == none["low"] == none["high"] and none["cost"] == 0


def test_those_who_accept_the_rarer_offer_accept_the_commoner_one_too(trained: Dataset) -> None:
    # 0.2 accept both, a further 0.5 − 0.2 = 0.3 accept only the use lever
    moves = ("use=+0.5", "first_response_hours=-50%")
    answer = ask(declare(trained, use={**USE, "acceptance": 0.5}, first_response_hours={"acceptance": 0.2}), *moves)
    sure = declare(trained, use=USE)
    assert saved(answer) == pytest.approx(0.2 * saved(ask(sure, *moves)) + 0.3 * saved(ask(sure, "use=+0.5")))


def test_no_move_goes_beyond_the_declared_range(trained: Dataset) -> None:
    dataset = declare(trained, first_response_hours={"range": [6, 9]})
    (entry,) = (entry for entry in list_levers(dataset) if entry.lever.name == "first_response_hours")
    assert (entry.low, entry.high) == (6, 9)
    hours = read_scoring_rows(dataset)["first_response_hours_90"].drop_nulls()
    low, high = ask(dataset, "first_response_hours=-1000"), ask(dataset, "first_response_hours=+1000")
    # those beyond an end stay where they are, all others come to it
    assert low["levers"][0]["mean_after"] == pytest.approx(hours.clip(upper_bound=6).mean(), rel=1e-5)
    assert high["levers"][0]["mean_after"] == pytest.approx(hours.clip(lower_bound=9).mean(), rel=1e-5)
    assert any("declared" in warning for warning in low["warnings"])


def test_a_step_moves_up_to_the_edge_only_those_who_may_be_moved() -> None:
    lever = Lever(name="x", label="X", column="x", direction=1, unit="", low=0, high=10, meaning="a number")
    old = np.array([1, 4, 5, 7, np.nan, 2], dtype=np.float32)
    applies = np.array([True, True, True, True, True, False])
    step = take_step(lever, Move(lever="x", kind="shift", amount=2), 0, old, applies, (0.0, 5.0))
    # 1 → 3; 4 → 6 held at 5; 5 and 7 stand at or beyond the edge; the missing stays; the last may not be moved
    assert step.values.tolist()[:4] == [3, 5, 5, 7] and np.isnan(step.values[4]) and step.values[5] == 2
    assert step.is_moved.tolist() == [True, True, False, False, False, False]
    assert step.warnings == ("3 of 6 customers stop at the edge of what has been observed or declared possible.",)


@pytest.mark.parametrize(
    "values", [{"acceptance": 1.5}, {"acceptance": -0.1}, {"acceptance": "half"}, {"cost": -1}, {"applies_to": 3}]
)
def test_an_impossible_setting_of_a_lever_is_refused(values: dict) -> None:
    with pytest.raises(UserError, match=next(iter(values))):
        check_lever("training", values, "settings.toml")

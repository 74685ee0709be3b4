"""Moving levers: nothing moved is nothing changed, the direction holds for everybody, and nobody leaves what was
seen.
"""

import numpy as np
import pytest

from analytics.contract.errors import UserError
from analytics.levers.moves import parse_moves
from analytics.levers.whatif import list_levers, whatif_customers
from analytics.risk.frames import read_scoring_rows
from analytics.risk.pipeline import read_model
from analytics.store.dataset import Dataset


def ask(dataset: Dataset, *moves: str, where: str = "") -> dict:
    return whatif_customers(dataset, parse_moves(list(moves)), where)


@pytest.mark.parametrize("still", ["first_response_hours=+0", "first_response_hours=-0%", "weekly_use=+0"])
def test_no_move_changes_nothing_exactly(trained: Dataset, still: str) -> None:
    answer = ask(trained, still)
    assert answer["churners_before"] == answer["churners_after"] == answer["low"] == answer["high"]
    assert answer["eligible"] == 0 and answer["cost"] == 0


def test_faster_answers_are_associated_with_fewer_departures_and_cost_what_was_declared(trained: Dataset) -> None:
    answer = ask(trained, "first_response_hours=-50%")
    assert answer["churners_after"] < answer["churners_before"]
    assert answer["low"] < answer["churners_after"] < answer["high"]
    assert answer["customers"] == 900 and answer["eligible"] <= 810  # a tenth has no response time
    assert answer["cost"] == pytest.approx(6.0 * answer["eligible"])  # the shipped lever costs 6 a customer
    (lever,) = answer["levers"]
    assert (lever["lever"], lever["value"], lever["evidence"]) == ("first_response_hours", "-50%", "assumed")


def test_a_lever_moves_everybody_the_declared_way_on_a_grid_of_nine(trained: Dataset) -> None:
    model, rows = read_model(trained), read_scoring_rows(trained)
    matrix = model.encode(rows)
    position = [spec.name for spec in model.specs].index("first_response_hours_90")
    curves = []
    for hours in np.linspace(0.5, 40, 9):
        matrix[:, position] = hours
        curves.append(model.predict_probabilities(matrix))
    assert (np.diff(np.array(curves), axis=0) >= -1e-12).all()


def test_the_joint_effect_is_computed_jointly(trained: Dataset) -> None:
    apart = [ask(trained, move) for move in ("first_response_hours=-50%", "weekly_use=+1")]
    both = ask(trained, "first_response_hours=-50%", "weekly_use=+1")
    saved = [answer["churners_before"] - answer["churners_after"] for answer in (*apart, both)]
    assert max(saved[:2]) < saved[2] < saved[0] + saved[1]


def test_a_move_beyond_what_was_seen_stops_at_its_edge_and_says_so(trained: Dataset) -> None:
    far, further = ask(trained, "first_response_hours=+1000"), ask(trained, "first_response_hours=+2000")
    assert far["churners_after"] == further["churners_after"]
    assert any("edge" in warning for warning in far["warnings"])


def test_a_condition_chooses_the_customers(trained: Dataset) -> None:
    counts = [ask(trained, "weekly_use=+0", where=f"plan = '{plan}'")["customers"] for plan in ("free", "pro")]
    assert sum(counts) == 900 and all(counts)
    with pytest.raises(UserError, match="no customer"):
        ask(trained, "weekly_use=+0", where="plan = 'none'")


@pytest.mark.parametrize("lever", ["plan", "weekly_usage"])
def test_what_is_no_numeric_column_of_the_model_is_no_lever(trained: Dataset, lever: str) -> None:
    with pytest.raises(UserError, match="no lever"):
        ask(trained, f"{lever}=+1")


def test_the_levers_of_an_upload_are_its_numeric_columns_within_what_was_seen(trained: Dataset) -> None:
    levers = {entry.lever.name: entry for entry in list_levers(trained)}
    assert set(levers) == {"first_response_hours", "weekly_use"}
    assert all(entry.low < entry.mean < entry.high for entry in levers.values())


def test_what_has_been_observed_is_observed_over_everybody_not_over_those_chosen(trained: Dataset) -> None:
    # C0003 stands at −0.57; alone it spans no range, among 900 customers +1 stays well inside what has been observed
    one = ask(trained, "weekly_use=+1", where="customer_id = 'C0003'")
    assert one["customers"] == one["eligible"] == 1
    (lever,) = one["levers"]
    assert lever["mean_after"] == pytest.approx(lever["mean_before"] + 1)
    assert one["churners_after"] < one["churners_before"]
    assert not any("edge" in warning for warning in one["warnings"])


def test_a_condition_changes_the_mean_of_a_lever_and_not_its_range(trained: Dataset) -> None:
    everybody = {entry.lever.name: entry for entry in list_levers(trained)}["weekly_use"]
    idle = {entry.lever.name: entry for entry in list_levers(trained, "weekly_use < 0")}["weekly_use"]
    assert (idle.low, idle.high) == (everybody.low, everybody.high)
    assert idle.mean < 0 < everybody.high


def test_one_customer_has_levers_except_where_the_value_is_missing(trained: Dataset) -> None:
    # every tenth customer, from C0000 on, has no response time
    names = {
        customer: {entry.lever.name for entry in list_levers(trained, f"customer_id = '{customer}'")}
        for customer in ("C0000", "C0001")
    }
    assert names == {"C0000": {"weekly_use"}, "C0001": {"weekly_use", "first_response_hours"}}


def test_a_missing_value_is_not_filled_by_an_absolute_move(trained: Dataset) -> None:
    answer = ask(trained, "first_response_hours=4", where="customer_id = 'C0000'")
    assert answer["eligible"] == 0 and answer["churners_after"] == answer["churners_before"]
    assert any("nobody chosen has a value" in warning for warning in answer["warnings"])


def test_the_band_of_expected_churners_stays_between_nobody_and_everybody(trained: Dataset) -> None:
    rows = read_scoring_rows(trained).sort("weekly_use")
    for key, move in ((rows["customer_key"][0], "weekly_use=-0.1"), (rows["customer_key"][-1], "weekly_use=+0.1")):
        (name,) = trained.fact("attributes", "customer_key = $key", key=key)["customer_id"]
        answer = ask(trained, move, "first_response_hours=+1000", where=f"customer_id = '{name}'")
        assert 0 <= answer["low"] <= answer["high"] <= 1


def test_a_column_moved_under_two_names_is_refused(trained: Dataset) -> None:
    with pytest.raises(UserError, match="moved twice"):
        ask(trained, "first_response_hours=4", "first_response_hours_90=+1")

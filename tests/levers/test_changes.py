"""A slider's change of an average and the move it stands for."""

import pytest

from analytics.contract.levers import Lever
from analytics.levers.changes import make_move, scale_lever
from analytics.levers.whatif import LeverColumn


def entry(low: float, high: float, mean: float) -> LeverColumn:
    lever = Lever(
        name="x", label="X", column="x", direction=1, unit="hours", low=low, high=high, meaning="a number of hours"
    )
    return LeverColumn(lever=lever, low=low, high=high, mean=mean)


def test_no_change_is_no_move():
    assert make_move(entry(0, 20, 8), 0.0) is None


def test_less_of_what_cannot_be_negative_is_the_same_share_for_everybody():
    move = make_move(entry(0, 20, 8), -2.0)  # 8 → 6 is a quarter less
    assert (move.kind, move.amount) == ("relative", pytest.approx(-0.25))


def test_more_is_the_same_amount_for_everybody():
    move = make_move(entry(0, 20, 8), 2.0)
    assert (move.kind, move.amount) == ("shift", 2.0)


def test_less_of_what_can_be_negative_is_the_same_amount():
    move = make_move(entry(-5, 5, 1), -2.0)
    assert (move.kind, move.amount) == ("shift", -2.0)


@pytest.mark.parametrize(
    ("low", "high", "mean"), [(0, 20, 8.137), (0, 1, 0.7712), (49.605, 6923.59, 2283.3), (1, 72, 32.4), (0, 1, 0.16)]
)
def test_a_scale_reaches_from_the_mean_to_the_ends_in_whole_steps_and_holds_zero(low, high, mean):
    scale = scale_lever(entry(low, high, mean))
    assert scale.low < 0 < scale.high
    assert mean + scale.low >= low - 1e-9 and mean + scale.high <= high + 1e-9
    assert scale.low / scale.step == pytest.approx(round(scale.low / scale.step))
    assert 10 <= (scale.high - scale.low) / scale.step <= 60
    assert isinstance(scale.step, float)


def test_a_change_from_outside_is_held_inside_and_on_a_step():
    scale = scale_lever(entry(0, 20, 8))  # span 20 over 60 steps: 0.5
    assert scale.step == 0.5
    assert scale.hold(500) == scale.high == 12.0
    assert scale.hold(-500) == scale.low == -8.0
    assert scale.hold(1.1) == 1.0


def test_a_lever_without_room_has_no_scale():
    assert scale_lever(entry(3, 3, 3)) is None


def test_a_mean_beyond_the_observed_range_can_only_come_back():
    scale = scale_lever(entry(0, 10, 12))  # a few huge values pull the mean above the 95 % quantile
    assert scale.high == 0 and scale.low == -12.0

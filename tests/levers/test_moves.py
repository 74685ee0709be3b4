"""What may be written behind --set, and what it does to values."""

import numpy as np
import pytest

from analytics.contract.errors import UserError
from analytics.levers.moves import Move, parse_moves


@pytest.mark.parametrize(
    ("text", "move", "moved"),
    [
        ("hours=4", Move(lever="hours", kind="absolute", amount=4.0), [4.0, 4.0]),
        ("hours=+1.5", Move(lever="hours", kind="shift", amount=1.5), [11.5, 21.5]),
        ("hours=-2", Move(lever="hours", kind="shift", amount=-2.0), [8.0, 18.0]),
        ("hours=-20%", Move(lever="hours", kind="relative", amount=-0.2), [8.0, 16.0]),
        ("hours=+0", Move(lever="hours", kind="shift", amount=0.0), [10.0, 20.0]),
        (" hours = +10% ", Move(lever="hours", kind="relative", amount=0.1), [11.0, 22.0]),
    ],
)
def test_a_move_is_absolute_a_shift_or_relative(text: str, move: Move, moved: list[float]) -> None:
    (parsed,) = parse_moves([text])
    assert parsed == move
    assert parsed.apply(np.array([10.0, 20.0])) == pytest.approx(moved)


@pytest.mark.parametrize("text", ["hours", "hours=", "=4", "hours=fast", "hours=4 hours", "hours=nan", "hours=1e3"])
def test_what_is_no_move_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UserError, match="LEVER=VALUE"):
        parse_moves([text])


def test_a_lever_moved_twice_is_refused() -> None:
    with pytest.raises(UserError, match="moved twice"):
        parse_moves(["hours=4", "hours=+1"])


@pytest.mark.parametrize("text", ["hours=4", "hours=+1", "hours=-20%"])
def test_a_missing_value_stays_missing_whatever_the_move(text: str) -> None:
    (move,) = parse_moves([text])
    assert np.isnan(move.apply(np.array([10.0, np.nan]))).tolist() == [False, True]

"""One lever moved: who is moved, to which values, and where the move is held."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.contract.levers import Lever
from analytics.levers.moves import Move

_RANGE: Final = (0.05, 0.95)  # quantiles of everybody scored: moves end where hardly anybody has been seen


@dataclass(frozen=True, kw_only=True)
class Step:
    """A lever moved for the customers chosen, row by row of their model matrix: the values of column `position`
    afterwards, and whom this lever moves. `warnings` says who could not be moved as asked.
    """

    lever: Lever
    position: int
    values: NDArray[np.float32]
    is_moved: NDArray[np.bool_]
    warnings: tuple[str, ...]


def read_known(rows: pl.DataFrame, lever: Lever) -> NDArray[np.float64]:
    """The values of a lever's column that are known, in the column's unit."""
    return rows[lever.column].cast(pl.Float64).drop_nulls().drop_nans().to_numpy()


def find_room(lever: Lever, everybody: pl.DataFrame) -> tuple[float, float] | None:
    """(low, high) between which moves are held: the middle 90 % of everybody scored, or everything where that is one
    single value, and never beyond the range the lever declares. None where fewer than two values have been seen.

    `everybody`: all scored rows, not only the customers chosen.
    """
    values = read_known(everybody, lever)
    if len(np.unique(values)) < 2:
        return None
    low, high = np.quantile(values, _RANGE)
    if not low < high:
        low, high = values.min(), values.max()
    return max(float(low), lever.low), min(float(high), lever.high)


def take_step(
    lever: Lever,
    move: Move,
    position: int,
    old: NDArray[np.float32],
    applies: NDArray[np.bool_],
    room: tuple[float, float] | None,
) -> Step:
    """The move of one lever, for those it applies to who have a value, held inside `room` (as `find_room` gives it).

    `old` and `applies` have one entry per customer chosen. Without room nobody is moved.
    """
    can_move = applies & np.isfinite(old)
    if room is None or not can_move.any():
        return Step(lever=lever, position=position, values=old, is_moved=np.zeros_like(applies), warnings=_say_why(old))
    before = old.astype(np.float64)
    wanted = move.apply(before)
    held = hold(wanted, before, room)
    values = np.where(can_move & (held != before), held, before).astype(np.float32)
    n_held = int(np.sum(can_move & (held != wanted)))
    return Step(
        lever=lever,
        position=position,
        values=values,
        is_moved=can_move & (values != old),
        warnings=(_say_held(n_held, len(old)),) if n_held else (),
    )


def hold(new: NDArray[np.float64], old: NDArray[np.float64], room: tuple[float, float]) -> NDArray[np.float64]:
    """Moved values held inside the room, never back across where the customer stands; the missing stay missing."""
    low, high = room
    held = np.where(new > old, np.minimum(new, np.maximum(high, old)), np.maximum(new, np.minimum(low, old)))
    return np.where(np.isfinite(old), held, np.nan)


def _say_why(old: NDArray[np.float32]) -> tuple[str, ...]:
    if not np.isfinite(old).any():
        return ("nobody chosen has a value, so nobody is moved.",)
    return ("it applies to nobody chosen who has a value, or everybody has the same one, so nobody is moved.",)


def _say_held(n_held: int, n_chosen: int) -> str:
    return f"{n_held:,} of {n_chosen:,} customers stop at the edge of what has been observed or declared possible."

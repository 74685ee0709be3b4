"""A change of a lever's average, as a slider gives it, and the move it stands for."""

import math
from dataclasses import dataclass
from typing import Final

from analytics.levers.moves import Move
from analytics.levers.whatif import LeverColumn

STEPS: Final = 60  # of a slider, at most about


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What a slider may add to a lever's average: from `low` to `high` in steps; 0, no change, is one of them."""

    low: float
    high: float
    step: float

    @property
    def decimals(self) -> int:
        """Digits after the point that tell two steps apart."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    def hold(self, change: float) -> float:
        """The step nearest to a change that came from outside."""
        inside = min(max(change, self.low), self.high)
        return round(round(inside / self.step) * self.step, self.decimals)


def scale_lever(entry: LeverColumn) -> Scale | None:
    """From today's mean to the ends of what has been observed; None where there is no room to move."""
    span = entry.high - entry.low
    if not span > 0:
        return None
    rough = span / STEPS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if rough <= unit * factor * (1 + 1e-9))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    low = min(0, math.ceil((entry.low - entry.mean) / step - 1e-9))
    high = max(0, math.floor((entry.high - entry.mean) / step + 1e-9))
    return Scale(low=round(low * step, decimals), high=round(high * step, decimals), step=step) if low < high else None


def make_move(entry: LeverColumn, change: float) -> Move | None:
    """The move that changes a lever's average by so much; None for no change.

    Less of something that cannot fall below zero is taken away from everybody in the same share, so that nobody ends
    below zero; more of it, or less of anything else, is the same amount for everybody.
    """
    if change == 0:
        return None
    if change < 0 <= entry.low and entry.mean > 0:
        return Move(lever=entry.lever.name, kind="relative", amount=max(change / entry.mean, -1.0))
    return Move(lever=entry.lever.name, kind="shift", amount=change)

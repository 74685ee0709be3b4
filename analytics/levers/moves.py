"""A move of one lever: absolute (`4`), a shift (`+1`, `-1`) or relative (`-20%`)."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.contract.errors import UserError

_VALUE = re.compile(r"^(?P<sign>[+-]?)(?P<number>\d+(?:\.\d+)?|\.\d+)(?P<percent>%?)$")


@dataclass(frozen=True, kw_only=True)
class Move:
    """What is done to a lever's column. `amount` is the new value, what is added, or the share added (−0.2 for
    −20 %).
    """

    lever: str
    kind: Literal["absolute", "shift", "relative"]
    amount: float

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The moved values, before any edge holds them; a missing value stays missing, whatever the kind."""
        if self.kind == "absolute":
            return np.where(np.isfinite(values), self.amount, np.nan)
        return values + self.amount if self.kind == "shift" else values * (1 + self.amount)


def parse_moves(texts: list[str]) -> list[Move]:
    """Moves from `LEVER=VALUE` texts, in order. UserError for a text that is none, and for a lever moved twice."""
    moves = [_parse(text) for text in texts]
    names = [move.lever for move in moves]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"the lever {name!r} is moved twice.", "--set", "Give each lever one value.")
    return moves


def _parse(text: str) -> Move:
    name, equals, value = text.partition("=")
    read = _VALUE.match(value.strip())
    if not equals or not name.strip() or read is None:
        raise UserError(
            f"{text!r} is not a move.",
            "--set",
            "Write LEVER=VALUE, such as first_response_hours=4, check_ins=+1 or mrr=-20%.",
        )
    number = float(read["number"]) * (-1 if read["sign"] == "-" else 1)
    if read["percent"]:
        return Move(lever=name.strip(), kind="relative", amount=number / 100)
    return Move(lever=name.strip(), kind="shift" if read["sign"] else "absolute", amount=number)

"""What a metric is: its name, its meaning, how it is computed, and an example that a test works out."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "customers", "currency", "days", "hours", "per month", "ratio", "score", "actions"]
Direction = Literal["up", "down", "neither"]  # where better lies


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric. `working` is arithmetic that gives `answer`: the worked example of `example`."""

    key: str
    name: str
    unit: Unit
    direction: Direction
    definition: str
    formula: str
    source: str
    example: str
    working: str
    answer: float

"""What changes about a customer from week to week, and the week in which it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.intake.sample import world
from analytics.intake.sample.customers import Customers
from analytics.intake.sample.draws import Draws, Flags, Floats, Ints
from analytics.intake.sample.timeline import DAY_SECONDS, Timeline

NOT_YET, TRIAL, PAID, PAUSED, GONE = range(5)
NEVER = -10_000  # a week or day long before everything
FAR = 10**7  # a day long after everything


@dataclass(kw_only=True)
class State:
    """One entry per customer (rings: one row per remembered week). `*_step` is a week, `*_on` a day number."""

    phase: Ints
    paid_on: Ints  # first paid day of the current stay
    pause_ends_on: Ints
    returns_on: Ints
    n_stays: Ints
    plan: Ints
    seats: Ints
    discount: Floats
    offered: Floats  # discount that begins with the next term
    renews_on: Ints
    bills_on: Ints
    addon_seats: Ints
    n_steps_done: Ints
    has_value: Flags
    n_features: Ints
    drift: Floats
    decline: Floats
    counts: Floats  # ring: things done
    tickets: Floats  # ring: tickets opened
    hours: Floats  # ring: their hours to the first response, summed
    check_ins: Floats  # ring
    escalated_until: Ints
    champion_left_step: Ints
    champion_back_step: Ints
    negative_step: Ints
    neutral_step: Ints
    talk_step: Ints
    discount_step: Ints
    training_step: Ints
    dunning: Ints  # 0: nothing open; 1 to 4: week of collecting a failed payment
    dunning_due_on: Ints
    dunning_attempts: Ints
    dunning_amount: Floats
    has_retries: Flags
    welcome_on: Ints  # day of joining the experiment welcome_training
    retries_on: Ints  # day of joining the experiment payment_retries

    def take(self, rows: NDArray[Any]) -> "State":
        """A copy of some customers' state."""
        return State(**{f.name: getattr(self, f.name)[..., rows].copy() for f in fields(self)})


_STARTS = dict.fromkeys(
    ("paid_on", "negative_step", "neutral_step", "talk_step", "discount_step", "training_step", "champion_left_step"),
    NEVER,
)
_STARTS |= dict.fromkeys(("pause_ends_on", "returns_on", "renews_on", "bills_on"), FAR)
_STARTS |= {
    "champion_back_step": NEVER,
    "escalated_until": NEVER,
    "welcome_on": NEVER,
    "retries_on": NEVER,
    "dunning_due_on": NEVER,
    "n_features": 1,
}
_FLOATS = ("discount", "offered", "drift", "decline", "dunning_amount")
_FLAGS = ("has_value", "has_retries")
_RINGS = ("counts", "tickets", "hours", "check_ins")


def new_state(customers: Customers) -> State:
    """Nobody has joined yet."""
    n = len(customers.numbers)
    values: dict[str, Any] = {}
    for declared in fields(State):
        shape = (world.MEMORY_WEEKS, n) if declared.name in _RINGS else (n,)
        kind = bool if declared.name in _FLAGS else float if declared.name in _FLOATS + _RINGS else np.int64
        values[declared.name] = np.full(shape, _STARTS.get(declared.name, 0), dtype=kind)
    return State(**values | {"plan": customers.plan.copy(), "seats": customers.seats.copy()})


@dataclass
class Log:
    """Rows of the tables as they happen: per table, columns as arrays, one batch a week."""

    batches: dict[str, list[dict[str, NDArray[Any]]]] = field(default_factory=dict)

    def add(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Append a batch of rows."""
        self.batches.setdefault(table, []).append(dict(columns))

    def columns(self, table: str) -> dict[str, NDArray[Any]]:
        """All rows of a table so far; no entry where there is no row."""
        batches = self.batches.get(table, [])
        return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]} if batches else {}


@dataclass(kw_only=True)
class Week:
    """One week of a block of customers; without a log nothing is written and nobody leaves (a possible future)."""

    step: int
    timeline: Timeline
    draws: Draws
    customers: Customers
    state: State
    log: Log | None = None
    lives_from: Ints = field(init=False)
    lives_until: Ints = field(init=False)
    renews: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.first_day = self.timeline.first_day(self.step)
        self.lives_from = np.full(len(self.customers.numbers), self.first_day)
        self.lives_until = np.full(len(self.customers.numbers), self.first_day + 7)
        self.renews = np.zeros(len(self.customers.numbers), bool)
        self.is_incident = self.timeline.incident[0] <= self.first_day < self.timeline.incident[1]

    @property
    def slot(self) -> int:
        """The row of this week in the rings."""
        return self.step % world.MEMORY_WEEKS

    @property
    def is_here(self) -> Flags:
        """Customers who use the product this week (paid or on trial)."""
        return (self.state.phase == PAID) | (self.state.phase == TRIAL)

    def draw(self, name: str, rows: NDArray[Any] | None = None, slot: Ints | None = None) -> Floats:
        """This week's number per customer, or per entry of `rows`."""
        return self.draws.uniform(name, self.step, rows, slot)

    def recent(self, steps: Ints, weeks: int = world.MEMORY_WEEKS) -> Flags:
        """Whether it happened in one of the last weeks, this one not counted."""
        return self.step - steps <= weeks

    def write(self, table: str, rows: NDArray[Any], at: Ints, **columns: NDArray[Any]) -> None:
        """Write rows down that happen at `at` (seconds since day 0), as far as the customer is there by then."""
        if self.log is None:
            return
        is_alive = (at >= self.lives_from[rows] * DAY_SECONDS) & (at < self.lives_until[rows] * DAY_SECONDS)
        kept = {name: values[is_alive] for name, values in columns.items()}
        self.log.add(table, {"row": rows[is_alive], "at": at[is_alive], **kept})

"""The same numbers by plain loops over days and customers: slow, and too simple to be wrong in the same way."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

ONE = dt.timedelta(days=1)
Day = dt.date


@dataclass
class Span:
    """One period of a subscription, as a file states it."""

    started_on: Day
    ended_on: Day | None
    cents: int
    status: str | None = None
    trial_ends_on: Day | None = None

    def pays_on(self, day: Day) -> bool:
        starts_on = max(self.started_on, self.trial_ends_on or self.started_on)
        status = self.status or ("free" if self.cents == 0 else "active")
        return status == "active" and starts_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass
class Customer:
    """What one customer has and does."""

    spans: list[Span] = field(default_factory=list)
    event_days: list[Day] = field(default_factory=list)

    def is_active(self, day: Day) -> bool:
        return any(span.pays_on(day) for span in self.spans)

    def cents(self, day: Day) -> int:
        return sum(span.cents for span in self.spans if span.pays_on(day))


def days_of(period: tuple[Day, Day], as_of: Day) -> Iterable[Day]:
    """The observed days of a period given by its first day and the first day after it."""
    day = period[0]
    while day < period[1] and day <= as_of:
        yield day
        day += ONE


def triangle(
    customers: list[Customer], periods: list[tuple[Day, Day]], as_of: Day, basis: str
) -> dict[tuple[Day, int], int]:
    """Retained by cohort and age, for every observed cell with anybody in the cohort."""
    active: list[list[int]] = []
    for customer in customers:
        if basis == "event":
            seen = [
                n for n, period in enumerate(periods) if any(d in customer.event_days for d in days_of(period, as_of))
            ]
        else:
            seen = [n for n, period in enumerate(periods) if any(customer.is_active(d) for d in days_of(period, as_of))]
        active.append(seen)
    cells: dict[tuple[Day, int], int] = {}
    for cohort in range(len(periods)):
        members = [seen for seen in active if seen and seen[0] == cohort]
        for n in range(cohort, len(periods)):
            if members:
                cells[periods[cohort][0], n - cohort] = sum(1 for seen in members if n in seen)
    return cells


def departures(customers: list[Customer], period: tuple[Day, Day], as_of: Day) -> dict[str, float | None]:
    """Everything the six conventions need, for one period."""
    eve, days = period[0] - ONE, list(days_of(period, as_of))
    at_start = [c for c in customers if c.is_active(eve)]
    left = [c for c in customers if any(c.is_active(d - ONE) and not c.is_active(d) for d in days)]
    joined = [c for c in customers if not c.is_active(eve) and any(c.is_active(d) for d in days)]
    before = [c for c in customers if any(s.pays_on(d) for s in c.spans for d in days_back(c, period[0]))]
    acquired = [c for c in joined if c not in before]
    daily, anyone = 0.0, bool(at_start or joined)
    for d in days:
        lost = sum(1 for c in customers if c.is_active(d - ONE) and not c.is_active(d))
        if lost:
            daily += lost / sum(1 for c in customers if c.is_active(d - ONE))
    existing = [c for c in left if c in at_start]
    gone = [c for c in at_start if not c.is_active(days[-1])]
    return {
        "start": ratio(len(left), len(at_start)),
        "start_existing": ratio(len(existing), len(at_start)),
        "net_of_returns": ratio(len(gone), len(at_start)),
        "active_window": ratio(len(left), len(at_start) + len(joined)),
        "daily": daily if anyone else None,
        "acquired": ratio(len(left), len(acquired)),
    }


def days_back(customer: Customer, until: Day) -> Iterable[Day]:
    """The days on which a customer may have been active before a day."""
    day = min((span.started_on for span in customer.spans), default=until)
    while day < until:
        yield day
        day += ONE


def ratio(above: float, below: float) -> float | None:
    return above / below if below else None


def bridge(customers: list[Customer], period: tuple[Day, Day], as_of: Day) -> dict[str, int]:
    """The revenue movements of one period in cents, each on its day."""
    totals = dict.fromkeys(("new", "reactivation", "expansion", "contraction", "churn"), 0)
    for customer in customers:
        for day in days_of(period, as_of):
            before, after = customer.cents(day - ONE), customer.cents(day)
            if before != after:
                totals[kind_of(customer, day, before, after)] += after - before
    totals["closing"] = sum(customer.cents(list(days_of(period, as_of))[-1]) for customer in customers)
    return totals


def kind_of(customer: Customer, day: Day, before: int, after: int) -> str:
    if before == 0:
        paid_before = any(customer.cents(d) > 0 for d in days_back(customer, day))
        return "reactivation" if paid_before else "new"
    if after == 0:
        return "churn"
    return "expansion" if after > before else "contraction"


def kept_revenue(customers: list[Customer], period: tuple[Day, Day], as_of: Day) -> tuple[float | None, float | None]:
    """Gross and net revenue retention of one period."""
    last = list(days_of(period, as_of))[-1]
    pairs = [(c.cents(period[0] - ONE), c.cents(last)) for c in customers]
    opening = sum(before for before, _ in pairs)
    capped = sum(min(before, after) for before, after in pairs)
    return ratio(capped, opening), ratio(sum(after for before, after in pairs if before), opening)

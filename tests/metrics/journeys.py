"""A random company whose customers wander through all stages, and its days told one by one."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from analytics.contract.settings import Settings, Stages
from analytics.store.dataset import Dataset
from tests.metrics.factory import build

FIRST_ON, AS_OF = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
ONE = dt.timedelta(days=1)


def wander(folder: Path, *, n: int = 60, seed: int = 3, stages: Stages | None = None) -> Dataset:
    """n customers of 2024, S and L: yearly and monthly terms, some leave and come back, tickets, bills, first steps."""
    rng = np.random.default_rng(seed)
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("customers", "subscriptions", "tickets", "invoices", "events")
    }
    for number in range(n):
        who = f"c{number:03}"
        tables["customers"].append({"customer_id": who, "size": "S" if rng.random() < 0.6 else "L"})
        start = int(rng.integers(0, 340))
        while start < 366:
            length = int(rng.integers(20, 400))
            tables["subscriptions"].append(_subscription(rng, who, start, length))
            start += length + int(rng.integers(5, 300))
        for _ in range(rng.poisson(1.5)):
            tables["tickets"].append(_ticket(rng, who))
        for _ in range(rng.poisson(0.5)):
            tables["invoices"].append(_invoice(rng, who))
        for name, mean in (("first_value", 0.5), ("onboarding_step", 3)):
            tables["events"] += [
                {"customer_id": who, "occurred_at": at(rng.integers(0, 366)), "name": name}
                for _ in range(rng.poisson(mean))
            ]
    return build(folder, tables, Settings(as_of=AS_OF.isoformat(), stages=stages or Stages()))


def at(day: int) -> dt.datetime:
    """Midnight of a day counted from the first."""
    return dt.datetime.combine(FIRST_ON, dt.time()) + dt.timedelta(days=int(day))


def _subscription(rng: np.random.Generator, who: str, start: int, length: int) -> dict[str, object]:
    return {
        "customer_id": who,
        "started_at": at(start),
        "ended_at": at(start + length) if start + length < 366 else None,
        "mrr": float(rng.integers(10, 90)),
        "term_months": int(rng.choice([1, 3, 12])),
    }


def _ticket(rng: np.random.Generator, who: str) -> dict[str, object]:
    opened = int(rng.integers(0, 366))
    return {
        "customer_id": who,
        "opened_at": at(opened),
        "resolved_at": at(opened + rng.integers(0, 30)) if rng.random() < 0.8 else None,
        "priority": str(rng.choice(["urgent", "low"])),
        "reopened_count": int(rng.random() < 0.2),
    }


def _invoice(rng: np.random.Generator, who: str) -> dict[str, object]:
    due = int(rng.integers(0, 366))
    return {
        "customer_id": who,
        "due_at": at(due),
        "amount": 10.0,
        "failed_attempts": 1,
        "paid_at": at(due + rng.integers(0, 120)) if rng.random() < 0.7 else None,
    }


def days_of_customers(episodes: pl.DataFrame) -> dict[int, dict[dt.date, str]]:
    """The stage of every customer on every day, read off the rows of `stage_episodes` one day after the other."""
    days: dict[int, dict[dt.date, str]] = {}
    for row in episodes.iter_rows(named=True):
        day = row["started_on"]
        while day <= AS_OF and (row["ended_on"] is None or day < row["ended_on"]):
            own = days.setdefault(row["customer_key"], {})
            assert day not in own, "two stages on one day"
            own[day] = row["stage"]
            day += ONE
    return days

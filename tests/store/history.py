"""A small company written as people write files: dates alone, times with Z, times with an offset, in one column."""

import csv
import datetime as dt
import random
from pathlib import Path

FIRST = dt.datetime(2024, 1, 3)
Table = list[dict[str, object]]
DAYS = 420  # over both clock changes of 2024, into March 2025


def write_history(folder: Path, customers: int = 40, seed: int = 5) -> Path:
    """Writes all nine tables as CSV; the same seed writes the same files."""
    rng = random.Random(seed)
    tables: dict[str, Table] = {}
    for n in range(customers):
        for table, rows in _one(rng, f"c{n:03}").items():
            tables.setdefault(table, []).extend(rows)
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _one(rng: random.Random, who: str) -> dict[str, Table]:
    joined = FIRST + dt.timedelta(days=rng.randrange(DAYS - 60), minutes=rng.randrange(1440))
    tables = _account(rng, joined) | _events(rng, joined) | _service(rng, joined)
    return {table: [{"customer_id": who, **row} for row in rows] for table, rows in tables.items()}


def _later(rng: random.Random, start: dt.datetime, days: float) -> dt.datetime:
    return min(start + dt.timedelta(days=rng.uniform(0.01, days)), FIRST + dt.timedelta(days=DAYS))


def _account(rng: random.Random, joined: dt.datetime) -> dict[str, Table]:
    moved = _later(rng, joined, 90)
    left = max(_later(rng, joined, 400), moved)
    is_gone = left < FIRST + dt.timedelta(days=DAYS)
    plans = [("basic", 20.0, joined, moved), ("pro", 50.0, moved, left if is_gone else None)]
    return {
        "customers": [
            {"signed_up_at": _write(rng, joined), "region": rng.choice("NSEW"), "renewed": joined.date().isoformat()}
        ],
        "subscriptions": [
            {"plan": plan, "mrr": mrr, "started_at": _write(rng, start), "ended_at": _write(rng, stop) if stop else "",
             "term_months": rng.choice([1, 12])}
            for plan, mrr, start, stop in plans
        ],
        "contacts": [{"contact_id": "1", "role": "admin", "joined_at": _write(rng, joined)}],
        "churn_events": [{"churned_at": _write(rng, left), "reason": rng.choice(["price", "moved"])}][: int(is_gone)],
    }  # fmt: skip


def _events(rng: random.Random, joined: dt.datetime) -> dict[str, Table]:
    events: Table = [
        {"occurred_at": _write(rng, _later(rng, joined, 150)), "name": rng.choice(["login", "buy"]),
         "amount": rng.randrange(1, 50)}
        for _ in range(rng.randrange(12))
    ]  # fmt: skip
    return {"events": events + [{"occurred_at": at, "name": "login", "amount": 1} for at in CLOCK_CHANGES]}


def _service(rng: random.Random, joined: dt.datetime) -> dict[str, Table]:
    opened, due, touched = (_later(rng, joined, 200) for _ in range(3))
    return {
        "tickets": [
            {"opened_at": _write(rng, opened), "first_response_at": _write(rng, _later(rng, opened, 2)),
             "resolved_at": _write(rng, _later(rng, opened, 3)), "category": rng.choice(["bug", "bill"]),
             "priority": rng.choice(["low", "urgent"]), "satisfaction": rng.randrange(1, 6)}
        ],
        "invoices": [
            {"due_at": _write(rng, due), "amount": 20, "paid_at": _write(rng, _later(rng, due, 20)),
             "failed_attempts": rng.randrange(2)}
        ],
        "surveys": [
            {"answered_at": _write(rng, _later(rng, joined, 300)), "kind": kind, "score": rng.randrange(1, 6)}
            for kind in ("nps", "csat", "ces")
        ],
        "touches": [
            {"touched_at": _write(rng, touched), "kind": "check_in",
             "responded_at": _write(rng, _later(rng, touched, 4))}
        ],
    }  # fmt: skip


# around the hours that New York and Berlin skip and repeat in 2024
CLOCK_CHANGES = ("2024-03-10T06:59:00Z", "2024-03-10T07:30:00Z", "2024-03-31T00:30:00Z", "2024-11-03T05:30:00Z",
                 "2024-11-03T06:30:00Z", "2024-10-27T01:30:00+02:00")  # fmt: skip


def _write(rng: random.Random, moment: dt.datetime) -> str:
    """A date alone in half of all cases; else the instant with Z, with an offset, or without a zone (UTC)."""
    way = rng.randrange(6)
    if way < 3:
        return moment.date().isoformat()
    text = moment.isoformat(timespec="seconds")
    return text + ("Z", "+05:30", "")[way - 3]

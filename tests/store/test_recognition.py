"""What counts as being a customer, under each definition of leaving; expected stretches are worked out by hand."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Churn, Settings
from analytics.store.dataset import Dataset
from tests.metrics.factory import build, day

Spans = dict[str, list[tuple[str, str | None]]]

PERIODS = [
    # customer, started, ended, cancel requested, status, trial ends
    ("open", "2024-01-10", None, None, None, None),
    ("mid", "2024-01-01", "2024-02-15", "2024-02-05", None, None),
    ("gap", "2024-01-01", "2024-02-01", None, None, None),
    ("gap", "2024-02-08", None, None, None, None),
    ("up", "2024-01-01", "2024-03-01", None, None, None),
    ("up", "2024-03-01", None, None, None, None),
    ("trial", "2024-01-05", None, None, None, "2024-01-20"),
    ("paused", "2024-01-01", "2024-02-01", None, "active", None),
    ("paused", "2024-02-01", "2024-03-01", None, "paused", None),
    ("paused", "2024-03-01", None, None, "active", None),
    ("addon", "2024-01-01", "2024-03-31", None, None, None),
    ("addon", "2024-02-01", "2024-03-01", None, None, None),  # ends beside a running one
    ("after", "2024-01-01", "2024-06-01", None, None, None),  # ends after the as-of day: still here
]


def subscriptions() -> pl.DataFrame:
    names = ("customer_id", "started_at", "ended_at", "cancel_requested_at", "status", "trial_ends_at")
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) | {"mrr": 10.0} for row in PERIODS]
    for row in rows:
        row |= {name: day(row[name]) for name in names if name.endswith("_at") and row[name]}
    return pl.DataFrame(rows, infer_schema_length=None)


def stretches(dataset: Dataset) -> Spans:
    names = dict(dataset.fact("customers").select("customer_key", "customer_id").rows())
    found: Spans = {}
    for key, start, end in dataset.fact("active_spans").select("customer_key", "started_on", "ended_on").rows():
        found.setdefault(names[key], []).append((str(start), str(end) if end else None))
    return found


COMMON: Spans = {
    "open": [("2024-01-10", None)],
    "up": [("2024-01-01", None)],  # two periods that touch are one stretch
    "trial": [("2024-01-20", None)],  # billing begins after the trial
    "paused": [("2024-01-01", "2024-02-01"), ("2024-03-01", None)],
    "addon": [("2024-01-01", "2024-03-31")],
    "after": [("2024-01-01", None)],
}


@pytest.mark.parametrize(
    ("churn", "expected"),
    [
        (
            Churn(recognised="contract_end"),
            {"mid": [("2024-01-01", "2024-02-15")], "gap": [("2024-01-01", "2024-02-01"), ("2024-02-08", None)]},
        ),
        (
            Churn(recognised="request"),
            {"mid": [("2024-01-01", "2024-02-05")], "gap": [("2024-01-01", "2024-02-01"), ("2024-02-08", None)]},
        ),
        (  # ten days of grace bridge the seven of the gap; mid is gone ten days later, paused on 11 February
            Churn(recognised="grace_end", grace_days=10),
            {
                "mid": [("2024-01-01", "2024-02-25")],
                "gap": [("2024-01-01", None)],
                "paused": [("2024-01-01", "2024-02-11"), ("2024-03-01", None)],
                "addon": [("2024-01-01", "2024-04-10")],
            },
        ),
    ],
    ids=["contract_end", "request", "grace_end"],
)
def test_paid_periods_become_stretches(tmp_path: Path, churn: Churn, expected: Spans) -> None:
    dataset = build(tmp_path, {"subscriptions": subscriptions()}, Settings(as_of="2024-04-20", churn=churn))
    assert stretches(dataset) == COMMON | expected


def test_inactivity_ends_a_stretch_so_many_days_after_the_last_event(tmp_path: Path) -> None:
    """Ten days: 1 and 9 January are one stretch to 19 January; 25 January opens another, still open on 1 February
    (7 days later); the last event of `gone` is 10 January, so gone on 20 January."""
    days = {"back": ("2024-01-01", "2024-01-09", "2024-01-25"), "gone": ("2024-01-10",), "end": ("2024-02-01",)}
    events = [{"customer_id": who, "occurred_at": day(on)} for who, each in days.items() for on in each]
    settings = Settings(churn=Churn(inactivity_days=10))
    dataset = build(tmp_path, {"events": events}, settings)
    assert dataset.info.recognised == "inactivity" and str(dataset.info.as_of) == "2024-02-01"
    assert stretches(dataset) == {
        "back": [("2024-01-01", "2024-01-19"), ("2024-01-25", None)],
        "gone": [("2024-01-10", "2024-01-20")],
        "end": [("2024-02-01", None)],
    }


def test_a_label_ends_a_stretch_and_a_return_opens_another(tmp_path: Path) -> None:
    customers = [
        {"customer_id": "stays", "signed_up_at": day("2024-01-01")},
        {"customer_id": "left", "signed_up_at": day("2024-01-01"), "churned_at": day("2024-02-10")},
        {"customer_id": "back", "signed_up_at": day("2024-01-05")},
    ]
    departures = [{"customer_id": "back", "churned_at": day("2024-02-01"), "returned_at": day("2024-03-01")}]
    tables = {"customers": pl.DataFrame(customers, infer_schema_length=None), "churn_events": departures}
    dataset = build(tmp_path, tables)
    assert dataset.info.recognised == "label"
    assert stretches(dataset) == {
        "stays": [("2024-01-01", None)],
        "left": [("2024-01-01", "2024-02-10")],
        "back": [("2024-01-05", "2024-02-01"), ("2024-03-01", None)],
    }


def test_grace_never_counts_revenue_twice(tmp_path: Path) -> None:
    """The add-on (10 of 20 a month) ends on 1 March beside the running contract: it has no grace of its own."""
    settings = Settings(as_of="2024-04-20", churn=Churn(recognised="grace_end", grace_days=10))
    dataset = build(tmp_path, {"subscriptions": subscriptions()}, settings)
    names = dict(dataset.fact("customers").select("customer_id", "customer_key").rows())
    moves = dataset.fact("mrr_movements", "customer_key = $key", key=names["addon"])
    assert [(str(on), cents) for on, cents in moves.select("moved_on", "after_cents").rows()] == [
        ("2024-01-01", 1000),
        ("2024-02-01", 2000),
        ("2024-03-01", 1000),
        ("2024-04-10", 0),
    ]


def test_a_later_departure_in_customers_is_not_hidden_by_an_earlier_recorded_one(tmp_path: Path) -> None:
    customers = [{"customer_id": "twice", "signed_up_at": day("2024-01-01"), "churned_at": day("2024-06-01")}]
    departures = [{"customer_id": "twice", "churned_at": day("2024-02-10"), "returned_at": day("2024-03-01")}]
    dataset = build(tmp_path, {"customers": customers, "churn_events": departures}, Settings(as_of="2024-07-01"))
    assert stretches(dataset) == {"twice": [("2024-01-01", "2024-02-10"), ("2024-03-01", "2024-06-01")]}


def test_a_ticket_never_closed_does_not_hold_a_customer_in_escalation_for_ever(tmp_path: Path) -> None:
    """Urgent on 10 January, never closed: escalation for 90 days, until 9 April."""
    rows = [{"customer_id": "a", "started_at": day("2024-01-01"), "mrr": 10.0}]
    tickets = [{"customer_id": "a", "opened_at": day("2024-01-10"), "priority": "urgent"}]
    dataset = build(tmp_path, {"subscriptions": rows, "tickets": tickets}, Settings(as_of="2024-12-31"))
    stays = dataset.fact("stage_episodes", "stage = 'escalation'").select("started_on", "ended_on").rows()
    assert [(str(start), str(end)) for start, end in stays] == [("2024-01-10", "2024-04-09")]


@pytest.mark.parametrize(
    ("ends", "as_of"),
    [
        (["2024-06-01", None], "2024-02-01"),  # an end in the future is a plan while a period is open
        (["2024-06-01", "2024-05-01"], "2024-06-01"),  # every period has ended: the last end was seen
        (["2024-01-20", None], "2024-02-01"),
    ],
)
def test_the_as_of_day_is_the_last_day_that_was_seen(tmp_path: Path, ends: list[str | None], as_of: str) -> None:
    starts = ["2024-01-01", "2024-02-01"]
    rows = [
        {
            "customer_id": f"c{n}",
            "started_at": day(start),
            "ended_at": day(end) if end else None,
            "renews_at": day("2025-01-01"),
        }
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    dataset = build(tmp_path, {"subscriptions": pl.DataFrame(rows, infer_schema_length=None)})
    assert str(dataset.info.as_of) == as_of


def test_a_definition_without_its_table_is_refused(tmp_path: Path) -> None:
    events = [{"customer_id": "a", "occurred_at": day("2024-01-01")}]
    with pytest.raises(UserError, match="needs the table subscriptions"):
        build(tmp_path, {"events": events}, Settings(churn=Churn(recognised="request")))


def test_no_decimal_leaves_the_store(tmp_path: Path) -> None:
    dataset = build(tmp_path, {"subscriptions": subscriptions()}, Settings(as_of="2024-04-20"))
    for name in dataset.tables():
        for column, kind in dataset.fact(name).schema.items():
            assert not isinstance(kind, (pl.Decimal, pl.Categorical, pl.Int128)), f"{name}.{column}"

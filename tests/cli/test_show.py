"""What `show` prints: instants as they are read, and only the options that a table takes."""

import csv
import io
from pathlib import Path

import pytest

from analytics.contract.settings import Settings
from tests.cli.conftest import Run
from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """a (pro) and b (team) subscribe, a buys at 8:30 UTC, 9:30 in Berlin; as of 31 March 2024."""
    subscriptions = [
        {"customer_id": who, "started_at": day("2024-01-05"), "mrr": 10.0, "plan": plan}
        for who, plan in (("a", "pro"), ("b", "team"), ("c", None))
    ]
    events = [{"customer_id": "a", "occurred_at": day("2024-01-05").replace(hour=8, minute=30), "name": "buy"}]
    tables = {"subscriptions": subscriptions, "events": events}
    return build(
        tmp_path_factory.mktemp("company"), tables, Settings(as_of="2024-03-31", timezone="Europe/Berlin")
    ).name


HOURLY = ("--period", "hour", "--ages", "1", "--activity", "event", "--from", "2024-01-05", "--to", "2024-01-05")


def test_hours_are_local_and_written_alike_as_csv_and_as_json(run: Run, company: Path) -> None:
    read = run("show", "retention", "--file", company, *HOURLY, "--format", "json").json
    printed = list(
        csv.DictReader(io.StringIO(run("show", "retention", "--file", company, *HOURLY, "--format", "csv").out))
    )
    (cohort,) = [row["cohort"] for row in read if row["size"]]
    assert cohort == "2024-01-05T09:00:00"
    assert [row["cohort"] for row in printed] == [row["cohort"] for row in read]


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_days_are_written_without_a_time(run: Run, company: Path, format_: str) -> None:
    out = run("show", "churn", "--file", company, "--format", format_).out
    assert "2024-01-01" in out and "2024-01-01T" not in out and "00:00" not in out


def test_risk_names_the_group_of_every_customer(run: Run, company: Path) -> None:
    rows = run("show", "risk", "--file", company, "--by", "plan", "--format", "json").json
    assert {row["customer_id"]: row["group"] for row in rows} == {"a": "pro", "b": "team", "c": "(blank)"}
    assert list(rows[0])[-1] == "group"
    (only,) = run("show", "risk", "--file", company, "--where", "plan = 'team'", "--format", "json").json
    assert only["customer_id"] == "b" and "group" not in only
    unknown = run("show", "risk", "--file", company, "--by", "plam")
    assert unknown.status == 2 and "plan" in unknown.err


@pytest.mark.parametrize(
    "table, option, value",
    [
        ("risk", "--period", "week"),
        ("risk", "--from", "2024-01-01"),
        ("economics", "--period", "week"),
        ("model", "--by", "plan"),
        ("model", "--where", "plan = 'pro'"),
    ],
)
def test_an_option_that_a_table_does_not_read_is_said_to_have_no_effect(
    run: Run, company: Path, table: str, option: str, value: str
) -> None:
    shown = run("show", table, "--file", company, option, value)
    assert shown.status == 0 and f"does not read {option}" in shown.err
    assert shown.out == run("show", table, "--file", company).out

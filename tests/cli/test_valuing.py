"""Customer value and incidence at the command line: columns, the sentence beside them, refusals."""

import datetime as dt
from pathlib import Path

import pytest

from analytics.contract.settings import Settings
from tests.cli.conftest import Run
from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """36 customers at 10 a month since 1 January 2024; every third leaves, over the price or the service."""
    subscriptions, churn_events = [], []
    for n in range(36):
        left = day("2024-01-11") + dt.timedelta(days=8 * n) if n % 3 == 0 else None
        subscriptions.append(
            {"customer_id": f"c{n:02}", "started_at": day("2024-01-01"), "ended_at": left, "mrr": 10.0, "plan": "pro"}
        )
        if left:
            churn_events.append(
                {"customer_id": f"c{n:02}", "churned_at": left, "reason": "price" if n % 2 else "service"}
            )
    tables = {"subscriptions": subscriptions, "churn_events": churn_events}
    return build(tmp_path_factory.mktemp("company"), tables, Settings(as_of="2024-12-31")).name


def test_value_is_by_customer_or_by_group_with_its_convention(run: Run, company: Path) -> None:
    shown = run("show", "value", "--file", company, "--horizon", 12, "--format", "json")
    assert shown.status == 0 and len(shown.json) == 24
    assert list(shown.json[0]) == ["customer_id", "lifetime_value", "low", "high", "horizon_months"]
    assert "gross margin 80%" in shown.err and "nothing after month 12" in shown.err
    (group,) = run("show", "value", "--file", company, "--by", "plan", "--format", "json").json
    assert group["group"] == "pro" and group["customers"] == 24 and group["horizon_months"] == 24


def test_incidence_is_by_reason(run: Run, company: Path) -> None:
    rows = run("show", "incidence", "--file", company, "--format", "json").json
    assert list(rows[0]) == ["reason", "time", "incidence", "low", "high"]
    last = {row["reason"]: row["incidence"] for row in rows}
    assert last == {"price": pytest.approx(6 / 36), "service": pytest.approx(6 / 36)}  # nobody is censored before


def test_an_impossible_horizon_is_refused(run: Run, company: Path) -> None:
    refused = run("show", "value", "--file", company, "--horizon", 0)
    assert refused.status == 2 and "1 to 120" in refused.err and not refused.out

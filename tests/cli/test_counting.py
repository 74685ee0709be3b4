"""The options of `show retention` reach the rule they name."""

import polars as pl
import pytest

from tests.metrics.factory import build, day


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """a signs up in January and buys in January and March; b signs up in January only; as of 30 April 2024."""
    rows = [("a", "2024-01-05", "sign_up"), ("a", "2024-01-09", "buy"), ("a", "2024-03-05", "buy")]
    rows += [("b", "2024-01-31", "sign_up"), ("c", "2024-04-30", "sign_up")]
    events = pl.DataFrame([{"customer_id": w, "occurred_at": day(at), "name": name} for w, at, name in rows])
    return build(tmp_path_factory.mktemp("shop"), {"events": events}).name


def ask(run, shop, *options):
    outcome = run("show", "retention", "--file", shop, "--to", "2024-01-31", "--format", "json", *options)
    assert outcome.status == 0, outcome.err
    return [row["retained"] for row in outcome.json]


BUYERS = ("--start-event", "sign_up", "--return-event", "buy")


@pytest.mark.parametrize(
    "options, expected",
    [
        ((), [2, 0, 1, 0]),
        (BUYERS, [1, 0, 1, 0]),
        ((*BUYERS, "--mode", "on_or_after"), [1, 1, 1, 0]),
        ((*BUYERS, "--mode", "on_or_before"), [1, 1, 1, 1]),
        ((*BUYERS, "--mode", "streak"), [1, 0, 0, 0]),
        ((*BUYERS, "--mode", "bracket", "--brackets", "1,3"), [1, 0, 1]),
        ((*BUYERS, "--min-occurrences", "2"), [0, 0, 0, 0]),
        (("--ages", "2"), [2, 0]),
    ],
)
def test_an_option_changes_what_counts(run, shop, options, expected):
    assert ask(run, shop, *options) == expected


def test_rolling_windows_and_hours_can_be_asked_for(run, shop):
    # a and b of January have each been seen for two windows of 30 × 24 hours at least
    assert ask(run, shop, "--window", "rolling")[:2] == [2, 0]
    hours = run(
        "show", "retention", "--file", shop, "--period", "hour", "--ages", "1", "--to", "2024-01-05", "--format", "json"
    )
    assert [row["size"] for row in hours.json if row["size"]] == [1]


def test_brackets_that_are_no_numbers_are_refused(run, shop):
    outcome = run("show", "retention", "--file", shop, "--mode", "bracket", "--brackets", "one")
    assert outcome.status == 2 and "1,3,7" in outcome.err


def test_a_snapshots_survival_says_what_its_time_is(run, tmp_path):
    dataset = build(tmp_path, {"snapshot": [{"customer_id": "a", "churned": True, "tenure": 3.0}]}, unit="months")
    outcome = run("show", "survival", "--file", dataset.name, "--format", "json")
    assert outcome.status == 0 and "unconverted" in outcome.err

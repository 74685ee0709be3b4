"""A data set under other settings is what a build with them gives, made once, and gone with its rows."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.intake.check import check_source
from analytics.store.build import build_dataset, extend_dataset
from analytics.store.dataset import Dataset, open_dataset
from analytics.store.facts import FACTS
from analytics.store.publish import resolve
from analytics.store.variant import variant
from tests.metrics.factory import build, day
from tests.store.history import write_history

Build = Callable[..., Dataset]
ONE = {"subscriptions": [{"customer_id": "a", "started_at": day("2024-01-05"), "mrr": 10.0}]}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """`history("name", **settings)`: the small company of history.py, built with these settings."""
    folder = tmp_path_factory.mktemp("history")
    write_history(folder / "source")

    def build_history(name: str, **settings: object) -> Dataset:
        checked = check_source(folder / "source", settings, None, folder / f"{name}.staging")
        return build_dataset(checked, folder / f"{name}.duckdb")

    return build_history


@pytest.fixture(scope="module")
def base(history: Build) -> Dataset:
    return history("base", timezone="Europe/Berlin")


@pytest.mark.parametrize(
    "changes",
    [
        {"timezone": "America/New_York", "as_of": "2024-11-03"},  # a day of 25 hours there
        {"first_weekday": "sunday", "churn": {"recognised": "inactivity", "inactivity_days": 20}},
        {"stages": {"onboarding_days": 30, "dwell_days": 0}, "timezone": "Asia/Kathmandu"},
    ],
)
def test_every_fact_equals_that_of_a_build_with_those_settings(
    history: Build, base: Dataset, changes: dict[str, object]
) -> None:
    built = history("other", **{"timezone": "Europe/Berlin", **changes})
    made = variant(base, changes)
    assert made.info.as_of == built.info.as_of and made.info.recognised == built.info.recognised
    assert made.info.settings == built.info.settings and made.info.tables == built.info.tables
    for fact in [*(fact for fact in FACTS if fact.is_kept), None]:
        name = fact.name if fact else "attributes"
        assert made.fact(name).equals(built.fact(name)), name


def test_a_date_alone_stays_that_date_and_an_instant_moves(tmp_path: Path) -> None:
    # 2024-03-31: Berlin's clocks skip 2:00; 23:30 UTC on the 30th is 0:30 there on the 31st and 19:30 in New York.
    # Asuncion skips midnight on 2024-10-06: the day begins at 1:00, which is 4:00 UTC.
    source = tmp_path / "source"
    source.mkdir()
    (source / "events.csv").write_text(
        "customer_id,occurred_at\na,2024-03-31\nb,2024-03-30T23:30:00Z\nc,2024-10-06\nd,2024-03-31T01:30:00+02:00\n"
    )
    checked = check_source(source, {"timezone": "Europe/Berlin"}, None, tmp_path / "staging")
    base = build_dataset(checked, tmp_path / "x.duckdb")

    def days(dataset: Dataset) -> list[tuple[str, dt.datetime, dt.date]]:
        rows = dataset.fact("events").join(dataset.fact("attributes"), on="customer_key")
        return rows.sort("customer_id").select("customer_id", "occurred_at", "occurred_on").rows()

    at, on = dt.datetime, dt.date
    assert days(base) == [
        ("a", at(2024, 3, 30, 23), on(2024, 3, 31)),
        ("b", at(2024, 3, 30, 23, 30), on(2024, 3, 31)),
        ("c", at(2024, 10, 5, 22), on(2024, 10, 6)),
        ("d", at(2024, 3, 30, 23, 30), on(2024, 3, 31)),
    ]
    assert days(variant(base, {"timezone": "America/New_York"})) == [
        ("a", at(2024, 3, 31, 4), on(2024, 3, 31)),
        ("b", at(2024, 3, 30, 23, 30), on(2024, 3, 30)),
        ("c", at(2024, 10, 6, 4), on(2024, 10, 6)),
        ("d", at(2024, 3, 30, 23, 30), on(2024, 3, 30)),
    ]
    assert days(variant(base, {"timezone": "America/Asuncion"}))[2] == ("c", at(2024, 10, 6, 4), on(2024, 10, 6))


def test_a_row_another_zone_puts_in_order_comes_back_and_one_it_turns_around_leaves(tmp_path: Path) -> None:
    # y was resolved before it was opened by UTC days: 2 March 00:00 against 2 March 02:00; in New York the date begins
    # at 05:00 UTC. z is in order in UTC (00:00, 02:00) and not in New York (05:00, 02:00).
    source = tmp_path / "source"
    source.mkdir()
    (source / "events.csv").write_text("customer_id,occurred_at\nw,2024-01-01\n")
    (source / "tickets.csv").write_text(
        "customer_id,opened_at,resolved_at\nx,2024-03-01,2024-03-09\ny,2024-03-02T02:00:00Z,2024-03-02\n"
        "z,2024-03-05,2024-03-05T02:00:00Z\nx,2024-03-06,2024-03-07\n"
    )
    base = build_dataset(check_source(source, {}, None, tmp_path / "staging"), tmp_path / "x.duckdb")

    def opened(dataset: Dataset) -> list[dt.date]:
        return dataset.fact("tickets").sort("source_row")["opened_on"].to_list()

    first, fifth, sixth = (dt.date(2024, 3, n) for n in (1, 5, 6))
    assert opened(base) == [first, fifth, sixth]
    moved = variant(base, {"timezone": "America/New_York"})
    assert opened(moved) == [first, first, sixth]  # y was opened at 21:00 on 1 March
    again = check_source(source, {"timezone": "America/New_York"}, None, tmp_path / "again")
    assert opened(build_dataset(again, tmp_path / "y.duckdb")) == opened(moved)


def test_no_change_is_the_data_set_itself(base: Dataset) -> None:
    assert variant(base, {}) is base
    assert variant(base, {"timezone": "Europe/Berlin", "as_of": str(base.info.as_of)}) is base


def test_a_variant_is_made_once_and_says_how_far_it_is(base: Dataset) -> None:
    told: list[float] = []
    changes = {"as_of": "2024-07-01"}
    first = variant(base, changes, lambda share, doing: told.append(share))
    assert told == sorted(told) and told[-1] == 1.0
    told.clear()
    assert variant(base, changes, lambda share, doing: told.append(share)) == first and not told
    assert variant(first, {"as_of": "2024-08-01"}) == variant(base, {"as_of": "2024-08-01"})


def test_a_setting_that_cannot_be_is_refused_under_the_callers_name(base: Dataset) -> None:
    for changes in ({"as_of": "2020-01-01"}, {"timezone": "Nowhere"}, {"churn": {"grace": 1}}):
        with pytest.raises(UserError) as refused:
            variant(base, changes, where="the form")
        assert refused.value.where == "the form"


def variants_of(dataset: Dataset) -> list[Path]:
    return list(resolve(dataset.name).parent.glob(f"{dataset.info.origin}.rows/variants/*"))


def test_the_variants_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.store.variant._KEPT", 2)
    base = build(tmp_path, ONE, Settings(as_of="2024-03-31"))
    first, second = variant(base, {"low_n": 20}), variant(base, {"low_n": 21})
    os.utime(first.path, (1, 1))
    assert variant(base, {"low_n": 20}) == first  # used again, later than the second
    third = variant(base, {"low_n": 22})
    assert set(variants_of(base)) == {first.path, third.path}
    assert second.fact("customers").height == 1  # whoever has it open keeps it


def test_the_rows_stay_while_a_version_was_made_from_them_and_go_with_the_last(tmp_path: Path) -> None:
    base = build(tmp_path, ONE, Settings(as_of="2024-03-31"))
    rows = resolve(base.name).parent / f"{base.info.origin}.rows"
    trained = base
    for n in range(3):
        trained = extend_dataset(trained, {"scores": pl.DataFrame({"n": [n]})}, verdict="usable")
    changed = variant(trained, {"as_of": "2024-02-29"})
    assert changed.path.parent.parent == rows and not changed.info.verdict and "scores" not in changed.tables()
    for last in ("2024-04-01", "2024-05-01"):  # two versions are kept: the second of these forgets the last of the old
        assert rows.exists()
        build(tmp_path, ONE, Settings(as_of=last))
    assert not rows.exists()
    assert open_dataset(base.name).info.as_of == dt.date(2024, 5, 1)


def test_a_data_set_without_its_rows_says_to_build_again(tmp_path: Path) -> None:
    base = build(tmp_path, ONE, Settings(as_of="2024-03-31"))
    for path in resolve(base.name).parent.glob("*.rows/*"):
        path.unlink()
    with pytest.raises(UserError, match="holdfast build"):
        variant(base, {"as_of": "2024-02-29"})


RACER = """
import sys
from analytics.store.dataset import open_dataset
from analytics.store.variant import variant
dataset = open_dataset(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(variant(dataset, {"as_of": "2024-07-01"}).fact("customers").height)
"""


def test_two_processes_may_make_the_same_variant_at_once(tmp_path: Path) -> None:
    base = build(tmp_path, ONE, Settings(as_of="2024-07-31"))
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(base.name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    said = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        said.append(racer.communicate()[0].strip())
    assert said == [str(base.fact("customers").height)] * 2
    (only,) = variants_of(base)
    assert only.suffix == ".duckdb"

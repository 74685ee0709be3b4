"""`--as-of`, `--timezone` and `--week-start` answer as a build with those settings would, in every table."""

import io
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.cli.show import SHOWN
from analytics.contract.settings import Settings
from analytics.intake.check import check_source
from analytics.store.build import build_dataset, extend_dataset
from tests.cli.conftest import Run
from tests.metrics.factory import build, day
from tests.store.history import write_history

TABLES = [table.name for table in SHOWN if table.needs_file]
NEEDED = {"timeline": ("--customer", "c007")}
BASE = {"timezone": "Europe/Berlin"}
ASKED = {
    "an as-of in the middle, another zone, weeks from Sunday": (
        ("--as-of", "2024-09-15", "--timezone", "America/New_York", "--week-start", "sunday"),
        {"as_of": "2024-09-15", "timezone": "America/New_York", "first_weekday": "sunday"},
    ),
    "a later as-of and a zone ahead": (
        ("--as-of", "2025-06-30", "--timezone", "Pacific/Auckland"),
        {"as_of": "2025-06-30", "timezone": "Pacific/Auckland"},
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history")
    write_history(path / "source")
    return path


def build_with(folder: Path, name: str, **settings: str) -> Path:
    checked = check_source(folder / "source", settings, None, folder / f"{name}.staging")
    (folder / name).mkdir()  # messages name the file
    return build_dataset(checked, folder / name / "company.duckdb").name


@pytest.fixture(scope="module")
def base(folder: Path) -> Path:
    return build_with(folder, "base", **BASE)


@pytest.fixture(scope="module", params=ASKED)
def asked(request: pytest.FixtureRequest, folder: Path) -> tuple[tuple[str, ...], Path]:
    """The options, and a data set built with the settings they stand for."""
    options, settings = ASKED[request.param]
    return options, build_with(folder, "-".join(settings.values()).replace("/", "-"), **{**BASE, **settings})


def read(printed: str) -> pl.DataFrame:
    return pl.read_csv(io.StringIO(printed), infer_schema_length=None)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_answers_as_a_build_with_those_settings(
    run: Run, base: Path, asked: tuple[tuple[str, ...], Path], table: str
) -> None:
    options, built = asked
    common = ("--period", "week", "--format", "csv", *NEEDED.get(table, ()))
    shown = run("show", table, "--file", base, *common, *options)
    expected = run("show", table, "--file", built, *common)
    assert shown.status == expected.status
    if expected.status:  # the same refusal
        assert shown.err.splitlines()[-1] == expected.err.splitlines()[-1]
        return
    assert expected.err.splitlines()[-1] in shown.err  # the same rules in force
    assert_frame_equal(read(shown.out), read(expected.out), rel_tol=1e-9)  # sums of fractions, in any order


def test_the_options_move_what_is_shown(run: Run, base: Path, asked: tuple[tuple[str, ...], Path]) -> None:
    common = ("show", "churn", "--file", base, "--period", "week")
    assert run(*common, *asked[0]).out != run(*common).out


def test_the_data_sets_own_day_zone_and_weeks_change_nothing(run: Run, base: Path) -> None:
    own = ("--as-of", "2025-02-26", "--timezone", "Europe/Berlin", "--week-start", "monday")
    plain, named = run("show", "churn", "--file", base), run("show", "churn", "--file", base, *own)
    assert (named.out, named.err) == (plain.out, plain.err)


@pytest.mark.parametrize(
    "option, value, words",
    [
        ("--timezone", "Europe/Berlim", "Did you mean Europe/Berlin"),
        ("--as-of", "2024-02-30", "YYYY-MM-DD"),
        ("--as-of", "2023-12-31", "Choose a later day"),
        ("--as-of", "2201-01-01", "Give a day from 1900 to 2200"),
    ],
)
def test_a_day_or_zone_that_cannot_be_is_refused_by_its_options_name(
    run: Run, base: Path, option: str, value: str, words: str
) -> None:
    refused = run("show", "churn", "--file", base, option, value)
    assert refused.status == 2 and words in refused.err and f"{option}:" in refused.err and not refused.out


def test_on_a_snapshot_the_options_have_no_effect_and_that_is_said(run: Run, tmp_path: Path) -> None:
    rows = [{"customer_id": who, "churned": who == "a", "tenure": 3.0} for who in "abc"]
    name = build(tmp_path, {"snapshot": rows}, unit="months").name
    plain = run("show", "survival", "--file", name)
    asked = run("show", "survival", "--file", name, "--as-of", "2024-01-31", "--week-start", "sunday")
    assert plain.status == 0 and asked.out == plain.out
    assert "--as-of, --week-start has no effect" in asked.err


def test_scores_are_of_the_data_set_as_it_was_built(run: Run, tmp_path: Path) -> None:
    rows = [{"customer_id": "a", "started_at": day("2024-01-05"), "mrr": 10.0}]
    dataset = extend_dataset(
        build(tmp_path, {"subscriptions": rows}, Settings(as_of="2024-03-31")), {}, verdict="usable"
    )
    shown = run("show", "model", "--file", dataset.name, "--as-of", "2024-02-29")
    assert shown.status == 0 and "train again" in shown.err and "no risk model" in shown.out
    assert "train again" not in run("show", "model", "--file", dataset.name, "--as-of", "2024-03-31").err

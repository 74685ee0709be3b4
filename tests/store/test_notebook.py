"""What people write outlives every build of the data set it is about."""

from pathlib import Path

import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.store.dataset import Dataset
from analytics.store.info import BuildInfo
from analytics.store.notebook import Notebook


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    info = BuildInfo(
        shape="company",
        build_id="b1",
        fingerprint="f",
        settings_json=Settings().to_json(),
        recognised="label",
    )
    return Dataset(name=tmp_path / "company.duckdb", path=tmp_path / "v.duckdb", info=info)


def test_an_entry_is_found_again_by_another_notebook(dataset: Dataset) -> None:
    Notebook(dataset).save("scenario", "Faster answers", {"levers": {"first_response_hours": 4}})
    assert Notebook(dataset).entries("scenario") == {"Faster answers": {"levers": {"first_response_hours": 4}}}


def test_saving_under_the_same_name_replaces_the_entry(dataset: Dataset) -> None:
    notebook = Notebook(dataset)
    notebook.save("segment", "Big", {"where": "seats > 10"})
    notebook.save("segment", " Big ", {"where": "seats > 20"})
    assert notebook.entries("segment") == {"Big": {"where": "seats > 20"}}


def test_entries_of_one_kind_do_not_show_under_another(dataset: Dataset) -> None:
    notebook = Notebook(dataset)
    notebook.save("note", "C1", {"text": "called"})
    assert notebook.entries("segment") == {}


def test_deleting_what_is_not_there_names_the_nearest(dataset: Dataset) -> None:
    notebook = Notebook(dataset)
    notebook.save("scenario", "Retries", {})
    with pytest.raises(UserError, match="Did you mean Retries"):
        notebook.delete("scenario", "Retrys")
    notebook.delete("scenario", "Retries")
    assert notebook.entries("scenario") == {}


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_empty_or_too_long_is_refused(dataset: Dataset, name: str) -> None:
    with pytest.raises(UserError, match="1 to 120"):
        Notebook(dataset).save("note", name, {})


def test_two_connections_write_without_failing(dataset: Dataset) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Notebook(dataset).save("note", f"n{n}", {"n": n}), range(40)))
    assert len(Notebook(dataset).entries("note")) == 40


def test_names_are_listed_and_one_entry_is_found_without_reading_the_others(dataset: Dataset) -> None:
    notebook = Notebook(dataset)
    assert notebook.names("note") == ()
    with pytest.raises(UserError, match="there is no note 'a'"):
        notebook.find("note", "a")
    assert not list(dataset.name.parent.glob("*.sqlite"))  # looking leaves no file behind
    notebook.save("note", "b", {"n": 2})
    notebook.save("note", "a", {"n": 1})
    assert notebook.names("note") == ("a", "b") and notebook.find("note", "a") == {"n": 1}

"""Every page on every kind of data set: it has a title of its own, no exception, and the definitions at its foot."""

import pytest

from pages.parts.menu import entries
from tests.conftest import ROOT
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

FILES = {"company": company_file, "orders": orders_file, "snapshot": snapshot_file}
PAGES = [entry.path for entry in entries()]


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_content_on_every_kind_of_data(visit, path, kind):
    at = visit(path, FILES[kind]())
    assert not at.exception, at.exception[0].message
    assert len(at.title) == 1 and at.title[0].value
    assert "Definitions" in words(at)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_a_data_set_says_what_to_do(visit, path, tmp_path):
    at = visit(path, tmp_path / "missing.duckdb")
    assert not at.exception
    assert at.title[0].value
    if not path.endswith("bring.py"):
        assert "holdfast build" in at.error[0].value


@pytest.mark.parametrize("path", PAGES)
def test_a_filter_that_matches_nobody_leaves_the_page_usable(visit, path):
    at = visit(path, company_file(), where="plan = 'no such plan'")
    assert not at.exception
    assert len(at.title) == 1
    if any(box.key == "where" for box in at.text_input):
        at.text_input(key="where").set_value("").run()
        assert not at.exception and not at.error


def test_every_file_in_a_section_is_in_the_menu():
    sections = ("executives", "marketers", "analysts")
    found = {path.relative_to(ROOT).as_posix() for name in sections for path in (ROOT / "pages" / name).glob("*.py")}
    assert found == set(PAGES)

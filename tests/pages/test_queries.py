"""Every table of numbers on a page comes with the queries that counted it."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.pages.companies import company_file

PAGES = sorted((ROOT / "pages").rglob("*.py"))
# What the model makes of moved levers is counted by no query, and the declared metrics are no numbers of the data.
WITHOUT = {"scenarios.py", "glossary.py"}


def calls_of(path: Path) -> list[ast.Call]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "explain_numbers"]


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in WITHOUT], ids=lambda path: path.name)
def test_every_table_of_numbers_names_its_queries(path):
    lacking = [call.lineno for call in calls_of(path) if "queries" not in {keyword.arg for keyword in call.keywords}]
    assert not lacking, f"{path.name}: explain_numbers without queries in lines {lacking}"


def test_the_pages_that_may_do_without_still_have_tables():
    assert all(calls_of(path) for path in PAGES if path.name in WITHOUT)


def test_a_query_stands_on_the_page_as_it_was_run(visit):
    at = visit("pages/executives/scorecard.py", company_file())
    shown = [code.value for code in at.code]
    assert any("movements" in text and "chosen as (select customer_key" in text for text in shown)
    assert not any("$grain" in text for text in shown)

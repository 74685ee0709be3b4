"""The contract declares each column once, completely, and its own examples keep its own rules."""

import polars as pl
import pytest

from analytics.contract.columns import Column, Table
from analytics.contract.tables import SHAPES, TABLES
from analytics.intake.facts import plain_name

COLUMNS = [(table, column) for table in SHAPES.values() for column in table.columns]
NAMES = [f"{table.name}.{column.name}" for table, column in COLUMNS]
INTERFACE = {  # required columns, as the public interface fixes them
    "customers": {"customer_id"},
    "subscriptions": {"customer_id", "started_at"},
    "events": {"customer_id", "occurred_at"},
    "tickets": {"customer_id", "opened_at"},
    "invoices": {"customer_id", "due_at", "amount"},
    "surveys": {"customer_id", "answered_at", "kind", "score"},
    "touches": {"customer_id", "touched_at", "kind"},
    "contacts": {"customer_id", "contact_id"},
    "churn_events": {"customer_id", "churned_at"},
}


def test_the_nine_tables_require_what_the_interface_says():
    assert {name: set(table.required) for name, table in TABLES.items()} == INTERFACE


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_every_column_says_what_it_holds_with_an_example(table: Table, column: Column):
    assert column.meaning and column.example and table[column.name] is column
    assert column.kind == "instant" if column.name.endswith("_at") else column.kind != "instant"


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_synonyms_are_written_as_they_are_compared(table: Table, column: Column):
    assert [plain_name(synonym) for synonym in column.synonyms] == list(column.synonyms)
    assert len(set(column.synonyms)) == len(column.synonyms)


@pytest.mark.parametrize("table", SHAPES.values(), ids=SHAPES)
def test_every_instant_has_its_local_day_beside_it(table: Table):
    names = list(table.schema)
    for column in table.instants:
        assert names[names.index(column.name) + 1] == column.day_name
        assert table.schema[column.day_name] == pl.Date()


@pytest.mark.parametrize("table", SHAPES.values(), ids=SHAPES)
def test_the_rules_of_a_table_are_about_its_own_columns(table: Table):
    rows = pl.DataFrame(schema=dict(table.schema))
    for rule in table.rules:
        assert set(rule.columns) <= set(table.names) and rule.sentence
        assert rows.select(rule.broken).height == 0


@pytest.mark.parametrize("name", TABLES)
def test_a_row_made_of_the_examples_is_kept(check_examples, name):
    assert check_examples(name) == (1, 1, 0, 0)

"""What the contract's tests share."""

import csv
from pathlib import Path

import pytest

from analytics.contract.tables import TABLES
from analytics.intake.check import check_source


@pytest.fixture
def check_examples(tmp_path: Path):
    """`check_examples("events")` checks a company whose table has one row, made of the contract's own examples."""

    def write(name: str) -> None:
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            columns = TABLES[name].columns
            csv.writer(file).writerows([[column.name for column in columns], [column.example for column in columns]])

    def run(name: str) -> tuple[int, int, int, int]:
        write(name)
        write("churn_events")
        checked = check_source(tmp_path, {}, None, tmp_path / "staging")
        count = next(count for count in checked.counts if count.table == name)
        assert list(checked.attributes[name]) == []
        return count.read, count.kept, count.dropped, count.rejected

    return run

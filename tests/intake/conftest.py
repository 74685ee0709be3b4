"""What the intake tests share: writing a file, checking it, and reading back what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.intake.check import check_source
from analytics.intake.checked import Checked
from analytics.intake.mapfile import parse_map


@dataclass(frozen=True)
class Result:
    """A checked source with its tables at hand."""

    checked: Checked

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.checked.folder / f"{name}.parquet")

    def count(self, name: str) -> tuple[int, int, int, int]:
        count = next(count for count in self.checked.counts if count.table == name)
        return count.read, count.kept, count.dropped, count.rejected

    @property
    def rejects(self) -> list[tuple[Any, ...]]:
        """(line, column, value, rule) of every rejected row, in file order."""
        if self.checked.rejects is None:
            return []
        return pl.read_csv(self.checked.rejects, infer_schema=False).select("line", "column", "value", "rule").rows()


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Result]:
    """`check({"events.csv": text})` writes the files and checks them: one file alone, several as a folder."""

    def run(files: dict[str, str | bytes], mapping: dict[str, Any] | None = None, **settings: Any) -> Result:
        source = tmp_path / "source"
        source.mkdir()
        for name, content in files.items():
            (source / name).write_bytes(content.encode() if isinstance(content, str) else content)
        chosen = parse_map(mapping) if mapping else None
        alone = len(files) == 1 and (chosen is None or bool(chosen.shape))
        target = source / next(iter(files)) if alone else source
        return Result(check_source(target, settings, None, tmp_path / "staging", mapping=chosen))

    return run

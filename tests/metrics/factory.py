"""Small data sets for tests: rows by table → checked Parquet files → a built data set."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from analytics.contract.settings import Settings
from analytics.contract.tables import SHAPES
from analytics.intake.checked import Checked, TableCount
from analytics.store.build import build_dataset
from analytics.store.dataset import Dataset

Rows = Sequence[Mapping[str, Any]]


def day(text: str) -> dt.datetime:
    """Midnight of an ISO date."""
    return dt.datetime.fromisoformat(text)


def check_tables(
    folder: Path, tables: Mapping[str, Rows | pl.DataFrame], settings: Settings | None = None, unit: str = ""
) -> Checked:
    """What the intake would hand on: every contract column, the local days in the settings' zone, the attributes."""
    attributes: dict[str, tuple[str, ...]] = {}
    counts = []
    zone = (settings or Settings()).timezone
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), infer_schema_length=None)
        table = SHAPES[name]
        further = tuple(column for column in frame.columns if column not in table.schema)
        for column in table.columns:
            if column.name not in frame.columns:
                frame = frame.with_columns(pl.lit(None, dtype=column.dtype).alias(column.name))
            frame = frame.with_columns(pl.col(column.name).cast(column.dtype))
            if column.kind == "instant":
                local = pl.col(column.name).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
                frame = frame.with_columns(local.dt.date().alias(column.day_name))
        frame.select(*table.schema, *further).write_parquet(folder / f"{name}.parquet")
        attributes[name] = further
        counts.append(TableCount(table=name, read=frame.height, kept=frame.height, dropped=0, rejected=0))
    return Checked(
        shape="snapshot" if "snapshot" in tables else "company",
        folder=folder,
        counts=tuple(counts),
        attributes=attributes,
        rejects=None,
        settings=settings or Settings(),
        fingerprint=str(folder),
        drop_rules=(),
        warnings=(),
        tenure_unit=unit,
        dropped_columns=(),
    )


def build(
    folder: Path, tables: Mapping[str, Rows | pl.DataFrame], settings: Settings | None = None, unit: str = ""
) -> Dataset:
    """A built data set of these rows."""
    return build_dataset(check_tables(folder / "checked", tables, settings, unit), folder / "x.duckdb")

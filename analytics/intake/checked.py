"""What the intake hands on: checked tables in a folder, the counts that add up, and what was noticed on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analytics.contract.settings import Settings

Progress = Callable[[float, str], None]  # share done (0-1) and what is being done


@dataclass(frozen=True, kw_only=True)
class TableCount:
    """Rows of one table: read = kept + dropped (by the map's rule) + rejected (by a rule of the contract)."""

    table: str
    read: int
    kept: int
    dropped: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Checked tables: `folder` holds `<table>.parquet` with every column of `Table.schema`, then the attributes."""

    shape: Literal["company", "snapshot"]
    folder: Path
    counts: tuple[TableCount, ...]
    attributes: dict[str, tuple[str, ...]]  # per table, further columns kept, as they are called in the Parquet file
    rejects: Path | None  # CSV: file, line, column, value, rule; one line per rejected row
    settings: Settings
    fingerprint: str  # sha256 over the bytes of the source, the map and the settings
    drop_rules: tuple[str, ...]
    warnings: tuple[str, ...]
    tenure_unit: str
    dropped_columns: tuple[str, ...]
    control: str = ""  # of a snapshot's arm: the value the map names as control
    outcome_is_good: bool | None = None  # of a snapshot's outcome: whether true is good, where the map says so

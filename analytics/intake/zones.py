"""Checked tables as the same files would have given them in another time zone."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from analytics.contract.columns import Table
from analytics.contract.tables import SHAPES
from analytics.intake.checked import Checked, TableCount
from analytics.intake.dates import at_local_midnight, local_day
from analytics.intake.tables import BEFORE, STATED


def move_zone(checked: Checked, timezone: str, folder: Path) -> Checked:
    """The checked tables in another time zone, written to `folder`, which must exist.

    An instant stays where it is and its local day is found again; a date stated alone stays that date, so its instant
    moves. Rows in which that turns the order of two instants around leave, and those it puts right come back.
    """
    counts = []
    for count in checked.counts:
        rows = _scan(checked.folder, count.table)
        moved = _move(rows, SHAPES[count.table], checked.settings.timezone, timezone)
        target = folder / f"{count.table}.parquet"
        moved.sink_parquet(target)
        counts.append(_recount(count, target))
    settings = replace(checked.settings, timezone=timezone)
    return replace(checked, folder=folder, counts=tuple(counts), settings=settings)


def _scan(folder: Path, table: str) -> pl.LazyFrame:
    """The rows kept, and at their places those set aside that another zone might keep."""
    kept, aside = pl.scan_parquet(folder / f"{table}.parquet"), folder / f"{table}.aside"
    if not aside.exists():
        return kept
    numbered = kept.with_columns(pl.row_index(BEFORE).cast(pl.Int64))
    # a row set aside after n kept ones stands before the one with index n
    both = pl.concat([pl.scan_parquet(aside), numbered])
    return both.sort(BEFORE, maintain_order=True).drop(BEFORE)


def _move(rows: pl.LazyFrame, table: Table, before: str, after: str) -> pl.LazyFrame:
    names = rows.collect_schema().names()
    stated = [name.removeprefix(STATED) for name in names if name.startswith(STATED)]
    moved = rows.with_columns(_restate(name, before, after) for name in stated)
    days = [local_day(pl.col(column.name), after).alias(column.day_name) for column in table.instants]
    broken = pl.any_horizontal(pl.lit(False), *(rule.broken.fill_null(False) for rule in table.rules))
    return moved.with_columns(days).filter(~broken)


def _restate(name: str, before: str, after: str) -> pl.Expr:
    """A date's midnight in the new zone, and as long after it as before: a duration may have been added to it."""
    midnight = pl.col(STATED + name).cast(pl.Datetime("us"))
    since = pl.col(name) - at_local_midnight(midnight, before)
    return pl.coalesce(at_local_midnight(midnight, after) + since, pl.col(name)).alias(name)


def _recount(count: TableCount, target: Path) -> TableCount:
    kept = pl.scan_parquet(target).select(pl.len()).collect().item()
    return replace(count, kept=kept, rejected=count.rejected + count.kept - kept)

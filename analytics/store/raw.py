"""The checked tables as views the facts read, and the span of time they cover."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl

from analytics.contract.errors import UserError
from analytics.contract.settings import LAST_YEAR, Settings
from analytics.contract.tables import SHAPES
from analytics.store.calendars import Horizon

_SQL_TYPES = {
    pl.String: "varchar",
    pl.Float64: "double",
    pl.Int64: "bigint",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "timestamp",
}
# Days that say what is planned, not what was seen.
_PLANNED = {"renews_on", "trial_ends_on", "due_on", "ended_on"}


def open_raw(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Creates one view `raw_<table>` per contract table; a table that did not come is empty, with all its columns."""
    for name, table in SHAPES.items():
        path = folder / f"{name}.parquet"
        if path.exists():
            source = (
                f"select *, file_row_number as source_row from read_parquet('{_quoted(path)}', file_row_number = true)"
            )
        else:
            columns = ", ".join(
                f"cast(null as {_SQL_TYPES[type(kind)]}) as {column}" for column, kind in table.schema.items()
            )
            source = f"select {columns}, cast(null as bigint) as source_row limit 0"
        connection.execute(f"create temp view raw_{name} as {source}").fetchall()


def find_horizon(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Horizon:
    """First and last observed day. The stated `as_of` wins; else the latest day seen, where planned days (renewals,
    due dates, ends
    later than everything else while some period is open) do not count. UserError when nothing is dated."""
    first_on, latest = _range(
        connection,
        [(table.name, c.day_name) for table in SHAPES.values() for c in table.instants if c.day_name not in _PLANNED],
    )
    opened, ended = connection.sql(
        "select count(*) filter (where ended_on is null), max(ended_on) from raw_subscriptions"
    ).fetchall()[0]
    if ended and (not opened or (latest and ended <= latest)):
        latest = max(latest or ended, ended)
    as_of = settings.as_of_date or latest
    if first_on is None or as_of is None:
        raise UserError(
            "no row has a date.",
            "the source",
            "Bring at least one dated table, or map the file as a snapshot.",
        )
    if as_of.year > LAST_YEAR:
        raise UserError(
            f"the latest date is {as_of}.", "the source", "Correct that row, or state as_of in the settings."
        )
    if as_of < first_on:
        raise UserError(
            f"as_of = {as_of} lies before the first record ({first_on}).",
            "settings",
            "Choose a later day, or leave as_of out.",
        )
    return Horizon(first_on=first_on, as_of=as_of)


def _range(connection: duckdb.DuckDBPyConnection, days: list[tuple[str, str]]) -> tuple[dt.date | None, dt.date | None]:
    parts = " union all ".join(f"select min({day}) as low, max({day}) as high from raw_{table}" for table, day in days)
    return connection.sql(f"select min(low), max(high) from ({parts}) as ranges").fetchall()[0]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")

"""Reading a data set: one read-only database per version and process, one cursor per query."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analytics.contract.condition import Condition, parse_condition
from analytics.contract.errors import UserError, suggest
from analytics.store.event_marks import PROPERTIES_KEY, mark_events, properties_path, read_keys
from analytics.store.facts import facts_version
from analytics.store.info import BuildInfo, read_info
from analytics.store.portable import DUCKDB_PRELUDE, parameters
from analytics.store.publish import resolve
from analytics.store.segments import read_segment
from analytics.store.trace import record

QUERIES = Path(__file__).parent / "sql" / "queries"
_OPEN_VERSIONS = 8
_SAMPLED = 20_000  # events whose properties are read for their keys


@dataclass(frozen=True)
class Chosen:
    """Which customers a question is about, and what they (or, with `event_by`, their events) are broken down by.
    Scalars only, so that answers can be cached by it.
    """

    where: str = ""
    by: str = ""
    event_by: str = ""


@dataclass(frozen=True)
class Dataset:
    """One version of a data set. `name` is what people call it, `path` the version file behind the name."""

    name: Path
    path: Path
    info: BuildInfo

    @property
    def build_id(self) -> str:
        """Names this version; caches are keyed by it."""
        return self.info.build_id

    def query(
        self, question: str, chosen: Chosen | None = None, further: Mapping[str, str] | None = None, /, **values: Any
    ) -> pl.DataFrame:
        """The answer to `store/sql/queries/<question>.sql`.

        The text reads facts and, where it wants the customers chosen, the relation `chosen` (customer_key,
        segment), where it wants events broken down, `marked` (source_row, mark), and the `further` relations of ours,
        SELECTs by name. `values` bind its parameters. UserError for a condition or column that the data set does not
        know.
        """
        text = read_text(question)
        relation, bound = self._chosen(chosen or Chosen())
        relations = f"chosen as ({relation})"
        if " marked " in text:
            by = chosen.event_by if chosen else ""
            relations += f", marked as ({mark_events(by, self.event_columns())})"
            bound[PROPERTIES_KEY] = properties_path(by)
        relations += "".join(f", {name} as (\n{sql})" for name, sql in (further or {}).items())
        return self._run(f"with {relations} select * from (\n{text}) as answer", {**bound, **values}, question)

    def fact(self, name: str, where: str = "", **values: Any) -> pl.DataFrame:
        """A whole fact, or the rows of it that meet a condition of ours."""
        return self._run(f"select * from {name}" + (f" where {where}" if where else ""), values, name)

    def rows(self, relation: str, condition: Condition | None) -> pl.DataFrame:
        """customer_key and day of the rows of a relation of ours that have a day (known_on) and meet the condition."""
        sql, bound = condition.to_sql("row") if condition else ("true", {})
        text = f"select customer_key, known_on as day from ({relation}) as rows where known_on is not null and {sql}"
        return self._run(text, bound, "rows")

    def tables(self) -> set[str]:
        """Names of the tables in the file."""
        return set(self._run("select table_name from duckdb_tables()", {}, "tables")["table_name"])

    def event_columns(self) -> tuple[str, ...]:
        """The further columns of the events table, in order."""
        listed = "select column_name from duckdb_columns() where table_name = 'events_attributes' order by column_index"
        names = self._run(listed, {}, "events_attributes")
        return tuple(name for name in names["column_name"] if name != "source_row")

    def event_attributes(self) -> tuple[str, ...]:
        """What events can be broken down by: their further columns, then keys of `properties` (of 20,000 events)."""
        texts = self.fact("events", f"properties is not null limit {_SAMPLED}")["properties"].unique()
        columns = self.event_columns()
        return (*columns, *sorted({key for text in texts for key in read_keys(text)} - set(columns)))

    def condition(self, text: str) -> Condition:
        """A checked condition over the customer attributes and the saved segments."""
        return parse_condition(text, self.info.attributes, lambda name: read_segment(self, name).customers)

    def _run(self, text: str, values: Mapping[str, Any], question: str) -> pl.DataFrame:
        used = {name: value for name, value in values.items() if name in parameters(text)}
        record(question, text, used)
        with _connect(self.path).cursor() as cursor:
            if "add_months(" in text:  # a macro lives as long as the cursor it was made with
                cursor.execute(DUCKDB_PRELUDE).fetchall()
            return cursor.sql(text, params=used or None).pl()

    def _chosen(self, chosen: Chosen) -> tuple[str, dict[str, Any]]:
        segment = f"cast({self._attribute(chosen.by)} as varchar)" if chosen.by else "cast(null as varchar)"
        relation = f"select customer_key, {segment} as segment from attributes"
        bound: dict[str, Any] = {}
        if chosen.where:
            sql, bound = self.condition(chosen.where).to_sql("where")
            relation += f" where {sql}"
        return relation, bound

    def _attribute(self, name: str) -> str:
        if name not in self.info.attributes:
            raise UserError(f"there is no customer attribute {name!r}.", "", suggest(name, self.info.attributes))
        return '"' + name.replace('"', '""') + '"'


def read_text(question: str) -> str:
    """The SELECT of `store/sql/queries/<question>.sql`."""
    return (QUERIES / f"{question}.sql").read_text(encoding="utf-8")


def open_dataset(name: Path | str) -> Dataset:
    """The newest published version of a data set.

    UserError when there is none under that name, and when another version of Holdfast has built it.
    """
    return open_version(Path(name), resolve(Path(name)))


def open_version(name: Path, path: Path) -> Dataset:
    """One file of a data set, the published one or a variant of it; UserError as `open_dataset`."""
    info = _info(path)
    if info.facts_version != facts_version():
        remedy = "Build it again with `holdfast build`; `holdfast demo` rebuilds the sample company by itself."
        raise UserError("another version of Holdfast has built this data set.", str(name), remedy)
    return Dataset(name=name, path=path, info=info)


@lru_cache(maxsize=_OPEN_VERSIONS)
def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("set enable_external_access = false").fetchall()
    connection.execute("set lock_configuration = true").fetchall()
    return connection


@lru_cache(maxsize=_OPEN_VERSIONS)
def _info(path: Path) -> BuildInfo:
    with _connect(path).cursor() as cursor:
        return read_info(cursor.sql("select info from build_info").fetchall()[0][0])

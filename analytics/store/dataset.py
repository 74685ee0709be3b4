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
from analytics.store.facts import facts_version
from analytics.store.info import BuildInfo, read_info
from analytics.store.portable import parameters
from analytics.store.publish import resolve
from analytics.store.trace import record

QUERIES = Path(__file__).parent / "sql" / "queries"
_OPEN_VERSIONS = 8


@dataclass(frozen=True)
class Chosen:
    """Which customers a question is about, and what they are broken down by. Scalars only, so that answers can be
    cached by it.
    """

    where: str = ""
    by: str = ""


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

    def query(self, question: str, chosen: Chosen | None = None, **values: Any) -> pl.DataFrame:
        """The answer to `store/sql/queries/<question>.sql`.

        The text reads facts and, where it wants the customers chosen, the relation `chosen` (customer_key,
        segment). `values` bind
        its parameters. UserError for a condition or column that the data set does not know.
        """
        text = (QUERIES / f"{question}.sql").read_text(encoding="utf-8")
        relation, bound = self._chosen(chosen or Chosen())
        whole = f"with chosen as ({relation}) select * from (\n{text}) as answer"
        return self._run(whole, {**bound, **values}, question)

    def fact(self, name: str, where: str = "", **values: Any) -> pl.DataFrame:
        """A whole fact, or the rows of it that meet a condition of ours."""
        return self._run(f"select * from {name}" + (f" where {where}" if where else ""), values, name)

    def tables(self) -> set[str]:
        """Names of the tables in the file."""
        return set(self._run("select table_name from duckdb_tables()", {}, "tables")["table_name"])

    def condition(self, text: str) -> Condition:
        """A checked condition over the customer attributes."""
        return parse_condition(text, self.info.attributes)

    def _run(self, text: str, values: Mapping[str, Any], question: str) -> pl.DataFrame:
        used = {name: value for name, value in values.items() if name in parameters(text)}
        record(question, text, used)
        with _connect(self.path).cursor() as cursor:
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


def open_dataset(name: Path | str) -> Dataset:
    """The newest published version of a data set.

    UserError when there is none under that name, and when another version of Holdfast has built it.
    """
    path = resolve(Path(name))
    info = _info(path)
    if info.facts_version != facts_version():
        remedy = "Build it again with `holdfast build`; `holdfast demo` rebuilds the sample company by itself."
        raise UserError("another version of Holdfast has built this data set.", str(name), remedy)
    return Dataset(name=Path(name), path=path, info=info)


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

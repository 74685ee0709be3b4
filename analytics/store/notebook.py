"""Small things people write (segments, scenarios, notes, thresholds), kept apart from the data set they speak of."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from analytics.contract.errors import UserError, suggest

if TYPE_CHECKING:  # a data set itself reads the segments written about it
    from analytics.store.dataset import Dataset

KINDS = ("segment", "scenario", "note", "threshold")
_LONGEST_NAME = 120

_SCHEMA = sa.MetaData()
_ENTRIES = sa.Table(
    "entries",
    _SCHEMA,
    sa.Column("data_set", sa.String(300), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(_LONGEST_NAME), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),  # JSON object
)


class Notebook:
    """The entries written about one data set. Rebuilding the data set leaves them alone."""

    def __init__(self, dataset: "Dataset") -> None:
        self._data_set = dataset.name.name
        own = dataset.info.settings.database_url
        self._file = None if own else _beside(dataset.name)
        self._url = own or f"sqlite:///{self._file}"

    @property
    def _engine(self) -> Engine:
        return _open(self._url)

    @property
    def _is_blank(self) -> bool:
        """Nothing was ever written; looking must not leave a file behind."""
        return self._file is not None and not self._file.exists()

    def save(self, kind: str, name: str, body: Mapping[str, Any]) -> None:
        """Writes an entry, over one of the same kind and name. UserError for a name that is empty or too long."""
        _check(kind, name)
        row = {
            "data_set": self._data_set,
            "kind": kind,
            "name": name.strip(),
            "body": json.dumps(dict(body), sort_keys=True),
        }
        with self._engine.begin() as connection:
            connection.execute(sa.delete(_ENTRIES).where(*self._key(kind, name.strip())))
            connection.execute(sa.insert(_ENTRIES).values(row))

    def entries(self, kind: str) -> dict[str, dict[str, Any]]:
        """Bodies by name, in the order of their names."""
        if self._is_blank:
            return {}
        wanted = sa.select(_ENTRIES.c.name, _ENTRIES.c.body).where(
            _ENTRIES.c.data_set == self._data_set, _ENTRIES.c.kind == kind
        )
        with self._engine.connect() as connection:
            return {name: json.loads(body) for name, body in connection.execute(wanted.order_by(_ENTRIES.c.name))}

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of a kind in their order, without reading what is written under them."""
        if self._is_blank:
            return ()
        wanted = sa.select(_ENTRIES.c.name).where(_ENTRIES.c.data_set == self._data_set, _ENTRIES.c.kind == kind)
        with self._engine.connect() as connection:
            return tuple(connection.execute(wanted.order_by(_ENTRIES.c.name)).scalars())

    def find(self, kind: str, name: str) -> dict[str, Any]:
        """One body; UserError naming the nearest name where there is none of that name."""
        if not self._is_blank:
            with self._engine.connect() as connection:
                body = connection.execute(sa.select(_ENTRIES.c.body).where(*self._key(kind, name))).scalar()
            if body is not None:
                return dict(json.loads(body))
        raise UserError(f"there is no {kind} {name!r}.", "", suggest(name, self.names(kind)))

    def delete(self, kind: str, name: str) -> None:
        """Removes an entry; UserError naming the nearest one where there is none of that name."""
        with self._engine.begin() as connection:
            gone = connection.execute(sa.delete(_ENTRIES).where(*self._key(kind, name))).rowcount
        if not gone:
            raise UserError(f"there is no {kind} {name!r}.", "", suggest(name, self.names(kind)))

    def _key(self, kind: str, name: str) -> list[sa.ColumnElement[bool]]:
        return [_ENTRIES.c.data_set == self._data_set, _ENTRIES.c.kind == kind, _ENTRIES.c.name == name]


def _check(kind: str, name: str) -> None:
    if kind not in KINDS:
        raise UserError(f"{kind!r} is nothing that is kept here.", "", suggest(kind, KINDS))
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise UserError("the name is empty or too long.", kind, f"Give a name of 1 to {_LONGEST_NAME} characters.")


def _beside(name: Path) -> Path:
    return name.absolute().with_suffix(".notes.sqlite")


@lru_cache(maxsize=8)
def _open(url: str) -> Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _use_wal)
    with engine.begin() as connection:  # first sessions come at the same time: looking before creating would race
        connection.execute(sa.schema.CreateTable(_ENTRIES, if_not_exists=True))
    return engine


def _use_wal(connection: Any, _record: Any) -> None:
    # readers do not wait for a writer, and a writer waits for another one instead of failing
    connection.execute("pragma busy_timeout = 5000")
    connection.execute("pragma journal_mode = wal")

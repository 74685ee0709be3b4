"""The map file: other people's files and columns onto the contract."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.contract.columns import Table
from analytics.contract.errors import UserError, suggest
from analytics.contract.tables import SHAPES, TABLES

UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}  # seconds each
TENURE_UNITS = ("days", "weeks", "months", "years")
TOP_KEYS = ("shape", "file", "columns", "rows", "drop", "settings", "tables")
TABLE_KEYS = ("file", "columns", "rows", "drop")
FILE_KEYS = ("delimiter", "encoding", "header", "skip", "sheet")
FORM_KEYS = (
    *("column", "format", "decimal", "currency", "product", "lookup", "after"),
    *("unit", "true", "then", "values", "good", "control"),
)


@dataclass(frozen=True, kw_only=True)
class MapColumn:
    """How one column of the contract is filled from the file's columns."""

    column: str = ""
    format: str = ""
    decimal: str = ""
    currency: str = ""
    product: tuple[str, ...] = ()
    lookup: str = ""  # the table through whose id the customer is found
    after: str = ""  # the value counts `unit`s after the instant in this file column
    unit: str = ""
    true: tuple[str, ...] = ()
    then: str = ""  # the instant in this file column, where the value is true
    values: Mapping[str, Any] = field(default_factory=dict)
    good: bool | None = None  # of an outcome: whether true is good
    control: str = ""  # of an arm: the value that means control

    @property
    def sources(self) -> tuple[str, ...]:
        """The file's columns it reads."""
        return tuple(name for name in (self.column, *self.product, self.after, self.then) if name)


@dataclass(frozen=True, kw_only=True)
class FileOptions:
    """`[file]`: how the file is written, where detection is wrong; None or empty means detect."""

    delimiter: str = ""
    encoding: str = ""
    header: bool | None = None
    skip: int | None = None
    sheet: str = ""


@dataclass(frozen=True, kw_only=True)
class TableMap:
    """One table of a map: its file (empty: named after the table), its columns, and what is left out."""

    table: str
    file: tuple[str, ...] = ()
    columns: Mapping[str, MapColumn] = field(default_factory=dict)
    drop_rows: str = ""
    drop_columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MapFile:
    """A whole map: one shape for one file, or one `TableMap` per table of a folder."""

    shape: str = ""
    options: FileOptions = field(default_factory=FileOptions)
    tables: Mapping[str, TableMap] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    where: str = "the map"


def read_map(path: Path) -> MapFile:
    """The checked map in a file; UserError when it is missing, no TOML, or has an unknown key."""
    try:
        return parse_map(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except FileNotFoundError:
        raise UserError("there is no such map file.", str(path), "Check the path given to --map.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"this is not valid TOML ({error}).", str(path), "Correct that line and try again.") from None


def parse_map(raw: Mapping[str, Any], where: str = "the map") -> MapFile:
    """The checked map from raw TOML tables; UserError names an unknown key and the nearest known one."""
    _check_keys(raw, TOP_KEYS, where, "")
    shape = str(raw.get("shape", ""))
    if shape and shape not in SHAPES:
        raise UserError(f"shape = {shape!r} is unknown.", where, suggest(shape, SHAPES))
    if bool(shape) == bool(raw.get("tables")):
        raise UserError(
            "a map needs either shape (for one file) or [tables.NAME] sections (for a folder).",
            where,
            'Write shape = "events", say.',
        )
    return MapFile(
        shape=shape,
        options=_file_options(_section(raw, "file", where), where),
        tables=_one_table(raw, shape, where) if shape else _many_tables(raw, where),
        settings=_section(raw, "settings", where),
        where=where,
    )


def _one_table(raw: Mapping[str, Any], shape: str, where: str) -> dict[str, TableMap]:
    return {
        shape: _table_map(SHAPES[shape], {key: raw[key] for key in ("columns", "rows", "drop") if key in raw}, where)
    }


def _many_tables(raw: Mapping[str, Any], where: str) -> dict[str, TableMap]:
    for key in ("columns", "rows"):
        if key in raw:
            raise UserError(
                f"[{key}] belongs to a map of one file.",
                where,
                f"Write it inside each [tables.NAME] as {key} = {{ … }}.",
            )
    sections, shared = _section(raw, "tables", where), _drop_columns(raw, where)
    maps = {}
    for name, entry in sections.items():
        if name not in TABLES:
            raise UserError(f"[tables.{name}] is no table of the contract.", where, suggest(name, TABLES))
        maps[name] = _table_map(TABLES[name], _as_table(entry, f"tables.{name}", where), where, shared)
    return maps


def _table_map(table: Table, raw: Mapping[str, Any], where: str, shared: tuple[str, ...] = ()) -> TableMap:
    _check_keys(raw, TABLE_KEYS, where, f"{table.name}.")
    rows = _section(raw, "rows", where)
    _check_keys(rows, ("drop",), where, "rows.")
    files = raw.get("file", ())
    return TableMap(
        table=table.name,
        file=(files,) if isinstance(files, str) else tuple(files),
        columns={name: _form(table, name, value, where) for name, value in _section(raw, "columns", where).items()},
        drop_rows=str(rows.get("drop", "")),
        drop_columns=(*shared, *_drop_columns(raw, where)),
    )


def _drop_columns(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    drop = _section(raw, "drop", where)
    _check_keys(drop, ("columns",), where, "drop.")
    return _texts(drop.get("columns", ()), "drop.columns", where)


def _form(table: Table, name: str, value: Any, where: str) -> MapColumn:
    if name not in table.names:
        raise UserError(f"{name!r} is no column of {table.name}.", where, suggest(name, table.names))
    if isinstance(value, str):
        return MapColumn(column=value)
    entry = _as_table(value, name, where)
    _check_keys(entry, FORM_KEYS, where, f"{name}.")
    form = MapColumn(**{key: _form_value(key, given, name, where) for key, given in entry.items()})
    _check_form(form, name, where)
    return form


def _form_value(key: str, value: Any, name: str, where: str) -> Any:
    if key in ("product", "true"):
        return _texts(value if isinstance(value, list) else [value], f"{name}.{key}", where)
    if key == "values":
        return {str(k): v for k, v in _as_table(value, f"{name}.{key}", where).items()}
    if (key == "good" and not isinstance(value, bool)) or (key != "good" and not isinstance(value, str)):
        raise UserError(
            f"{name}.{key} = {value!r} is not possible.",
            where,
            "Give true or false." if key == "good" else "Give a text in quotes.",
        )
    return value


def _check_form(form: MapColumn, name: str, where: str) -> None:
    units = TENURE_UNITS if name.startswith("tenure") else tuple(UNITS)
    if form.unit and form.unit not in units:
        raise UserError(f"{name}.unit = {form.unit!r} is unknown.", where, suggest(form.unit, units))
    if form.lookup and form.lookup not in TABLES:
        raise UserError(f"{name}.lookup = {form.lookup!r} is no table.", where, suggest(form.lookup, TABLES))
    if form.after and not form.unit:
        raise UserError(f"{name}.after needs a unit.", where, 'Add unit = "minutes", say.')
    if form.then and not form.true:
        raise UserError(f"{name}.then needs the values that count as true.", where, 'Add true = ["Yes"], say.')
    if form.decimal not in ("", ",", "."):
        raise UserError(f"{name}.decimal = {form.decimal!r} is not possible.", where, "Give a point or a comma.")
    if bool(form.column) == bool(form.product):
        raise UserError(f"{name} needs either column or product.", where, f'Write {name} = "the file\'s column", say.')


def _file_options(raw: Mapping[str, Any], where: str) -> FileOptions:
    _check_keys(raw, FILE_KEYS, where, "file.")
    kinds = {"header": bool, "skip": int}
    for key, value in raw.items():
        if type(value) is not kinds.get(key, str):
            raise UserError(
                f"file.{key} = {value!r} is not possible.", where, f"Give a {kinds.get(key, str).__name__}."
            )
    return FileOptions(**raw)


def _check_keys(raw: Mapping[str, Any], known: tuple[str, ...], where: str, prefix: str) -> None:
    for key in raw:
        if key not in known:
            raise UserError(f"unknown key {prefix + key!r}.", where, suggest(key, known))


def _section(raw: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    return _as_table(raw.get(key, {}), key, where)


def _as_table(value: Any, key: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UserError(f"{key} = {value!r} is not a table.", where, f"Write it as a section [{key}] or {{ … }}.")
    return value


def _texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)) or any(isinstance(entry, (dict, list)) for entry in value):
        raise UserError(f"{key} = {value!r} is not a list.", where, 'Write it as ["a", "b"].')
    return tuple(str(entry) for entry in value)

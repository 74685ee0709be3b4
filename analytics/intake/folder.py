"""Which files of a source make up which table."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from analytics.contract.columns import Table
from analytics.contract.errors import UserError, suggest
from analytics.contract.tables import SHAPES, TABLES
from analytics.intake.encoding import CHUNK
from analytics.intake.mapfile import FileOptions, MapFile, TableMap
from analytics.intake.read import ENDINGS, bare_name

NOT_READ = ("truth",)  # the sample company's known truth lies beside its tables and is never read


@dataclass(frozen=True, kw_only=True)
class TableSource:
    """One table to read: its files, how the map fills it, and how the files are written."""

    table: Table
    files: tuple[Path, ...]
    mapped: TableMap
    options: FileOptions


def find_tables(source: Path, mapping: MapFile | None) -> tuple[list[TableSource], list[str]]:
    """The tables of a source in reading order (a table that others look customers up in comes first), and warnings."""
    if not source.exists():
        raise UserError("there is no such file or folder.", str(source), "Check the path.")
    if mapping is None:
        return _tables_by_name(source)
    if mapping.shape:
        files = (source,) if source.is_file() else tuple(_data_files(source))
        mapped = mapping.tables[mapping.shape]
        return [
            TableSource(
                table=SHAPES[mapping.shape],
                files=_not_empty(files, source),
                mapped=mapped,
                options=mapping.options,
            )
        ], []
    return _mapped_tables(source, mapping)


def _mapped_tables(source: Path, mapping: MapFile) -> tuple[list[TableSource], list[str]]:
    if not source.is_dir():
        raise UserError("this map describes a folder of tables.", source.name, "Give the folder, or a map with shape.")
    folder = source
    found: list[TableSource] = []
    read: set[Path] = set()
    for name, mapped in mapping.tables.items():
        files = _files_of(folder, mapped, mapping.where)
        read.update(files)
        found.append(TableSource(table=TABLES[name], files=files, mapped=mapped, options=mapping.options))
    unread = [path.name for path in _data_files(folder) if path not in read]
    return _in_reading_order(found, mapping.where), [
        f"{name} is named in no section of the map and was not read." for name in unread
    ]


def _files_of(folder: Path, mapped: TableMap, where: str) -> tuple[Path, ...]:
    if not mapped.file:
        named = [path for path in _data_files(folder) if _table_of(path) == mapped.table]
        return _not_empty(tuple(named), folder / mapped.table)
    files: list[Path] = []
    for pattern in mapped.file:
        matches = sorted(folder.glob(pattern)) if any(mark in pattern for mark in "*?[") else [folder / pattern]
        if not matches or not matches[0].is_file():
            names = [path.name for path in _data_files(folder)]
            raise UserError(
                f"tables.{mapped.table}.file = {pattern!r} is not in {folder.name}.",
                where,
                suggest(pattern, names),
            )
        files += matches
    return tuple(files)


def _in_reading_order(found: list[TableSource], where: str) -> list[TableSource]:
    waiting, done = list(found), []
    while waiting:
        names = {entry.table.name for entry in waiting}
        ready = [entry for entry in waiting if not {form.lookup for form in entry.mapped.columns.values()} & names]
        if not ready:
            raise UserError(
                "the lookups go round in a circle.",
                where,
                "Look customers up in a table that has customer_id itself.",
            )
        done += ready
        waiting = [entry for entry in waiting if entry not in ready]
    return done


def _tables_by_name(source: Path) -> tuple[list[TableSource], list[str]]:
    files = _data_files(source)
    by_table: dict[str, list[Path]] = {}
    warnings = []
    for path in files:
        table = _table_of(path)
        if table:
            by_table.setdefault(table, []).append(path)
        elif not path.name.startswith(NOT_READ):
            warnings.append(f"{path.name} is named after no table of the contract and was not read.")
    if not by_table:
        names = ", ".join(path.name for path in files[:5]) or "no data file"
        raise UserError(
            f"no file is named after a table (found: {names}).",
            str(source),
            f"Name them {', '.join(TABLES)}, or say which is which with --map.",
        )
    found = [
        TableSource(
            table=TABLES[name],
            files=_one_format(name, paths),
            mapped=TableMap(table=name),
            options=FileOptions(),
        )
        for name, paths in by_table.items()
    ]
    return sorted(found, key=lambda entry: list(TABLES).index(entry.table.name)), warnings


def _table_of(path: Path) -> str:
    name = bare_name(path)[0]
    return next((table for table in TABLES if re.fullmatch(rf"{table}([-_. \d].*)?", name)), "")


def _one_format(table: str, paths: list[Path]) -> tuple[Path, ...]:
    names = [bare_name(path)[0] for path in paths]
    twice = [path.name for path, name in zip(paths, names, strict=True) if names.count(name) > 1]
    if twice:
        raise UserError(f"{' and '.join(twice)} are both the table {table}.", paths[0].parent.name, "Keep one of them.")
    return tuple(paths)


def _data_files(folder: Path) -> list[Path]:
    children = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
    files = [path for path in children if path.is_file()]
    for child in children:
        if child.is_dir() and bare_name(child)[0] in TABLES:  # a folder of parts, as clusters write them
            files += sorted(path for path in child.iterdir() if path.is_file() and not path.name.startswith((".", "_")))
    return [path for path in files if bare_name(path)[1] in ENDINGS and not path.name.lower().startswith("readme")]


def _not_empty(files: tuple[Path, ...], where: Path) -> tuple[Path, ...]:
    if not files:
        raise UserError("there is no data file.", str(where), f"Files may end in {', '.join(ENDINGS)}.")
    return files


def fingerprint(files: list[Path], *definitions: str) -> str:
    """sha256 over the bytes of the files and the texts that say how they are read."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    for text in definitions:
        digest.update(text.encode())
    return digest.hexdigest()

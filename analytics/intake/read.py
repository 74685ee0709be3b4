"""A file of any kind → its rows as a lazy frame with the line each stands on; what cannot be split is set aside."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.contract.settings import Settings
from analytics.intake.encoding import copy_as_utf8, open_bytes
from analytics.intake.lines import correct_lines
from analytics.intake.mapfile import FileOptions
from analytics.intake.sniff import WHITESPACE, FileLook, checked_names, look_at_text

TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat")
EXCEL_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
PARQUET_ENDINGS = (".parquet", ".pq")
ENDINGS = (*TEXT_ENDINGS, *PARQUET_ENDINGS, *EXCEL_ENDINGS)
MEMORY_LIMIT = "512MB"  # DuckDB spills to the staging folder beyond it
LINE, FILE = "__line", "__file"
MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
LONGEST_VALUE = 200  # characters of a bad value that are shown
ERRORS = """select line_byte_position as position, first(csv_line) as text, first(error_type::varchar) as kind
from reject_errors group by line_byte_position order by line_byte_position"""
REJECT_SCHEMA = {
    "file": pl.String(),
    "line": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "rule": pl.String(),
}
RAGGED_RULES = {
    "MISSING COLUMNS": "too_few_columns",
    "TOO MANY COLUMNS": "too_many_columns",
    "UNQUOTED VALUE": "broken_quotes",
}


@dataclass(frozen=True, kw_only=True)
class Staged:
    """One file as read: `rows` has the file's columns (text; typed only for Parquet) and `__line`, `__file`."""

    path: Path
    look: FileLook
    rows: pl.LazyFrame
    n_rows: int
    ragged: pl.DataFrame  # file, line, column, value, rule


def check_upload_size(n_bytes: int, settings: Settings) -> None:
    """UserError when an upload is larger than `upload_limit_mb`."""
    if n_bytes > settings.upload_limit_mb * 1_000_000:
        raise UserError(
            f"the upload has {n_bytes / 1e6:,.0f} MB; at most {settings.upload_limit_mb:,} MB are taken.",
            "upload",
            "Raise upload_limit_mb in settings.toml, or build the file from the command line, which has no limit.",
        )


def bare_name(path: Path) -> tuple[str, str]:
    """File name without endings, and its ending without `.gz`: `customers.csv.gz` → (`customers`, `.csv`)."""
    name = path.name.lower().removesuffix(".gz")
    ending = Path(name).suffix
    return name.removesuffix(ending), ending


def look_at_file(path: Path, options: FileOptions) -> FileLook:
    """How a file is written. UserError when it is missing, empty, binary, too wide or of an unknown kind."""
    ending = bare_name(path)[1]
    if not path.is_file():
        raise UserError("there is no such file.", str(path), "Check the path.")
    if ending not in ENDINGS:
        raise UserError(
            f"the ending {ending or '(none)'!r} is unknown.",
            path.name,
            f"{suggest(ending, ENDINGS)} Files may also end in .gz.",
        )
    if path.stat().st_size == 0:
        raise UserError("the file is empty.", path.name, "Choose a file with a header and rows.")
    if ending in TEXT_ENDINGS:
        return look_at_text(path, options)
    return FileLook(kind="parquet" if ending in PARQUET_ENDINGS else "excel")


def stage_file(path: Path, options: FileOptions, folder: Path) -> Staged:
    """Reads a file into `folder` as text with line numbers, out of core; Parquet is read where it lies."""
    look = look_at_file(path, options)
    if look.kind == "parquet":
        return _stage_parquet(path, look)
    target = folder / f"{path.name}.staged.parquet"
    if look.kind == "excel":
        return _stage_excel(path, options, look, target)
    plain = look.encoding in ("utf-8", "utf_8", "ascii") and not _has_odd_line_ends(path)
    source = path if plain else copy_as_utf8(path, look.encoding, folder / f"{path.name}.utf8")
    ragged = _stage_lines(source, look, target) if look.delimiter == WHITESPACE else _stage_csv(source, look, target)
    if not plain:
        source.unlink()
    rows = pl.scan_parquet(target).rename(dict(zip(_fields(look), look.names, strict=True)))
    return _staged(path, look, rows, ragged)


def _staged(path: Path, look: FileLook, rows: pl.LazyFrame, ragged: pl.DataFrame) -> Staged:
    n_rows = rows.select(pl.len()).collect().item()
    ragged = ragged.with_columns(pl.lit(path.name).alias("file")).select(REJECT_SCHEMA.keys())
    return Staged(
        path=path,
        look=look,
        rows=rows.with_columns(pl.lit(path.name).alias(FILE)),
        n_rows=n_rows,
        ragged=ragged,
    )


def no_rejects() -> pl.DataFrame:
    """An empty table of rejects: file, line, column, value, rule."""
    return pl.DataFrame(schema=REJECT_SCHEMA)


def _stage_parquet(path: Path, look: FileLook) -> Staged:
    try:
        rows = pl.scan_parquet(path)
        names = checked_names(rows.collect_schema().names(), path.name)
    except (pl.exceptions.ComputeError, OSError) as error:
        raise UserError(
            f"this is no readable Parquet file ({str(error).splitlines()[0]}).", path.name, "Write it again."
        ) from None
    rows = rows.rename(dict(zip(rows.collect_schema().names(), names, strict=True))).with_row_index(LINE, offset=1)
    simple = [_simple(name, dtype) for name, dtype in rows.collect_schema().items() if name != LINE]
    return _staged(path, replace(look, names=names), rows.select(pl.col(LINE).cast(pl.Int64), *simple), no_rejects())


def _simple(name: str, dtype: pl.DataType) -> pl.Expr:
    """A typed column as text, number, flag, date or instant; lists stay, and are left out with a warning later."""
    column = pl.col(name)
    if isinstance(dtype, pl.Duration):
        return column.dt.total_microseconds() / 1_000_000  # seconds
    if isinstance(dtype, pl.Struct):
        return column.struct.json_encode()
    if isinstance(dtype, (pl.Categorical, pl.Enum, pl.Time, pl.Null, pl.Binary)):
        return column.cast(pl.String, strict=False)
    return column


def _stage_excel(path: Path, options: FileOptions, look: FileLook, target: Path) -> Staged:
    try:
        book = fastexcel.read_excel(path)
        sheet = book.load_sheet(options.sheet or 0, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise UserError(
            f"this is no readable workbook ({str(error).splitlines()[0]}).",
            path.name,
            "Save it again as .xlsx.",
        ) from None
    cells = sheet.to_polars().with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))
    cells = cells.with_columns(pl.col(pl.String).str.replace(MIDNIGHT, "$1"))  # a workbook's dates are days
    cells = cells.filter(~pl.all_horizontal(pl.exclude(LINE).str.strip_chars().replace("", None).is_null()))
    if cells.height == 0 or cells.width == 1:
        raise UserError("the sheet is empty.", path.name, "Choose a sheet with a header and rows.")
    skip = options.skip or 0
    names = checked_names([cell or "" for cell in cells.row(skip)[1:]], path.name)
    cells.slice(skip + 1).rename(dict(zip(cells.columns[1:], names, strict=True))).write_parquet(target)
    return _staged(path, replace(look, names=names, skip=skip + 1), pl.scan_parquet(target), no_rejects())


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": "true",
    }
    connection = duckdb.connect(config=config)
    connection.execute("set enable_progress_bar = false")  # it would be drawn on standard output, among the results
    return connection


def _fields(look: FileLook) -> list[str]:
    """Names for the staging file: DuckDB takes Name and name for one column, so the file's own come back afterwards."""
    return [f"c{at}" for at in range(len(look.names))]


def _stage_csv(source: Path, look: FileLook, target: Path) -> pl.DataFrame:
    """Writes the rows with `__line` to `target` and returns those that cannot be split."""
    options = {
        "delim": look.delimiter,
        "skip": look.skip,
        "store_rejects": True,
        "rejects_limit": 0,
    }
    fields = _fields(look)
    reader = _reader(source, options, fields)
    connection = _connect(target.parent)
    rows = f"select row_number() over () + {look.skip} as {LINE}, {', '.join(fields)} from {reader}"
    connection.execute(f"copy ({rows}) to {_literal(target)}")
    errors = connection.sql(ERRORS).pl()
    connection.close()
    ragged = correct_lines(target, source, look, errors)
    return ragged.select(
        "line",
        pl.lit("").alias("column"),
        pl.col("text").str.strip_chars("\r\n").str.slice(0, LONGEST_VALUE).alias("value"),
        pl.col("kind").replace_strict(RAGGED_RULES, default="unreadable_row").alias("rule"),
    )


def _stage_lines(source: Path, look: FileLook, target: Path) -> pl.DataFrame:
    """Splits lines at runs of blanks; writes the rows with `__line` to `target` and returns those of another width."""
    width = len(look.names)
    named = ", ".join(f"cells[{at}] as {field}" for at, field in enumerate(_fields(look), 1))
    reader = _reader(source, {"delim": "\x01", "quote": "", "escape": ""}, ["line"])
    blanks = "chr(32) || chr(9) || chr(13)"
    connection = _connect(target.parent)
    connection.execute(
        f"create view lines as select row_number() over () as {LINE}, trim(line, {blanks}) as line from {reader}"
    )
    connection.execute(
        f"create view split as select {LINE}, line, string_split_regex(line, '\\s+') as cells"
        f" from lines where {LINE} > {look.skip} and line <> ''"
    )
    connection.execute(f"copy (select {LINE}, {named} from split where len(cells) = {width}) to {_literal(target)}")
    ragged = connection.sql(
        f"select {LINE} as line, line as value, len(cells) as n from split where len(cells) <> {width}"
    ).pl()
    connection.close()
    rule = pl.when(pl.col("n") < width).then(pl.lit("too_few_columns")).otherwise(pl.lit("too_many_columns"))
    return ragged.select(
        "line",
        pl.lit("").alias("column"),
        pl.col("value").str.slice(0, LONGEST_VALUE),
        rule.alias("rule"),
    )


def _reader(source: Path, options: dict[str, Any], fields: list[str]) -> str:
    """DuckDB's CSV reader over `source`: nothing detected, every field text."""
    stated = {"auto_detect": False, "header": False, "quote": '"', "escape": '"', "compression": _compression(source)}
    listed = ", ".join(f"{key} = {_literal(value)}" for key, value in {**stated, **options}.items())
    columns = ", ".join(f"'{field}': 'VARCHAR'" for field in fields)
    return f"read_csv({_literal(source)}, {listed}, columns = {{{columns}}})"


def _literal(value: Any) -> str:
    if isinstance(value, (bool, int)):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def _compression(source: Path) -> str:
    with source.open("rb") as file:
        return "gzip" if file.read(2) == b"\x1f\x8b" else "none"


def _has_odd_line_ends(path: Path) -> bool:
    with open_bytes(path) as file:
        head = file.read(1 << 16)
    n_windows = head.count(b"\r\n")
    return head.count(b"\r") > n_windows or 0 < n_windows < head.count(b"\n")

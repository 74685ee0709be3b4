"""How each column of the contract is made from the file's columns: typed value, and the rules it may break."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from analytics.contract.columns import Column
from analytics.contract.errors import UserError, suggest
from analytics.intake.dates import at_local_midnight, date_text, read_instant, stated_on
from analytics.intake.mapfile import UNITS, MapColumn
from analytics.intake.numbers import AmbiguousNumbersError, NumberStyle, read_number
from analytics.intake.rows import TableRows
from analytics.intake.words import as_flag, is_one_of, stated, trimmed

DAMAGED = r"^\d(\.\d+)?[eE]\+\d+$"  # what a spreadsheet makes of a long id
EXACT_FLOAT = 2**53  # larger whole numbers are not exact as floats
TEMPORAL = (pl.Date, pl.Datetime)
TOTALS = ("total", "totals", "grand total", "sum", "subtotal", "summe", "gesamt", "итого")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One column of the checked table: its value, the file's text, and (rule, true where broken) in order.

    `stated_on`: of an instant, the date from which it was made where the file states a date alone; null where the file
    states the instant, and None where it always does.
    """

    name: str
    source: str
    value: pl.Expr
    raw: pl.Expr
    faults: tuple[tuple[str, pl.Expr], ...] = ()
    stated_on: pl.Expr | None = None


def read_column(column: Column, form: MapColumn, rows: TableRows) -> Reading:
    """How a contract column is read. UserError names a missing file column.

    AmbiguousDatesError and AmbiguousNumbersError ask where two readings fit the whole column.
    """
    value, raw, faults = _value(column, form, rows)
    faults += _bounds(column, value)
    if column.required or column.name in ("churned", "outcome"):
        faults = ((f"{column.name}_missing", raw.is_null()), *faults)
    source = " × ".join(form.product) if form.product else form.column
    stated = stated_day(form.after or form.then or form.column, rows, form.format) if column.kind == "instant" else None
    return Reading(
        name=column.name, source=source, value=value.cast(column.dtype), raw=raw, faults=faults, stated_on=stated
    )


Parts = tuple[pl.Expr, pl.Expr, tuple[tuple[str, pl.Expr], ...]]  # value, raw text, faults


def _value(column: Column, form: MapColumn, rows: TableRows) -> Parts:
    if form.product:
        return _product(form, rows)
    if form.after:
        return _after(form, rows)
    if form.then:
        return _then(form, rows)
    if form.values:
        return _values(column, form, rows)
    if form.control and column.choices:
        return _arm(form, rows)
    if column.is_id:
        return read_id(rows.need(form.column), rows)
    return READERS[column.kind](column, form, rows)


def raw_text(name: str, rows: TableRows) -> pl.Expr:
    """The value as the file has it, null where it says nothing."""
    dtype = rows.schema[name]
    if dtype == pl.String():
        return trimmed(pl.col(name))
    text = pl.col(name).cast(pl.String)
    return pl.when(pl.col(name).is_not_nan()).then(text) if dtype.is_float() else text


def read_id(name: str, rows: TableRows) -> Parts:
    """An id as text: `17850.0` → `17850`; a damaged one and the word Total are faults."""
    dtype, raw = rows.schema[name], raw_text(name, rows)
    if dtype.is_float():
        number = pl.col(name)
        whole = (number == number.floor()) & (number.abs() < EXACT_FLOAT)
        value = pl.when(whole).then(number.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(raw)
        return value, raw, (("damaged_id", number.abs() >= EXACT_FLOAT),)
    if dtype != pl.String():
        return raw, raw, ()
    value = raw.str.replace(r"^([-+]?\d+)\.0+$", "$1")
    return value, raw, (("damaged_id", raw.str.contains(DAMAGED)), ("total_row", is_one_of(raw, TOTALS)))


def _text(column: Column, form: MapColumn, rows: TableRows) -> Parts:
    name = rows.need(form.column)
    raw = raw_text(name, rows)
    if form.true:
        raise UserError(f"{column.name} is text: true = […] does not fit.", rows.where, "Write values = { … } instead.")
    if not column.choices:
        return raw, raw, ()
    words = {choice.lower(): choice for choice in column.choices}
    value = raw.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
    return value, raw, (("not_a_choice", raw.is_not_null() & value.is_null()),)


def _number(column: Column, form: MapColumn, rows: TableRows) -> Parts:
    name = rows.need(form.column)
    value, raw = number_parts(name, rows, form)
    rule = "not_a_number"
    if column.kind == "count":
        value, rule = (
            pl.when(value == value.round()).then(value).cast(pl.Int64, strict=False),
            "not_a_whole_number",
        )
    return value, raw, ((rule, raw.is_not_null() & value.is_null()),)


def number_parts(name: str, rows: TableRows, form: MapColumn | None = None) -> tuple[pl.Expr, pl.Expr]:
    """(number, text) of one file column, in the writing stated by the map or found over all rows.

    With a form, so for a column of the contract, AmbiguousNumbersError asks; without one a point is for decimals.
    """
    dtype = rows.schema[name]
    if dtype.is_numeric() or dtype == pl.Boolean():
        value = pl.col(name).cast(pl.Float64)
        return pl.when(value.is_finite()).then(value), raw_text(name, rows)
    text = pl.col(name).cast(pl.String)
    if form and not form.decimal and (example := rows.open_mark(name, form.currency)):
        raise AmbiguousNumbersError(name, example)
    if form and (form.decimal or form.currency):
        raw = stated(text)
        return read_number(raw, NumberStyle(decimal=form.decimal or ".", currency=form.currency)), raw
    style = rows.counted(name).style
    raw = trimmed(text) if style.is_plain else stated(text)
    return read_number(raw, style), raw


def _flag(column: Column, form: MapColumn, rows: TableRows) -> Parts:
    name = rows.need(form.column)
    if form.true:
        raw = raw_text(name, rows)
        return is_one_of(raw, form.true), raw, ()
    if rows.schema[name] == pl.Boolean():
        return pl.col(name), raw_text(name, rows), ()
    raw = stated(pl.col(name).cast(pl.String))
    value = as_flag(raw)
    return value, raw, (("not_a_flag", raw.is_not_null() & value.is_null()),)


def _instant(column: Column, form: MapColumn, rows: TableRows) -> Parts:
    value, raw = instant_parts(rows.need(form.column), rows, form.format)
    return value, raw, (("not_a_date", raw.is_not_null() & value.is_null()),)


def instant_parts(name: str, rows: TableRows, pattern: str = "") -> tuple[pl.Expr, pl.Expr]:
    """(UTC instant, text) of one file column, in the format stated or found over all rows; AmbiguousDatesError asks."""
    dtype = rows.schema[name]
    if isinstance(dtype, TEMPORAL):
        return _typed_instant(name, dtype, rows.timezone), pl.col(name).cast(pl.String)
    reading = rows.read_dates(name, pattern)
    text = date_text(pl.col(name).cast(pl.String), reading, is_stated=bool(pattern))
    return read_instant(text, reading, rows.timezone), text


def stated_day(column: str, rows: TableRows, pattern: str = "") -> pl.Expr | None:
    """The date where a file column states a date alone, null where it states an instant; None where it always does."""
    name = rows.need(column)
    dtype = rows.schema[name]
    if isinstance(dtype, TEMPORAL):
        return pl.col(name) if dtype == pl.Date() else None
    reading = rows.read_dates(name, pattern)
    return stated_on(date_text(pl.col(name).cast(pl.String), reading, is_stated=bool(pattern)), reading)


def _typed_instant(name: str, dtype: pl.DataType, timezone: str) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        zoned = pl.col(name).dt.convert_time_zone("UTC").dt.replace_time_zone(None) if dtype.time_zone else pl.col(name)
        return zoned.cast(pl.Datetime("us"))
    return at_local_midnight(pl.col(name).cast(pl.Datetime("us")), timezone)


def _product(form: MapColumn, rows: TableRows) -> Parts:
    names = [rows.need(name) for name in form.product]
    parts = [number_parts(name, rows, _factor(name, form, rows)) for name in names]
    value = pl.lit(1.0)
    for number, _ in parts:
        value = value * number
    raw = pl.concat_str([text for _, text in parts], separator=" × ")
    return value, raw, (("not_a_number", raw.is_not_null() & value.is_null()),)


def _factor(name: str, form: MapColumn, rows: TableRows) -> MapColumn:
    """The form of one factor: what the map states of the decimal sign is for the factors that leave it open."""
    return MapColumn(column=name, decimal=form.decimal if rows.open_mark(name) else "")


def _after(form: MapColumn, rows: TableRows) -> Parts:
    number, raw = number_parts(rows.need(form.column), rows, form)
    start, start_text = instant_parts(rows.need(form.after), rows, form.format)
    value = start + pl.duration(
        microseconds=(number * UNITS[form.unit] * 1_000_000).round().cast(pl.Int64, strict=False)
    )
    unreadable = (raw.is_not_null() & number.is_null()) | (start_text.is_not_null() & start.is_null())
    return value, raw, (("not_a_number", unreadable),)


def _then(form: MapColumn, rows: TableRows) -> Parts:
    raw = raw_text(rows.need(form.column), rows)
    moment, _ = instant_parts(rows.need(form.then), rows, form.format)
    return pl.when(is_one_of(raw, form.true)).then(moment), raw, ()


def _values(column: Column, form: MapColumn, rows: TableRows) -> Parts:
    raw = raw_text(rows.need(form.column), rows)
    _check_values(column, form, rows.where)
    words = {key.strip().lower(): value for key, value in form.values.items()}
    value = raw.str.to_lowercase().replace_strict(words, default=None, return_dtype=column.dtype)
    return value, raw, (("not_in_values", raw.is_not_null() & value.is_null()),)


def _check_values(column: Column, form: MapColumn, where: str) -> None:
    fits: dict[str, tuple[type, ...]] = {
        "text": (str,),
        "flag": (bool,),
        "number": (int, float),
        "count": (int,),
    }
    for given in form.values.values():
        if not isinstance(given, fits.get(column.kind, ())) or isinstance(given, bool) != (column.kind == "flag"):
            raise UserError(
                f"{column.name}.values holds {given!r}, which is no {column.kind}.",
                where,
                f"Give values such as {column.example}.",
            )
        if column.choices and given not in column.choices:
            raise UserError(f"{column.name} cannot be {given!r}.", where, suggest(str(given), column.choices))


def _arm(form: MapColumn, rows: TableRows) -> Parts:
    raw = raw_text(rows.need(form.column), rows)
    value = (
        pl.when(is_one_of(raw, (form.control,))).then(pl.lit("control")).when(raw.is_not_null()).then(pl.lit("treated"))
    )
    return value, raw, ()


def _bounds(column: Column, value: pl.Expr) -> tuple[tuple[str, pl.Expr], ...]:
    outside = [value < column.low] if column.low is not None else []
    outside += [value > column.high] if column.high is not None else []
    return ((f"{column.name}_out_of_bounds", pl.any_horizontal(outside)),) if outside else ()


READERS: dict[str, Callable[[Column, MapColumn, TableRows], Parts]] = {
    "text": _text,
    "number": _number,
    "count": _number,
    "flag": _flag,
    "instant": _instant,
}

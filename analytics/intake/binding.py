"""Which file column fills which column of the contract, and what happens to the others."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analytics.contract.columns import Table
from analytics.contract.condition import parse_condition
from analytics.contract.errors import UserError, suggest
from analytics.intake.attributes import attribute_names, read_attributes
from analytics.intake.dates import AmbiguousDatesError
from analytics.intake.facts import plain_name
from analytics.intake.folder import TableSource
from analytics.intake.mapfile import MapColumn, TableMap
from analytics.intake.numbers import AmbiguousNumbersError, both_readings
from analytics.intake.readings import Reading, read_column, read_id
from analytics.intake.rows import ROW, TableRows
from analytics.intake.tables import Plan

LOOKUP_KEYS = {
    "subscriptions": "subscription_id",
    "events": "event_id",
    "tickets": "ticket_id",
    "invoices": "invoice_id",
    "contacts": "contact_id",
}
FOUND = "__customer"


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The plan for one table, and what was noticed while making it."""

    plan: Plan
    warnings: tuple[str, ...]
    dropped_columns: tuple[str, ...]


def bind_table(source: TableSource, rows: TableRows, checked: dict[str, Path], ragged: pl.DataFrame) -> Bound:
    """How one table is made from its rows. UserError for a missing or unknown column, or where two readings fit."""
    forms, warnings = find_forms(source.table, source.mapped, rows)
    _check_required(source.table, forms, rows)
    dropped = tuple(rows.need(name) for name in source.mapped.drop_columns)
    readings, looked_up = [], rows
    for name, form in forms.items():
        if form.lookup:
            looked_up, reading = _look_up(form, looked_up, checked)
        else:
            reading = _read(source.table, name, form, rows)
        readings.append(reading)
    if source.table.name == "snapshot" and "customer_id" not in forms:
        number = pl.col(ROW).cast(pl.String)
        readings.append(Reading(name="customer_id", source="", value=number, raw=number))
    attributes, noticed = _attributes(source.table, forms, dropped, rows)
    drop = (
        parse_condition(source.mapped.drop_rows, kinds_of(rows.schema)).to_polars() if source.mapped.drop_rows else None
    )
    plan = Plan(
        table=source.table,
        rows=looked_up,
        readings=tuple(readings),
        attributes=tuple(attributes),
        drop=drop,
        ragged=ragged,
    )
    return Bound(plan=plan, warnings=(*warnings, *noticed), dropped_columns=dropped)


def kinds_of(schema: Mapping[str, pl.DataType]) -> dict[str, str]:
    """The kind of each column as conditions know it: text, number, flag or instant."""
    return {name: _kind(dtype) for name, dtype in schema.items()}


def _kind(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean():
        return "flag"
    return "number" if dtype.is_numeric() else "instant" if dtype.is_temporal() else "text"


def find_forms(table: Table, mapped: TableMap, rows: TableRows) -> tuple[dict[str, MapColumn], list[str]]:
    """The form of each contract column, and warnings: the map's, else the file's column of that very name.

    A required column may also be found under a synonym.
    """
    forms, warnings = {}, []
    used = {
        rows.need(name)
        for form in mapped.columns.values()
        for name in form.sources
        if not form.lookup and not form.product
    }
    used |= {rows.need(name) for name in mapped.drop_columns}
    for column in table.columns:
        same = rows.find(column.name)
        if column.name in mapped.columns:
            forms[column.name] = mapped.columns[column.name]
        elif same and same not in used:
            forms[column.name] = MapColumn(column=same)
        elif column.required and (synonym := _synonym(column.synonyms, rows, used)):
            forms[column.name] = MapColumn(column=synonym)
            warnings.append(f"{rows.where}: {synonym!r} was read as {column.name}.")
    return forms, warnings


def _synonym(synonyms: tuple[str, ...], rows: TableRows, used: set[str]) -> str:
    free = {plain_name(name): name for name in rows.schema if name not in used}
    return next((free[synonym] for synonym in synonyms if synonym in free), "")


def _check_required(table: Table, forms: dict[str, MapColumn], rows: TableRows) -> None:
    for name in table.required:
        if name not in forms:
            raise UserError(
                f"column {name} ({table[name].meaning}) is missing.",
                rows.where,
                f'{suggest(name, rows.schema)} Map it with [columns] {name} = "…".',
            )
    if table.name == "snapshot" and not {"churned", "outcome"} & set(forms):
        raise UserError(
            "neither churned nor outcome is mapped.",
            rows.where,
            'Say which column holds it: churned = { column = "…", true = ["…"] }.',
        )


def _read(table: Table, name: str, form: MapColumn, rows: TableRows) -> Reading:
    try:
        return read_column(table[name], form, rows)
    except AmbiguousDatesError as doubt:
        raise UserError(
            f"column {doubt.column!r} could be day/month or month/day ({doubt.example!r}), and no value decides it.",
            rows.where,
            f'Say which in a map: {name} = {{ column = "{doubt.column}", format = "%d/%m/%Y" }} or "%m/%d/%Y".',
        ) from None
    except AmbiguousNumbersError as doubt:
        raise _ask_for_decimal(name, form, doubt, rows.where) from None


def _ask_for_decimal(name: str, form: MapColumn, doubt: AmbiguousNumbersError, where: str) -> UserError:
    thousands, decimals = both_readings(doubt.example)
    point, comma = (decimals, thousands) if "." in doubt.example else (thousands, decimals)
    source = f'column = "{form.column}"' if form.column else f"product = {json.dumps(form.product)}"
    return UserError(
        f"column {doubt.column!r} could hold thousands or decimals: is {doubt.example!r} {thousands} or {decimals}?"
        " No value decides it.",
        where,
        f'Say which in a map: {name} = {{ {source}, decimal = "," }} for {comma}, or decimal = "." for {point}.',
    )


def _look_up(form: MapColumn, rows: TableRows, checked: dict[str, Path]) -> tuple[TableRows, Reading]:
    """Adds the customer of the id in `form.column`, found through the checked table that has this id."""
    key = LOOKUP_KEYS.get(form.lookup)
    if form.lookup not in checked or key is None:
        raise UserError(
            f"lookup = {form.lookup!r} is not among the tables with an id.",
            rows.where,
            suggest(form.lookup, set(checked) & set(LOOKUP_KEYS)),
        )
    name = rows.need(form.column)
    value, raw, faults = read_id(name, rows)
    owners = (
        pl.scan_parquet(checked[form.lookup])
        .select(pl.col(key).alias("__key"), pl.col("customer_id").alias(FOUND))
        .drop_nulls()
        .unique("__key", keep="first", maintain_order=True)
    )
    joined = rows.rows.with_columns(value.alias("__key")).join(owners, on="__key", how="left", maintain_order="left")
    faults = (
        ("customer_id_missing", raw.is_null()),
        *faults,
        (f"not_in_{form.lookup}", pl.col(FOUND).is_null()),
    )
    looked_up = TableRows(
        rows=joined,
        schema=rows.schema,
        where=rows.where,
        timezone=rows.timezone,
        n_rows=rows.n_rows,
        numbers=rows.numbers,
    )
    return looked_up, Reading(name="customer_id", source=name, value=pl.col(FOUND), raw=raw, faults=faults)


def _nameless(rows: TableRows) -> set[str]:
    """Columns without a name that hold nothing: delimiters at the end of each line."""
    names = [name for name in rows.text_columns if re.fullmatch(r"column_\d+", name)]
    filled = rows.rows.select((pl.col(name).str.strip_chars() != "").any() for name in names).collect(
        engine="streaming"
    )
    return {name for name in names if not filled[name][0]}


def _attributes(
    table: Table, forms: dict[str, MapColumn], dropped: tuple[str, ...], rows: TableRows
) -> tuple[list[Reading], list[str]]:
    taken = {
        rows.need(form.column)
        for form in forms.values()
        if form.column and not (form.lookup or form.after or form.then)
    }
    free = [name for name in rows.schema if name not in taken and name not in dropped and name not in _nameless(rows)]
    return read_attributes(attribute_names(free, table.schema), rows)

"""One table's rows → its checked Parquet file and its rejects; the counts add up."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import polars.selectors as cs

from analytics.contract.columns import Table
from analytics.intake.checked import TableCount
from analytics.intake.dates import local_day
from analytics.intake.read import FILE, LINE, REJECT_SCHEMA
from analytics.intake.readings import Reading
from analytics.intake.rows import TableRows, all_blank

FAULT, VALUE = "__fault", "__value"
STATED = "__stated_on:"  # before an instant's name: the date where the file states a date alone
BEFORE = "__before"  # of a row set aside: how many rows were kept before it
KEPT, DROPPED = 0, -1
UNIQUE = {
    "customers": "customer_id",
    "snapshot": "customer_id",
}  # a second row with the same key is set aside


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way in which a row can break the contract."""

    column: str
    rule: str
    broken: pl.Expr
    value: pl.Expr


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is done with the rows of one table."""

    table: Table
    rows: TableRows
    readings: tuple[Reading, ...]  # columns of the contract
    attributes: tuple[Reading, ...]  # further columns
    drop: pl.Expr | None  # rows left out by the map
    ragged: pl.DataFrame  # rows that could not be split


@dataclass(frozen=True, kw_only=True)
class CheckedTable:
    """One checked table: counts, attributes, files (`rejects`: Parquet, the rejects file's columns), and its rules."""

    count: TableCount
    attributes: tuple[str, ...]
    path: Path
    rejects: Path
    by_rule: dict[str, int]


def check_table(plan: Plan, folder: Path) -> CheckedTable:
    """Writes one table. Every row read is kept, dropped by the map, or rejected under the first rule it breaks."""
    name = plan.table.name
    typed_path = folder / f"{name}.typed"
    faults = _write_typed(plan, typed_path)
    typed = pl.scan_parquet(typed_path)
    path = folder / f"{name}.parquet"
    typed.filter(pl.col(FAULT) == KEPT).select(_finished(plan)).sink_parquet(path)
    rejects = _write_rejects(typed, faults, plan.ragged, folder / f"{name}.rejects")
    by_fault = dict(typed.group_by(FAULT).len().collect(engine="streaming").iter_rows())
    _write_aside(plan, typed, [at for at in _out_of_order(plan.table, faults) if at in by_fault], folder)
    typed_path.unlink()
    kept, dropped = by_fault.pop(KEPT, 0), by_fault.pop(DROPPED, 0)
    rejected = sum(by_fault.values()) + plan.ragged.height
    return CheckedTable(
        count=TableCount(table=name, read=kept + dropped + rejected, kept=kept, dropped=dropped, rejected=rejected),
        attributes=tuple(reading.name for reading in plan.attributes),
        path=path,
        rejects=rejects,
        by_rule=_by_rule(by_fault, faults, plan.ragged),
    )


def _write_typed(plan: Plan, target: Path) -> list[Fault]:
    """Writes typed values, `__fault` (0 kept, −1 dropped, or the fault's number) and `__value`; returns faults."""
    everything = (*plan.readings, *plan.attributes)
    faults = [Fault(column="", rule="blank_row", broken=all_blank(plan.rows.schema), value=pl.lit(""))]
    faults += [
        Fault(column=reading.source, rule=rule, broken=broken, value=reading.raw)
        for reading in everything
        for rule, broken in reading.faults
    ]
    dropped = pl.lit(False) if plan.drop is None else plan.drop.fill_null(False)
    fault = pl.when(dropped).then(pl.lit(DROPPED)).otherwise(_first_broken(faults)).cast(pl.Int32)
    typed = plan.rows.rows.with_columns(
        *[reading.value.alias(f"={reading.name}") for reading in everything],
        *_stated_days(plan),
        fault.alias(FAULT),
    )
    typed = typed.select(
        LINE,
        FILE,
        FAULT,
        _value_of(faults, 1).alias(VALUE),
        *[pl.col(f"={reading.name}").alias(reading.name) for reading in everything],
        cs.starts_with(STATED),
    )
    between = _faults_between(plan.table, {reading.name for reading in plan.readings})
    if between:
        typed = _add_faults(typed, between, len(faults))
    typed.sink_parquet(target)
    return faults + between


def _stated_days(plan: Plan) -> list[pl.Expr]:
    everything = (*plan.readings, *plan.attributes)
    return [reading.stated_on.alias(STATED + reading.name) for reading in everything if reading.stated_on is not None]


def _first_broken(faults: list[Fault]) -> pl.Expr:
    return pl.coalesce(*[pl.when(fault.broken).then(pl.lit(at)) for at, fault in enumerate(faults, 1)], pl.lit(KEPT))


def _value_of(faults: list[Fault], offset: int) -> pl.Expr:
    return pl.coalesce(
        *[pl.when(pl.col(FAULT) == at).then(fault.value) for at, fault in enumerate(faults, offset)],
        pl.lit(None, pl.String),
    )


def _faults_between(table: Table, present: set[str]) -> list[Fault]:
    """Rules between columns of one row, and repeated keys."""
    faults = [
        Fault(column=" and ".join(rule.columns), rule=rule.name, broken=rule.broken, value=_shown(rule.columns))
        for rule in table.rules
        if set(rule.columns) <= present
    ]
    key = UNIQUE.get(table.name)
    if key in present:
        first = pl.when(pl.col(FAULT) == KEPT).then(pl.col(key)).is_first_distinct()
        faults.append(Fault(column=key, rule=f"{key}_repeated", broken=~first, value=pl.col(key)))
    return faults


def _shown(columns: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str([pl.col(column).cast(pl.String) for column in columns], separator=" and ", ignore_nulls=True)


def _add_faults(typed: pl.LazyFrame, faults: list[Fault], offset: int) -> pl.LazyFrame:
    """Numbers the faults between columns, in the rows that were sound so far."""
    found = pl.when(pl.col(FAULT) == KEPT).then(_first_broken(faults))
    numbered = pl.when(found > KEPT).then(found + offset).otherwise(pl.col(FAULT)).cast(pl.Int32)
    return typed.with_columns(numbered.alias(FAULT)).with_columns(
        pl.coalesce(pl.col(VALUE), _value_of(faults, offset + 1)).alias(VALUE)
    )


def _finished(plan: Plan) -> list[pl.Expr]:
    """Every contract column in order (absent ones null, a local day beside every instant), then the attributes, then
    the dates that were stated alone.
    """
    present = {reading.name for reading in plan.readings}
    days = {column.day_name: column.name for column in plan.table.instants}
    finished = []
    for name, dtype in plan.table.schema.items():
        if name in present:
            finished.append(pl.col(name))
        elif days.get(name) in present:
            finished.append(local_day(pl.col(days[name]), plan.rows.timezone).alias(name))
        else:
            finished.append(pl.lit(None, dtype).alias(name))
    stated = [expression.meta.output_name() for expression in _stated_days(plan)]
    return finished + [pl.col(name) for name in (*(reading.name for reading in plan.attributes), *stated)]


def _write_rejects(typed: pl.LazyFrame, faults: list[Fault], ragged: pl.DataFrame, target: Path) -> Path:
    """Writes one row per rejected row: file, line, column, value, rule, in file order."""
    numbers = pl.Series(range(1, len(faults) + 1), dtype=pl.Int32)
    found = typed.filter(pl.col(FAULT) > KEPT).select(
        pl.col(FILE).alias("file"),
        pl.col(LINE).alias("line"),
        pl.col(FAULT).replace_strict(numbers, pl.Series([fault.column for fault in faults])).alias("column"),
        pl.col(VALUE).str.slice(0, 200).alias("value"),
        pl.col(FAULT).replace_strict(numbers, pl.Series([fault.rule for fault in faults])).alias("rule"),
    )
    pl.concat([found, ragged.lazy().select(REJECT_SCHEMA.keys())]).sort("file", "line").sink_parquet(target)
    return target


def _out_of_order(table: Table, faults: list[Fault]) -> list[int]:
    """The numbers of the faults between columns of one row."""
    rules = {rule.name for rule in table.rules}
    return [at for at, fault in enumerate(faults, 1) if fault.rule in rules]


def _write_aside(plan: Plan, typed: pl.LazyFrame, numbers: list[int], folder: Path) -> None:
    """Writes `<table>.aside`, the rows rejected under these faults, where another time zone might keep some of them:
    where a date stated alone may stand beside an instant. `__before`: how many rows were kept before it."""
    if numbers and _stated_days(plan):
        before = (pl.col(FAULT) == KEPT).cum_sum().cast(pl.Int64).alias(BEFORE)
        rows = typed.with_columns(before).filter(pl.col(FAULT).is_in(numbers))
        rows.select(*_finished(plan), BEFORE).sink_parquet(folder / f"{plan.table.name}.aside")


def _by_rule(by_fault: dict[int, int], faults: list[Fault], ragged: pl.DataFrame) -> dict[str, int]:
    counted: dict[str, int] = dict(ragged.group_by("rule").len().iter_rows())
    for number, n in by_fault.items():
        rule = faults[number - 1].rule
        counted[rule] = counted.get(rule, 0) + n
    return counted

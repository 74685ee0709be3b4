"""Rows of one table of the contract that meet a condition: whose they are, and the day they are known."""

import polars as pl

from analytics.contract.condition import Condition, parse_condition
from analytics.contract.signs import Rule, rule_columns
from analytics.store.dataset import Dataset

_KINDS = {"count": "number"}  # a condition knows text, number, flag and instant
# where a contract column lies elsewhere than in the fact of the same name
_RELATIONS = {
    "events": "events join (select kind_key, nullif(name, '') as name from kinds where source = 'event') as named"
    " using (kind_key)",
    "subscriptions": "(select *, mrr_cents / 100e0 as mrr, cast(started_on as timestamp) as started_at,"
    " cast(renews_on as timestamp) as renews_at, cast(trial_ends_on as timestamp) as trial_ends_at"
    " from spans) as periods",
}


def list_columns(dataset: Dataset, table: str) -> dict[str, str]:
    """The columns a condition over the table may read, with their kinds: the contract's, then the source's own."""
    own = {column.name: _KINDS.get(column.kind, column.kind) for column in rule_columns(table)}
    if f"{table}_attributes" not in dataset.tables():
        return own
    further = dataset.fact(f"{table}_attributes", "false").drop("source_row").schema
    return own | {name: _kind_of(dtype) for name, dtype in further.items() if name not in own}


def find_rows(dataset: Dataset, rule: Rule) -> pl.DataFrame:
    """One row per row of the rule's table that meets its condition and has a day: customer_key, day.

    UserError where the condition names a column that the table does not have.
    """
    known = list_columns(dataset, rule.table)
    condition = parse_condition(rule.where, known) if rule.where else None
    return dataset.rows(_relation(rule, condition), condition)


def _relation(rule: Rule, condition: Condition | None) -> str:
    """The select whose rows are looked through; names come from the contract and from the checked condition."""
    own = {column.name for column in rule_columns(rule.table)}
    read = list(condition.columns) if condition else []
    further = [_quoted(name) for name in read if name not in own]
    source = _RELATIONS.get(rule.table, rule.table)
    if further:
        source += (
            f" left join (select source_row, {', '.join(further)} from {rule.table}_attributes) using (source_row)"
        )
    columns = ", ".join(["customer_key", f"coalesce({', '.join(rule.days)}) as known_on", *map(_quoted, read)])
    return f"select {columns} from {source}"


def _kind_of(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "flag"
    if dtype.is_temporal():
        return "instant"
    return "number" if dtype.is_numeric() else "text"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

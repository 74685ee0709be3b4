"""Customer attributes: one wide table to filter and break down by, and the further columns of the other tables."""

import duckdb

from analytics.intake.checked import Checked

_KINDS = {"VARCHAR": "text", "BOOLEAN": "flag", "DATE": "instant", "TIMESTAMP": "instant"}


def build_attributes(connection: duckdb.DuckDBPyConnection, checked: Checked) -> tuple[dict[str, str], tuple[str, ...]]:
    """Builds `attributes` (customer_key, customer_id, every further column of customers or of the snapshot, and
    plan and stage on the
    as-of day where the source has no such column) and `<table>_attributes` (source_row, further columns); returns
    names with types, and which of them change over time."""
    base = "snapshot" if checked.shape == "snapshot" else "customers"
    own = checked.attributes.get(base, ())
    columns = ["k.customer_key", "k.customer_id", *(f"r.{_name(column)}" for column in own)]
    found = {name: text for name, (text, test) in _CHANGING.items() if name not in own and _has(connection, test)}
    columns += [f"({text}) as {name}" for name, text in found.items()]
    connection.execute(
        f"create table attributes as select {', '.join(columns)} from customer_keys as k"
        f" left join raw_{base} as r on r.customer_id = k.customer_id order by k.customer_key"
    ).fetchall()
    for table, further in checked.attributes.items():
        if further and table != base:
            names = ", ".join(_name(column) for column in further)
            connection.execute(
                f"create table {table}_attributes as select source_row, {names} from raw_{table}"
            ).fetchall()
    rows = connection.sql(
        "select column_name, data_type from duckdb_columns() where table_name = 'attributes' order by column_index"
    ).fetchall()
    return {name: _KINDS.get(kind, "number") for name, kind in rows if name != "customer_key"}, tuple(found)


# the plan that runs longest, and of several the dearest: an add-on is not a customer's plan
_PLAN = (
    "select max_by(p.plan, (coalesce(p.ended_on, date '9999-12-31'), p.mrr_cents, p.started_on, p.source_row))"
    " from spans as p where p.customer_key = k.customer_key"
)
_STAGE = "select e.stage from stage_episodes as e where e.customer_key = k.customer_key and e.ended_on is null"

_CHANGING = {  # attribute: its value on the as-of day, and what must have a row
    "plan": (_PLAN, "select 1 from spans where plan is not null limit 1"),
    "stage": (_STAGE, "select 1 from stage_episodes limit 1"),
}


def _has(connection: duckdb.DuckDBPyConnection, text: str) -> bool:
    return bool(connection.sql(text).fetchall())


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'

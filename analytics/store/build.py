"""Checked tables → one new version of a data set: facts built layer by layer, checked, then published."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.intake.checked import Checked, Progress
from analytics.store.attributes import build_attributes
from analytics.store.calendars import Horizon, build_calendars
from analytics.store.checks import check_fact, check_identities
from analytics.store.dataset import Dataset, open_dataset
from analytics.store.facts import FACTS, facts_version
from analytics.store.info import BuildInfo
from analytics.store.kept import keep_rows
from analytics.store.portable import DUCKDB_PRELUDE, parameters
from analytics.store.publish import check_name, new_version
from analytics.store.raw import find_horizon, open_raw
from analytics.store.restage import bind_stages


def build_dataset(checked: Checked, name: Path, progress: Progress | None = None) -> Dataset:
    """Builds and publishes a data set under `name` and returns it opened.

    A build that fails leaves what was there before. UserError where the source cannot be built; `FactError` where a
    fact breaks its
    contract (our fault).
    """
    check_name(name)
    build_id = _build_id(checked)
    with new_version(name, build_id) as path:
        fill_file(path, checked, build_id, build_id, progress or (lambda share, doing: None))
        keep_rows(checked, name, build_id)
    return open_dataset(name)


def fill_file(path: Path, checked: Checked, build_id: str, origin: str, progress: Progress) -> None:
    """Builds every fact and the card into a new file. `origin`: the build under whose id the rows are kept."""
    connection = duckdb.connect(str(path))
    try:
        _fill(connection, checked, build_id, origin, progress)
    finally:
        connection.close()


def recognise(settings: Settings, counts: Mapping[str, int]) -> str:
    """The churn definition in force: the stated one, else contract_end with subscriptions, else label, else
    inactivity.
    """
    needs = {
        "contract_end": "subscriptions",
        "request": "subscriptions",
        "grace_end": "subscriptions",
        "inactivity": "events",
        "label": "churn_events",
    }
    stated = settings.churn.recognised
    if stated and not counts.get(needs[stated]):
        raise UserError(
            f"churn.recognised = {stated!r} needs the table {needs[stated]}.",
            "settings",
            "Bring that table, or choose another definition.",
        )
    if stated:
        return stated
    return next((way for way in ("contract_end", "label", "inactivity") if counts.get(needs[way])), "label")


def _fill(
    connection: duckdb.DuckDBPyConnection, checked: Checked, build_id: str, origin: str, progress: Progress
) -> None:
    connection.execute("set timezone = 'UTC'").fetchall()
    connection.execute("set enable_progress_bar = false").fetchall()
    connection.execute(DUCKDB_PRELUDE).fetchall()
    open_raw(connection, checked.folder)
    horizon = find_horizon(connection, checked.settings) if checked.shape == "company" else None
    counts = _counts(connection, checked)
    recognised = "label" if checked.shape == "snapshot" else recognise(checked.settings, counts)
    _store_calendars(connection, horizon, checked.settings)
    values = _values(checked.settings, recognised, horizon)
    for n, fact in enumerate(FACTS):
        progress(n / len(FACTS), f"building {fact.name}")
        columns = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in fact.columns.items())
        used = {key: values[key] for key in parameters(fact.sql)}
        text = (
            f"create table {fact.name} as select {columns} from ({fact.sql}) as fact order by {', '.join(fact.order)}"
        )
        connection.execute(text, used or None).fetchall()
        check_fact(connection, fact)
    check_identities(connection)
    kinds, changing = build_attributes(connection, checked)
    for fact in FACTS:
        if not fact.is_kept:
            connection.execute(f"drop table {fact.name}").fetchall()
    card = _card(checked, build_id, recognised, horizon, counts, kinds)
    _store_info(connection, replace(card, origin=origin, changing=changing))
    connection.execute("checkpoint").fetchall()
    progress(1.0, "built")


def _card(
    checked: Checked,
    build_id: str,
    recognised: str,
    horizon: Horizon | None,
    counts: dict[str, int],
    kinds: dict[str, str],
) -> BuildInfo:
    return BuildInfo(
        shape=checked.shape,
        build_id=build_id,
        fingerprint=checked.fingerprint,
        settings_json=checked.settings.to_json(),
        recognised=recognised,
        facts_version=facts_version(),
        as_of=horizon.as_of if horizon else None,
        first_on=horizon.first_on if horizon else None,
        tables=counts,
        attributes=kinds,
        warnings=checked.warnings,
        drop_rules=checked.drop_rules,
        tenure_unit=checked.tenure_unit,
    )


def _counts(connection: duckdb.DuckDBPyConnection, checked: Checked) -> dict[str, int]:
    counts = {count.table: count.kept for count in checked.counts}
    labelled = connection.sql("select count(churned_on) from raw_customers").fetchall()[0][0]
    if labelled and not counts.get("churn_events"):
        counts["churn_events"] = labelled
    return counts


def _values(settings: Settings, recognised: str, horizon: Horizon | None) -> dict[str, Any]:
    churn = settings.churn
    return {
        "as_of": horizon.as_of if horizon else None,
        "recognised": recognised,
        "grace_days": churn.grace_days,
        "inactivity_days": churn.inactivity_days,
        **bind_stages(settings.stages),
    }


def _store_calendars(connection: duckdb.DuckDBPyConnection, horizon: Horizon | None, settings: Settings) -> None:
    # a snapshot has no dates: its dated facts are built all the same, and are empty
    for name, rows in build_calendars(horizon or Horizon(dt.date(2000, 1, 1), dt.date(2000, 1, 1)), settings).items():
        store_frame(connection, name, rows)


def store_frame(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """Writes a frame as a table, replacing one of the same name."""
    connection.register("incoming_rows", rows.to_arrow())
    connection.execute(f"create or replace table {name} as select * from incoming_rows").fetchall()
    connection.unregister("incoming_rows")


def _store_info(connection: duckdb.DuckDBPyConnection, info: BuildInfo) -> None:
    store_frame(connection, "build_info", pl.DataFrame({"info": [info.to_json()]}))


def _build_id(checked: Checked) -> str:
    parts = (checked.fingerprint, checked.settings.to_json(), facts_version())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def extend_dataset(dataset: Dataset, tables: Mapping[str, pl.DataFrame], **changes: Any) -> Dataset:
    """Publishes a new version of a data set with further tables (scores, a model) and a changed card; its facts are
    carried over.
    """
    digest = hashlib.sha256((dataset.build_id + "".join(sorted(tables)) + repr(changes)).encode())
    for rows in tables.values():
        digest.update(str(rows.hash_rows(seed=0).sum()).encode())
    build_id = digest.hexdigest()[:12]
    with new_version(dataset.name, f"{dataset.info.origin}-{build_id}") as path:
        shutil.copyfile(dataset.path, path)
        connection = duckdb.connect(str(path))
        try:
            for name, rows in tables.items():
                store_frame(connection, name, rows)
            _store_info(connection, replace(dataset.info, build_id=build_id, **changes))
            connection.execute("checkpoint").fetchall()
        finally:
            connection.close()
    return open_dataset(dataset.name)

"""A source, one file or a folder of them → checked tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings, parse_settings
from analytics.intake.binding import bind_table
from analytics.intake.checked import Checked, Progress
from analytics.intake.contradictions import find_contradictions
from analytics.intake.folder import TableSource, find_tables, fingerprint
from analytics.intake.mapfile import FileOptions, MapFile, parse_map, read_map
from analytics.intake.propose import propose_staged
from analytics.intake.read import Staged, stage_file
from analytics.intake.rows import TableRows, join_files
from analytics.intake.tables import CheckedTable, check_table

NEEDED = ("subscriptions", "events", "churn_events")  # one of them, or customers with churned_at
MAY_BE_EMPTY = (
    "churn_events",
    "tickets",
    "invoices",
    "surveys",
    "touches",
    "contacts",
)  # a young company has none yet
DEFAULT_TENURE_UNIT = "months"


@dataclass(kw_only=True)
class _Run:
    """What one run of the intake has gathered so far."""

    folder: Path
    settings: Settings
    staged: dict[Path, Staged] = field(default_factory=dict)
    tables: dict[str, CheckedTable] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)


def check_source(
    source: Path,
    settings_raw: Mapping[str, Any],
    map_path: Path | None,
    staging: Path,
    progress: Progress | None = None,
    mapping: MapFile | Mapping[str, Any] | None = None,
) -> Checked:
    """Checks a folder of tables or one file into Parquet files under `staging`.

    Without a map, a folder's files are named after the tables, and one file is read as proposed if nothing is open.
    Raises UserError for everything that is the input's fault; rows that break a rule are set aside and counted instead.
    """
    staging.mkdir(parents=True, exist_ok=True)
    staged: dict[Path, Staged] = {}
    noticed: tuple[str, ...] = ()
    chosen = _chosen_map(source, map_path, mapping)
    if chosen is None and source.is_file():
        staged[source] = stage_file(source, FileOptions(), staging)
        proposal = propose_staged(staged[source], FileOptions())
        chosen, noticed = proposal.checked_map(), proposal.warnings
    settings = parse_settings(
        merged(settings_raw, chosen.settings if chosen else {}), chosen.where if chosen else "settings"
    )
    folder = staging / "tables"
    folder.mkdir(exist_ok=True)
    run = _Run(folder=folder, settings=settings, staged=staged)
    sources, found = find_tables(source, chosen)
    run.warnings += [*noticed, *found]
    report = progress or (lambda share, text: None)
    for at, entry in enumerate(sources):
        report(at / (len(sources) + 1), f"reading {entry.table.name}")
        _check_one(entry, run, staging)
    report(len(sources) / (len(sources) + 1), "looking for contradictions")
    _check_enough(run, str(source))
    run.warnings += find_contradictions(
        {name: table.path for name, table in run.tables.items()},
        {n: t.attributes for n, t in run.tables.items()},
    )
    return _result(run, sources, chosen, staging)


def _chosen_map(source: Path, map_path: Path | None, mapping: MapFile | Mapping[str, Any] | None) -> MapFile | None:
    if isinstance(mapping, MapFile):
        return mapping
    if mapping is not None:
        return parse_map(mapping)
    return read_map(map_path) if map_path else None


def merged(settings_raw: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Raw settings with those of the map laid over them, section by section."""
    result = dict(settings_raw)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if both else value
    return result


def _check_one(entry: TableSource, run: _Run, staging: Path) -> None:
    files = [run.staged.get(path) or stage_file(path, entry.options, staging) for path in entry.files]
    name, where = entry.table.name, entry.files[0].name
    if sum(file.n_rows + file.ragged.height for file in files) == 0:
        if name not in MAY_BE_EMPTY or len(run.tables) == 0:
            raise UserError("the file has a header and no rows.", where, "Add rows, or leave the file out.")
        run.warnings.append(f"{where} has a header and no rows.")
        return
    rows = join_files(files, run.settings.timezone)
    bound = bind_table(entry, rows, {name: table.path for name, table in run.tables.items()}, _ragged(files))
    checked = check_table(bound.plan, run.folder)
    _check_kept(checked, where)
    run.tables[name] = checked
    run.warnings += [*bound.warnings, *_rejected(checked), *_repeated_rows(rows)]
    run.dropped_columns += bound.dropped_columns
    for file in files:
        (staging / f"{file.path.name}.staged.parquet").unlink(missing_ok=True)


def _ragged(files: list[Staged]) -> pl.DataFrame:
    return pl.concat([file.ragged for file in files])


def _check_kept(checked: CheckedTable, where: str) -> None:
    if checked.count.kept:
        return
    rule, n = max(
        checked.by_rule.items(),
        key=lambda item: item[1],
        default=("the map's drop rule", checked.count.dropped),
    )
    first = pl.scan_parquet(checked.rejects).filter(pl.col("rule") == rule).head(1).collect().to_dicts()
    seen = f" (line {first[0]['line']}, column {first[0]['column']!r}: {first[0]['value']!r})" if first else ""
    if rule == "customer_id_missing":
        raise UserError(
            f"column {first[0]['column']!r} holds no customer in any of the {checked.count.read:,} rows.",
            where,
            "Map customer_id to the column with the ids.",
        )
    raise UserError(
        f"no row can be kept: {n:,} of {checked.count.read:,} break {rule}{seen}.",
        where,
        "Correct the file, or say in a map how its columns are to be read.",
    )


def _repeated_rows(rows: TableRows) -> list[str]:
    row = pl.struct(name for name, dtype in rows.schema.items() if not dtype.is_nested()).hash()
    repeated = rows.rows.select(pl.len() - row.n_unique()).collect(engine="streaming").item()
    return [f"{rows.where}: {repeated:,} rows repeat an earlier row in every column."] if repeated else []


def _rejected(checked: CheckedTable) -> list[str]:
    return [
        f"{checked.count.table}: {n:,} {'row was' if n == 1 else 'rows were'} set aside under {rule}."
        for rule, n in sorted(checked.by_rule.items(), key=lambda item: -item[1])
    ]


def _check_enough(run: _Run, where: str) -> None:
    if "snapshot" in run.tables or set(NEEDED) & set(run.tables):
        return
    customers = run.tables.get("customers")
    if customers and pl.scan_parquet(customers.path).select(pl.col("churned_at").count()).collect().item():
        return
    raise UserError(
        "there is nothing that happens in time.",
        where,
        "Add subscriptions, events or churn_events, or customers with churned_at.",
    )


def _result(run: _Run, sources: list[TableSource], chosen: MapFile | None, staging: Path) -> Checked:
    maps = [entry.mapped for entry in sources]
    snapshot = next((entry for entry in maps if entry.table == "snapshot"), None)
    tenure, arm, outcome = (snapshot.columns.get(name) if snapshot else None for name in ("tenure", "arm", "outcome"))
    definition = repr(replace(chosen, where="")) if chosen else ""
    return Checked(
        shape="snapshot" if snapshot else "company",
        folder=run.folder,
        counts=tuple(table.count for table in run.tables.values()),
        attributes={name: table.attributes for name, table in run.tables.items()},
        rejects=_write_rejects(run, staging / "rejects.csv"),
        settings=run.settings,
        fingerprint=fingerprint(
            [path for entry in sources for path in entry.files], definition, run.settings.to_json()
        ),
        drop_rules=tuple(entry.drop_rows for entry in maps if entry.drop_rows),
        warnings=tuple(run.warnings),
        tenure_unit=(tenure.unit if tenure and tenure.unit else DEFAULT_TENURE_UNIT) if snapshot else "",
        dropped_columns=tuple(run.dropped_columns),
        control=arm.control if arm else "",
        outcome_is_good=outcome.good if outcome else None,
    )


def _write_rejects(run: _Run, target: Path) -> Path | None:
    parts = [table.rejects for table in run.tables.values()]
    any_rejects = any(table.count.rejected for table in run.tables.values())
    if any_rejects:
        pl.concat([pl.scan_parquet(part) for part in parts]).sink_csv(target)
    for part in parts:
        part.unlink()
    return target if any_rejects else None

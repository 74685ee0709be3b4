"""The contract in words: tables, settings, metrics, features, stages and levers as Markdown pages, derived from
their declarations.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, fields
from typing import Any

from analytics.contract.columns import Column, Table
from analytics.contract.features import FEATURES
from analytics.contract.lever_settings import LEVER_KEYS
from analytics.contract.levers import LEVERS
from analytics.contract.metrics import METRICS
from analytics.contract.settings import Churn, Settings, Stages
from analytics.contract.stages import CHURNED, STAGES
from analytics.contract.tables import SNAPSHOT, TABLES
from analytics.store.facts import FACTS

GENERATED = (
    "*This page is generated from the declarations (`python -m analytics.cli.reference`); a test keeps it fresh.*"
)
_SECTIONS = {
    "targets": "metric = value; also `first_response_hours.CATEGORY`, `acquisition_cost`, `keeping_cost`",
    "signals": "a sign you define",
    "levers": "a lever changed or added",
    "roles": "what a role may see",
}


def write_contract() -> str:
    """Markdown of the nine tables and the snapshot: one row per column."""
    parts = [
        "# The data contract",
        GENERATED,
        "A column marked * is required; any further column is kept as an attribute.",
        "",
    ]
    for table in (*TABLES.values(), SNAPSHOT):
        parts += [f"## {table.name}", "", f"One row is {table.row}.", "", _write_columns(table), ""]
        parts += [f"- `{rule.name}`: {rule.sentence}; a row that breaks it is set aside." for rule in table.rules]
        parts += [""] if table.rules else []
    return _page(parts)


def write_settings() -> str:
    """Markdown of every setting: key, default, bounds, meaning."""
    rows = [_setting_row("", one) for one in fields(Settings) if one.name not in ("churn", "stages", *_SECTIONS)]
    for name, kind in (("churn", Churn), ("stages", Stages)):
        rows += [_setting_row(f"{name}.", one) for one in fields(kind)]
    for name, words in _SECTIONS.items():
        rows.append((f"`[{name}]`" if name == "targets" else f"`[{name}.NAME]`", "", "", words))
    keys = ", ".join(f"`{key}`" for key in sorted(LEVER_KEYS))
    table = _table(("key", "default", "possible", "meaning"), rows)
    return _page(["# Settings", "", GENERATED, "", table, "", f"Keys of a lever: {keys}."])


def write_metrics() -> str:
    """Markdown of every metric: definition, formula, source and a worked example."""
    parts = ["# Metrics", "", GENERATED, ""]
    for metric in METRICS:
        parts += [
            f"## {metric.name} (`{metric.key}`)",
            "",
            metric.definition,
            "",
            f"- unit: {metric.unit}; better: {metric.direction}",
            f"- formula: {metric.formula}",
            f"- source: {metric.source}",
            f"- example: {metric.example} → {metric.working} = {metric.answer:g}",
            "",
        ]
    return _page(parts)


def write_journey() -> str:
    """Markdown of stages, features, levers and the facts behind every number."""
    parts = ["# Journey, features, levers and facts", "", GENERATED, ""]
    for title, words, table in (_stages(), _features(), _levers(), _facts()):
        parts += [f"## {title}", "", words, "", table, ""]
    return _page(parts)


def _stages() -> tuple[str, str, str]:
    rows = [(stage.name, stage.meaning, ", ".join(stage.needs) or "nothing more") for stage in STAGES]
    words = f"In order of precedence; `{CHURNED}` comes before all of them."
    return "Stages", words, _table(("stage", "a customer is in it while", "needs"), rows)


def _features() -> tuple[str, str, str]:
    rows = [(f"`{one.name}`", one.family, one.label, one.unit) for one in FEATURES]
    words = "Known of a customer before a day; each counts towards one family of reasons."
    return "Features", words, _table(("feature", "family", "name", "unit"), rows)


def _levers() -> tuple[str, str, str]:
    effect = {-1: "less churn", 1: "more churn"}
    rows = [(f"`{one.name}`", one.meaning, f"`{one.column}`", effect[one.direction], f"{one.cost:g}") for one in LEVERS]
    words = "What a company can move; the settings change or add to them."
    return "Levers", words, _table(("lever", "what it moves", "column", "more of it means", "cost a customer"), rows)


def _facts() -> tuple[str, str, str]:
    rows = [(f"`{fact.name}`", fact.grain, ", ".join(fact.key)) for fact in FACTS if fact.is_kept]
    words = "Tables of a data set file; one SELECT each under `analytics/store/sql/facts/`."
    return "Facts", words, _table(("fact", "one row is", "key"), rows)


PAGES: dict[str, Callable[[], str]] = {
    "CONTRACT.md": write_contract,
    "SETTINGS.md": write_settings,
    "METRICS.md": write_metrics,
    "JOURNEY.md": write_journey,
}


def _write_columns(table: Table) -> str:
    rows = [
        (f"`{c.name}`{'*' if c.required else ''}", c.kind, _bounds(c), c.meaning, f"`{c.example}`")
        for c in table.columns
    ]
    return _table(("column", "type", "allowed", "meaning", "example"), rows)


def _bounds(column: Column) -> str:
    if column.choices:
        return ", ".join(column.choices)
    low, high = column.low, column.high
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    unit = f"{column.unit}, " if column.unit else ""
    return f"{unit}at least {low:g}" if low is not None else column.unit


def _setting_row(prefix: str, setting: "Field[Any]") -> tuple[str, str, str, str]:
    rules = setting.metadata
    possible = ", ".join(choice for choice in rules["choices"] if choice)
    if rules["low"] is not None:
        possible = f"{rules['low']:g} to {rules['high']:g} {rules['unit']}".strip()
    default = setting.default
    shown = "`" + (str(list(default)) if isinstance(default, tuple) else repr(default)) + "`"
    return f"`{prefix}{setting.name}`", shown, possible, rules["meaning"]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows])


def _page(parts: Sequence[str]) -> str:
    return "\n".join(parts).rstrip() + "\n"

"""The outcome of a snapshot: which column says who left, which value means it, and which columns merely repeat it."""

import re
from dataclasses import replace

import polars as pl

from analytics.contract.tables import SNAPSHOT
from analytics.intake.facts import ColumnFacts
from analytics.intake.mapfile import MapColumn
from analytics.intake.rows import TableRows
from analytics.intake.words import FALSE, TRUE

LEFT = re.compile(r"churn|attrit|left|leav|exit|cancel|lost|gone|closed|inactive|depart|terminat", re.IGNORECASE)
STAYED = re.compile(r"\b(not|non|no|never|existing|active|current|stay\w*|retain\w*)\b", re.IGNORECASE)
CONTROL = re.compile(r"^(no\b|none|control|holdout|not\b|untreated)", re.IGNORECASE)
UNITS = {"year": "years", "yr": "years", "month": "months", "mon": "months", "week": "weeks", "day": "days"}
NEAR_COPY = 0.95  # of the rarer outcome told


def find_label(facts: list[ColumnFacts]) -> ColumnFacts | None:
    """The column whose name says that it holds who left, and whose contents can; None without one."""
    column = SNAPSHOT["churned"]
    for name in (column.name, *column.synonyms):
        for fact in facts:
            if fact.plain == name and 1 <= len(fact.levels) <= 6 and fact.kind in ("flag", "text", "number"):
                return fact
    return None


def find_outcomes(facts: list[ColumnFacts], *, is_test: bool) -> list[ColumnFacts]:
    """Columns with two values that could be an outcome; of a test, those with a usual name where there are any."""
    fitting = [fact for fact in facts if len(fact.levels) == 2 and fact.kind in ("flag", "text", "number")]
    fitting = [replace(fact, levels=tuple(sorted(fact.levels, key=_is_no))) for fact in fitting]
    named = [fact for fact in fitting if fact.plain in (*SNAPSHOT["outcome"].synonyms, "outcome")]
    return named if is_test and named else fitting


def _is_no(level: str) -> bool:
    return level.lower() in FALSE


def true_values(fact: ColumnFacts) -> tuple[str, ...] | None:
    """Values that mean the customer left: empty where the words say so (Yes/No, 1/0), None where it is unclear."""
    words = {level.lower() for level in fact.levels}
    if words <= {*TRUE, *FALSE}:
        return ()
    left = tuple(level for level in fact.levels if LEFT.search(level) and not STAYED.search(level))
    return left if len(left) == 1 else None


def tenure_unit(fact: ColumnFacts) -> str:
    """The unit of a tenure where its name tells it, else empty."""
    return next((unit for part, unit in UNITS.items() if part in fact.name.lower()), "")


def control_level(fact: ColumnFacts) -> str:
    """The level of an arm that looks like the control group, or empty."""
    found = [level for level in fact.levels if CONTROL.match(level)]
    return found[0] if len(found) == 1 else ""


def find_copies(label: MapColumn, facts: list[ColumnFacts], rows: TableRows) -> tuple[list[str], list[str]]:
    """(columns that merely repeat the outcome, warnings about columns that nearly do)."""
    copies, warnings = [], []
    for fact in facts:
        if fact.name == label.column or not fact.filled:
            continue
        if _is_filled_only_for_one(label.column, fact, rows):
            copies.append(fact.name)
        elif len(fact.levels) == 2:
            share = _agreement(label.column, fact.name, rows)
            if share == 1:
                copies.append(fact.name)
            elif share >= NEAR_COPY:
                warnings.append(
                    f"column {fact.name!r} tells {label.column!r} in nearly every row: it may be known only afterwards."
                )
        elif fact.kind == "number" and LEFT.search(fact.name) and "churn" in fact.plain:
            copies.append(fact.name)
    return copies, warnings


def _as_text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars().replace("", None)


def _is_filled_only_for_one(label: str, fact: ColumnFacts, rows: TableRows) -> bool:
    """Whether the column says something for one value of the label only (a reason for leaving, say)."""
    counted = rows.rows.group_by(_as_text(label).alias("label")).agg(
        _as_text(fact.name).count().alias("filled"), pl.len().alias("n")
    )
    filled, n = counted.collect(engine="streaming").select("filled", "n").to_dict(as_series=False).values()
    full = [part / whole for part, whole in zip(filled, n, strict=True)]
    return len(full) == 2 and min(full) == 0 and max(full) > 0.9


def _agreement(label: str, other: str, rows: TableRows) -> float:
    """How far the other column tells the label: 0 no better than its commoner value, 1 in every row."""
    counts = (
        rows.rows.group_by(_as_text(label).alias("label"), _as_text(other).alias("other"))
        .len()
        .collect(engine="streaming")
    )
    if counts["label"].n_unique() != 2 or counts["other"].n_unique() != 2:
        return 0.0
    best = int(counts.group_by("other").agg(pl.col("len").max())["len"].sum())
    by_label = counts.group_by("label").agg(pl.col("len").sum())["len"].to_list()
    return (best - max(by_label)) / min(by_label)

"""Columns that must not be learned from: copies of the outcome, things known only afterwards, ids and
constants.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import polars as pl

from analytics.risk.accuracy import measure_auc
from analytics.risk.calibration import Floats, Ints
from analytics.risk.columns import DroppedColumn, find_drop_reason, tidy_column
from analytics.risk.families import split_words

LEAK_AUC: Final = 0.95
_N_BINS: Final = 20
_SMOOTHING: Final = 5.0
_OUTCOME_STEMS: Final = ("churn", "exited", "attrit")
_LABEL_FILLERS: Final = frozenset(
    (
        "flag",
        "label",
        "value",
        "is",
        "was",
        "has",
        "the",
        "status",
        "target",
        "outcome",
        "y",
        "customer",
        "user",
    )
)
_SHORTEST_STEM: Final = 4
_MOST_ROWS: Final = 100_000
_LIFETIME_WORDS: Final = frozenset({"cltv", "clv", "ltv"})

AUDIT_SCHEMA: Final = pl.Schema(
    {"column": pl.String(), "finding": pl.String(), "evidence": pl.String(), "refused": pl.Boolean()}
)


def audit_columns(
    features: pl.DataFrame,
    outcomes: Floats,
    folds: Ints,
    *,
    label_name: str | None = None,
    allowed: Collection[str] = (),
) -> pl.DataFrame:
    """One row per column with a finding: column, finding, evidence, refused.

    `folds` says which rows may not speak for each other (one fold per account). Findings: `type`, `constant`,
    `id_like`, `too_many_levels` (always refused), `leak` (the column alone has an AUC above .95),
    `named_after_outcome`, `names_a_reason`, `lifetime_value` (by the words of the name, judged only where
    `label_name` is given) — refused unless in `allowed`.
    """
    found = []
    for name in features.columns:
        column = tidy_column(features[name])
        unfit = find_drop_reason(column)
        leak = _find_leak(column, unfit, outcomes, folds, label_name)
        for finding in (leak, unfit):
            if finding is not None:
                refused = finding is unfit or name not in allowed
                found.append((name, finding.finding, finding.evidence, refused))
                break
    return pl.DataFrame(found, schema=AUDIT_SCHEMA, orient="row")


def _find_leak(
    column: pl.Series, unfit: DroppedColumn | None, outcomes: Floats, folds: Ints, label_name: str | None
) -> DroppedColumn | None:
    if unfit is not None and unfit.finding in ("type", "constant"):
        return None
    named = None if label_name is None else judge_name(column.name, label_name)
    if named is not None or (unfit is not None and unfit.finding == "id_like"):
        return named
    auc = measure_single_auc(column, outcomes, folds)
    if auc <= LEAK_AUC:
        return None
    evidence = f"this column alone tells churners from others with an AUC of {auc:.3f} (refused above {LEAK_AUC})"
    return DroppedColumn(name=column.name, finding="leak", evidence=evidence)


def judge_name(name: str, label_name: str) -> DroppedColumn | None:
    """What is wrong with the words of a column name, given the name of the outcome column; None when nothing
    is.
    """
    words = split_words(name)
    stems = [*_OUTCOME_STEMS, *(word for word in split_words(label_name) if word not in _LABEL_FILLERS)]
    told = [s for s in stems for word in words if word == s or (len(s) >= _SHORTEST_STEM and word.startswith(s))]
    if told:
        evidence = f"its name holds {told[0]!r}, the word for the outcome ({label_name}): known only afterwards"
        return DroppedColumn(name=name, finding="named_after_outcome", evidence=evidence)
    if "reason" in words:
        evidence = "its name speaks of a reason: reasons are written down for those who left"
        return DroppedColumn(name=name, finding="names_a_reason", evidence=evidence)
    if _LIFETIME_WORDS & set(words) or {"lifetime", "value"} <= set(words):
        evidence = "its name speaks of a lifetime value: such figures are made from a churn forecast"
        return DroppedColumn(name=name, finding="lifetime_value", evidence=evidence)
    return None


def measure_single_auc(column: pl.Series, outcomes: Floats, folds: Ints) -> float:
    """AUC of the best score made of this column alone, judged on folds it was not made on.

    Numbers are cut into 20 bins of equal size, texts into their levels, missing is a level of its own; the
    score of a level is its smoothed churn rate on the other folds. A number is also tried as it stands,
    either way up. Beyond 100,000 rows every n-th row is enough to see .95.
    """
    step = -(-len(column) // _MOST_ROWS)
    column, outcomes, folds = column.gather_every(step), outcomes[::step], folds[::step]
    levels = _cut_levels(column)
    score = np.empty(len(levels))
    for fold in np.unique(folds):
        held = folds == fold
        rate = outcomes[~held].mean()
        n_rows = np.bincount(levels[~held], minlength=int(levels.max()) + 1)
        n_churned = np.bincount(levels[~held], weights=outcomes[~held], minlength=len(n_rows))
        score[held] = ((n_churned + _SMOOTHING * rate) / (n_rows + _SMOOTHING))[levels[held]]
    rows = np.arange(len(levels))
    areas = [measure_auc(score, outcomes, rows).value]
    if column.dtype.is_numeric():
        values = column.cast(pl.Float64).to_numpy()
        known = ~np.isnan(values)
        if known.mean() > 0.5:
            raw = measure_auc(np.where(known, values, np.nanmedian(values)), outcomes, rows).value
            areas += [raw, 1.0 - raw]
    return max(areas)


def _cut_levels(column: pl.Series) -> Ints:
    if column.dtype.is_numeric():
        values = column.cast(pl.Float64).to_numpy()
        known = values[~np.isnan(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, _N_BINS + 1)[1:-1])) if len(known) else np.array([])
        return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
    codes = column.cast(pl.String).rank("dense").fill_null(0).cast(pl.Int64)
    return codes.to_numpy()

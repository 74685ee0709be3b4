"""From features and outcomes to a model with its card: audit, guard, folds, fit, calibrate, judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.risk.audit import audit_columns
from analytics.risk.best_fit import fit_best
from analytics.risk.calibration import Floats, Ints
from analytics.risk.card import (
    REFUSED,
    CardRow,
    JudgedRows,
    count_rows,
    judge_card,
    judge_counts,
    measure_card,
    write_card,
)
from analytics.risk.columns import describe_columns, encode_columns
from analytics.risk.ensemble import refit_ensemble
from analytics.risk.model import RiskModel
from analytics.risk.recipe import CONFIGURATION_A, N_FOLDS, Progress, TrainingSet, assign_folds
from analytics.risk.time_split import judge_out_of_time, split_by_time

LIGHT_REFITS: Final = 8
Finding = tuple[str, str, str, bool]


@dataclass(frozen=True, kw_only=True)
class ColumnNotes:
    """What is known about feature columns beyond their values, each a mapping from column name.

    `families` and `labels` (readable names) are proposed from the name where missing; `monotone` holds
    directions -1, 0, +1; `sources` the column a derived one is shown under.
    """

    families: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    monotone: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """How to train: what the outcome means (days, rule, name of its column) and how much work to do.

    `allowed` names columns to keep although the audit refuses them; `n_refits` below 2 gives no bands.
    """

    horizon_days: int | None = None
    gap_days: int | None = None
    recognised: str = "label"
    label_name: str | None = None
    allowed: tuple[str, ...] = ()
    n_refits: int = LIGHT_REFITS
    seed: int = 0
    nthread: int | None = None


@dataclass(frozen=True, kw_only=True)
class Training:
    """A model and, per training row in its order, what judged it: fold, margin, probability, churned (no rows
    when refused).
    """

    model: RiskModel
    out_of_fold: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class LabelledRows:
    """One row per account (and snapshot day): feature columns, the outcome, whose row it is, its day and its
    weight.

    `churned` is 0/1 or true/false: churn within (day + gap, day + gap + horizon]. Days are missing for a
    snapshot without dates.
    """

    features: pl.DataFrame
    churned: pl.Series
    accounts: pl.Series
    snapshots_on: pl.Series | None = None
    weights: pl.Series | None = None


def fit_model(
    features: pl.DataFrame,
    churned: pl.Series,
    accounts: pl.Series,
    snapshots_on: pl.Series | None = None,
    *,
    weights: pl.Series | None = None,
    notes: ColumnNotes | None = None,
    plan: TrainingPlan | None = None,
    progress: Progress | None = None,
) -> RiskModel:
    """The model of `train_model`, without the out-of-fold rows."""
    rows = LabelledRows(
        features=features, churned=churned, accounts=accounts, snapshots_on=snapshots_on, weights=weights
    )
    return train_model(rows, notes=notes, plan=plan, progress=progress).model


def train_model(
    rows: LabelledRows,
    *,
    notes: ColumnNotes | None = None,
    plan: TrainingPlan | None = None,
    progress: Progress | None = None,
) -> Training:
    """Audit the columns, guard, train, calibrate, judge.

    With days the last one to three snapshots are also held out and judged by a model trained on rows whose
    outcome was known before. Fewer than 30 churners (or customers who stayed), or no usable column, give a
    refused model. Raises `UserError` for outcomes other than 0 and 1, missing accounts, columns of different
    length, and notes `describe_columns` refuses.
    """
    notes, plan = notes or ColumnNotes(), plan or TrainingPlan()
    outcomes, accounts = _read_outcomes(rows.churned), _read_accounts(rows.accounts)
    _check_lengths(rows)
    counts = count_rows(outcomes, accounts)
    if too_few := judge_counts(outcomes, accounts):
        return _refuse(plan, counts, [], too_few)
    folds = assign_folds(outcomes, accounts, n_folds=N_FOLDS, seed=plan.seed)
    audit = audit_columns(rows.features, outcomes, folds, label_name=plan.label_name, allowed=plan.allowed)
    layout = describe_columns(rows.features, **vars(notes), ignore=set(audit.filter("refused")["column"]))
    if not layout.specs:
        return _refuse(plan, counts, audit.rows(), "no column is left to learn from after the data audit")
    training = TrainingSet(
        matrix=encode_columns(rows.features, layout.specs),
        specs=layout.specs,
        outcomes=outcomes,
        accounts=accounts,
        weights=np.ones(len(outcomes)) if rows.weights is None else rows.weights.cast(pl.Float64).to_numpy(),
    )
    return _fit_and_judge(training, folds, rows.snapshots_on, audit.rows(), plan, progress)


def _fit_and_judge(
    training: TrainingSet,
    folds: Ints,
    snapshots_on: pl.Series | None,
    findings: list[Finding],
    plan: TrainingPlan,
    progress: Progress | None,
) -> Training:
    how: dict[str, Any] = {"seed": plan.seed, "nthread": plan.nthread, "progress": progress}
    best = fit_best(training, folds, **how)
    fitted, how["recipe"] = best.fitted, best.recipe
    judged = JudgedRows(
        margins=fitted.oof_margins,
        probabilities=fitted.oof_probabilities,
        outcomes=training.outcomes,
        accounts=training.accounts,
        weights=training.weights,
    )
    card = [*count_rows(training.outcomes, training.accounts), *measure_card(judged, seed=plan.seed)]
    card += [*_judge_time(training, snapshots_on, plan, how), *best.card]
    verdict, reason = judge_card(card)
    refits = refit_ensemble(training, fitted, n_refits=plan.n_refits, **how) if plan.n_refits > 1 else ()
    model = _make_model(plan, write_card(card, verdict, reason), findings, verdict, reason)
    model = replace(model, ensemble=fitted.ensemble, refits=refits, best_rounds=fitted.best_rounds, recipe=best.recipe)
    columns = {
        "fold": folds,
        "margin": judged.margins,
        "probability": judged.probabilities,
        "churned": training.outcomes,
    }
    return Training(model=model, out_of_fold=pl.DataFrame(columns))


def _judge_time(
    training: TrainingSet, snapshots_on: pl.Series | None, plan: TrainingPlan, how: dict[str, Any]
) -> list[CardRow]:
    if snapshots_on is None:
        return [CardRow(metric="roc_auc_out_of_time", text="the data has no dates, so nothing later could be held out")]
    if plan.horizon_days is None or plan.gap_days is None:
        raise ValueError("dated snapshots need horizon_days and gap_days to be split by time")
    split = split_by_time(
        snapshots_on,
        training.outcomes,
        training.accounts,
        horizon_days=plan.horizon_days,
        gap_days=plan.gap_days,
    )
    if split is None:
        words = "too few snapshots or churners to train on earlier ones and judge on later ones"
        return [CardRow(metric="roc_auc_out_of_time", text=words)]
    return judge_out_of_time(training, split, **how)


def _refuse(plan: TrainingPlan, counts: list[CardRow], findings: list[Finding], reason: str) -> Training:
    model = _make_model(plan, write_card(counts, REFUSED, reason), findings, REFUSED, reason)
    empty = {"fold": pl.Int64, "margin": pl.Float64, "probability": pl.Float64, "churned": pl.Float64}
    return Training(model=model, out_of_fold=pl.DataFrame(schema=empty))


def _make_model(
    plan: TrainingPlan, card: tuple[CardRow, ...], findings: list[Finding], verdict: str, reason: str
) -> RiskModel:
    return RiskModel(
        ensemble=None,
        refits=(),
        card=card,
        findings=tuple(findings),
        verdict=verdict,
        reason=reason,
        horizon_days=plan.horizon_days,
        gap_days=plan.gap_days,
        recognised=plan.recognised,
        seed=plan.seed,
        n_folds=N_FOLDS,
        best_rounds=(),
        recipe=CONFIGURATION_A,
    )


def _read_outcomes(churned: pl.Series) -> Floats:
    if not (churned.dtype.is_numeric() or churned.dtype == pl.Boolean):
        raise UserError(
            f"the outcome is {churned.dtype}, not 0/1 or yes/no.",
            "training",
            "Map which value means churned.",
        )
    numbers = churned.cast(pl.Float64)
    if numbers.null_count() or not numbers.is_in([0.0, 1.0]).all():
        remedy = "Leave out rows whose outcome is not known yet."
        raise UserError("the outcome has values other than 0 and 1.", "training", remedy)
    return numbers.to_numpy()


def _read_accounts(accounts: pl.Series) -> Ints:
    if accounts.null_count():
        raise UserError(f"{accounts.null_count():,} rows have no account.", "training", "Fill the customer id.")
    return (accounts.rank("dense").cast(pl.Int64) - 1).to_numpy()


def _check_lengths(rows: LabelledRows) -> None:
    columns = [rows.churned, rows.accounts, rows.snapshots_on, rows.weights]
    if any(column is not None and len(column) != rows.features.height for column in columns):
        raise UserError("features, outcomes, accounts, days and weights have different lengths.", "training", "")

"""A ridge logistic regression on the model matrix: the steadier half of the score where rows are few."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from analytics.risk.calibration import Floats, Ints, to_probability
from analytics.risk.columns import FeatureSpec
from analytics.risk.recipe import Matrix, TrainingSet

_STRENGTHS: Final = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_MOST_STEPS: Final = 50
_SMALL_STEP: Final = 1e-8
_NUMBER: Final = -1
_MISSING: Final = -2


@dataclass(frozen=True, kw_only=True, slots=True)
class RidgeColumn:
    """One standardised column of the regression.

    `feature` is its position in the model matrix; `code` the level it stands for, -1 for the number itself,
    -2 for "missing"; `fill` the number a missing one is taken as (the training mean).
    """

    feature: int
    code: int
    fill: float
    mean: float
    scale: float
    coefficient: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RidgeModel:
    """A linear score on standardised numbers and 0/1 columns, one per level and one per number that can be
    missing.
    """

    columns: tuple[RidgeColumn, ...]
    intercept: float

    def predict_margins(self, matrix: Matrix) -> Floats:
        """The log-odds of every row."""
        return np.asarray(self.predict_contributions(matrix).sum(axis=1))

    def predict_contributions(self, matrix: Matrix) -> Floats:
        """Per row one share of the log-odds per feature, and last what the average training row has; a row
        adds up to its margin.
        """
        shares = np.zeros((len(matrix), matrix.shape[1] + 1))
        for column in self.columns:
            shares[:, column.feature] += column.coefficient * _standardise(matrix, column)
        shares[:, -1] = self.intercept
        return shares

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain lists."""
        return {"columns": [asdict(column) for column in self.columns], "intercept": self.intercept}


def read_ridge(stored: Mapping[str, Any]) -> RidgeModel:
    """The model that `to_dict` described."""
    return RidgeModel(
        columns=tuple(RidgeColumn(**column) for column in stored["columns"]),
        intercept=float(stored["intercept"]),
    )


def fit_ridge(training: TrainingSet, folds: Ints) -> RidgeModel:
    """Fit on all rows given; the strength of the ridge is the one of least log-loss over `folds`."""
    columns = _list_columns(training.matrix, training.specs)
    design = np.column_stack([_standardise(training.matrix, column) for column in columns])
    strength = _choose_strength(design, training, folds)
    *coefficients, intercept = _solve(design, training.outcomes, training.weights, strength)
    with_coefficients = (
        RidgeColumn(**{**asdict(column), "coefficient": float(coefficient)})
        for column, coefficient in zip(columns, coefficients, strict=True)
    )
    return RidgeModel(columns=tuple(with_coefficients), intercept=float(intercept))


def cross_fit_ridge(training: TrainingSet, folds: Ints) -> Floats:
    """Out-of-fold margins: each fold judged by a ridge fitted, and its strength chosen, on the others."""
    margins = np.empty(len(folds))
    for fold in np.unique(folds):
        held = folds == fold
        margins[held] = fit_ridge(training.select(~held), folds[~held]).predict_margins(training.matrix[held])
    return margins


def _choose_strength(design: Floats, training: TrainingSet, folds: Ints) -> float:
    losses = np.zeros(len(_STRENGTHS))
    for fold in np.unique(folds):
        held = folds == fold
        learned = (design[~held], training.outcomes[~held], training.weights[~held])
        for position, strength in enumerate(_STRENGTHS):
            solved = _solve(*learned, strength)
            margins = design[held] @ solved[:-1] + solved[-1]
            loss = np.logaddexp(0.0, margins) - training.outcomes[held] * margins
            losses[position] += np.sum(training.weights[held] * loss)
    return _STRENGTHS[int(np.argmin(losses))]


def _solve(design: Floats, outcomes: Floats, weights: Floats, strength: float) -> Floats:
    """Coefficients and last the intercept of least `log-loss + strength / 2 * sum of squared coefficients`.

    Newton's method on standardised columns; a step is halved until it does not make things worse.
    """
    spread = np.column_stack([design, np.ones(len(design))])
    ridge = np.full(spread.shape[1], strength)
    ridge[-1] = 1e-6  # the intercept is free; this only keeps the equations solvable

    def measure(solution: Floats) -> float:
        margins = spread @ solution
        loss = np.sum(weights * (np.logaddexp(0.0, margins) - outcomes * margins))
        return float(loss + 0.5 * np.sum(ridge * solution**2))

    solution = np.zeros(spread.shape[1])
    best = measure(solution)
    for _ in range(_MOST_STEPS):
        fitted = to_probability(spread @ solution)
        gradient = spread.T @ (weights * (fitted - outcomes)) + ridge * solution
        curvature = spread.T @ (spread * (weights * fitted * (1.0 - fitted))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        while (moved := measure(solution - step)) > best and np.abs(step).max() > _SMALL_STEP:
            step *= 0.5
        if moved > best:
            break
        solution, best = solution - step, moved
        if np.abs(step).max() < _SMALL_STEP:
            break
    return solution


def _list_columns(matrix: Matrix, specs: tuple[FeatureSpec, ...]) -> list[RidgeColumn]:
    pairs = []
    for feature, spec in enumerate(specs):
        codes = list(range(len(spec.levels))) if spec.kind == "category" else [_NUMBER]
        pairs += [(feature, code) for code in codes]
        if np.isnan(matrix[:, feature]).any():
            pairs.append((feature, _MISSING))
    return [_measure_column(matrix, feature, code) for feature, code in pairs]


def _measure_column(matrix: Matrix, feature: int, code: int) -> RidgeColumn:
    known = matrix[:, feature][~np.isnan(matrix[:, feature])].astype(np.float64)
    raw = RidgeColumn(feature=feature, code=code, fill=float(known.mean()) if len(known) else 0.0, mean=0.0, scale=1.0)
    values = _standardise(matrix, raw)
    deviation = float(values.std())
    return RidgeColumn(
        feature=feature,
        code=code,
        fill=raw.fill,
        mean=float(values.mean()),
        scale=deviation if deviation > 0 else 1.0,
    )


def _standardise(matrix: Matrix, column: RidgeColumn) -> Floats:
    values = matrix[:, column.feature].astype(np.float64)
    if column.code == _MISSING:
        values = np.isnan(values).astype(np.float64)
    elif column.code == _NUMBER:
        values = np.where(np.isnan(values), column.fill, values)
    else:
        values = (values == column.code).astype(np.float64)
    return (values - column.mean) / column.scale

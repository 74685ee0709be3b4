"""What turns a model matrix into margins: boosters, below 600 rows averaged with a ridge logistic, and their
calibrator.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import xgboost as xgb

from analytics.risk.calibration import Calibrator, Floats, Ints
from analytics.risk.calibrators import choose_calibrator, read_calibrator
from analytics.risk.columns import FeatureSpec
from analytics.risk.explain import average_contributions
from analytics.risk.recipe import (
    CONFIGURATION_A,
    Matrix,
    Progress,
    Recipe,
    TrainingSet,
    fit_bag,
    fit_fixed,
    load_booster,
    make_dmatrix,
)
from analytics.risk.ridge import RidgeModel, cross_fit_ridge, fit_ridge, read_ridge

FEW_ROWS: Final = 600


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """Boosters (UBJ bytes), perhaps a ridge logistic of equal say, and the calibrator of the mean."""

    specs: tuple[FeatureSpec, ...]
    boosters: tuple[bytes, ...]
    ridge: RidgeModel | None
    calibrator: Calibrator

    @cached_property
    def loaded(self) -> tuple[xgb.Booster, ...]:
        """The boosters, ready to predict."""
        return tuple(load_booster(stored) for stored in self.boosters)

    def predict_margins(self, matrix: Matrix) -> Floats:
        """The mean margin of the boosters (averaged with the ridge's, where there is one) for every row."""
        data = make_dmatrix(matrix, self.specs)
        trees = np.mean(
            [booster.predict(data, output_margin=True) for booster in self.loaded], axis=0, dtype=np.float64
        )
        return np.asarray(trees if self.ridge is None else (trees + self.ridge.predict_margins(matrix)) / 2.0)

    def predict_contributions(self, matrix: Matrix) -> Floats:
        """Log-odds per feature and last the base margin, the same for every row; a row sums to its margin."""
        trees = average_contributions(self.loaded, make_dmatrix(matrix, self.specs))
        return trees if self.ridge is None else (trees + self.ridge.predict_contributions(matrix)) / 2.0

    def to_dict(self) -> dict[str, Any]:
        """Everything but the specs, as JSON values."""
        return {
            "boosters": [base64.b64encode(zlib.compress(stored)).decode("ascii") for stored in self.boosters],
            "ridge": None if self.ridge is None else self.ridge.to_dict(),
            "calibrator": self.calibrator.to_dict(),
        }


def read_ensemble(stored: Mapping[str, Any], specs: tuple[FeatureSpec, ...]) -> Ensemble:
    """The ensemble that `to_dict` described."""
    return Ensemble(
        specs=specs,
        boosters=tuple(zlib.decompress(base64.b64decode(text)) for text in stored["boosters"]),
        ridge=None if stored["ridge"] is None else read_ridge(stored["ridge"]),
        calibrator=read_calibrator(stored["calibrator"]),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedEnsemble:
    """An ensemble with what its training left behind: per training row its fold and its out-of-fold margin and
    probability, and per booster its best round.
    """

    ensemble: Ensemble
    folds: Ints
    oof_margins: Floats
    oof_probabilities: Floats
    best_rounds: tuple[int, ...]


def fit_ensemble(
    training: TrainingSet,
    folds: Ints,
    *,
    recipe: Recipe = CONFIGURATION_A,
    seed: int = 0,
    nthread: int | None = None,
    progress: Progress | None = None,
    phase: str = "training",
) -> FittedEnsemble:
    """Train the bag (and the ridge where rows are few) on `folds`, and calibrate their mean on out-of-fold
    margins.
    """
    bag = fit_bag(training, folds, recipe=recipe, seed=seed, nthread=nthread, progress=progress, phase=phase)
    ridge, margins = None, bag.oof_margins
    if len(folds) < FEW_ROWS:
        ridge = fit_ridge(training, folds)
        margins = (margins + cross_fit_ridge(training, folds)) / 2.0
    chosen = choose_calibrator(margins, training.outcomes, training.weights, folds, training.accounts)
    ensemble = Ensemble(specs=training.specs, boosters=bag.boosters, ridge=ridge, calibrator=chosen.calibrator)
    return FittedEnsemble(
        ensemble=ensemble,
        folds=folds,
        oof_margins=margins,
        oof_probabilities=chosen.out_of_fold,
        best_rounds=bag.best_rounds,
    )


def refit_ensemble(
    training: TrainingSet,
    fitted: FittedEnsemble,
    *,
    n_refits: int,
    recipe: Recipe = CONFIGURATION_A,
    seed: int = 0,
    nthread: int | None = None,
    progress: Progress | None = None,
) -> tuple[Ensemble, ...]:
    """The same fit on bootstrap samples of accounts: one booster of the mean best rounds each, for the band
    around a score.

    An account drawn twice counts twice in all its rows, so its copies never stand on both sides of anything.
    """
    n_accounts = int(training.accounts.max()) + 1
    generator = np.random.default_rng([seed, n_refits])
    draws = [
        np.bincount(generator.integers(n_accounts, size=n_accounts), minlength=n_accounts) for _ in range(n_refits)
    ]
    repeats = np.array(draws, dtype=np.float64).reshape(n_refits, n_accounts)[:, training.accounts]
    rounds = max(1, round(float(np.mean(fitted.best_rounds))))
    boosters = fit_fixed(
        training, rounds=rounds, repeats=repeats, recipe=recipe, seed=seed, nthread=nthread, progress=progress
    )
    refits = []
    for booster, counts in zip(boosters, repeats, strict=True):
        drawn = replace(training, weights=training.weights * counts)
        ridge = None if fitted.ensemble.ridge is None else fit_ridge(drawn, fitted.folds)
        refits.append(replace(fitted.ensemble, boosters=(booster,), ridge=ridge))
    return tuple(refits)

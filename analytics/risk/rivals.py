"""What simpler and common models make of the same rows, beside ours."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import xgboost as xgb

from analytics.risk.accuracy import Z_95, measure_auc
from analytics.risk.calibration import Floats, Ints, to_log_odds, to_probability
from analytics.risk.calibrators import measure_gain, measure_losses
from analytics.risk.card import CardRow
from analytics.risk.recipe import TrainingSet, count_threads, make_dmatrix, name_types
from analytics.risk.ridge import cross_fit_ridge

Rival = Callable[[TrainingSet, Ints, int | None], Floats]
_DEFAULT_ROUNDS: Final = 100  # what `XGBClassifier()` grows when nobody says otherwise


def measure_rivals(
    training: TrainingSet, folds: Ints, ours: Floats, *, nthread: int | None = None
) -> tuple[CardRow, ...]:
    """One row per rival, judged on the same folds as `ours` (out-of-fold probabilities per row).

    `value` is the rival's log-loss, `low` and `high` the 95 % interval of how much lower ours is (paired, by account;
    above 0: ours is better), `baseline` ours; the text names the rival and its AUC.
    """
    own = measure_losses(ours, training.outcomes)
    return tuple(_compare(key, words, rival(training, folds, nthread), own, training) for key, words, rival in RIVALS)


def _compare(key: str, words: str, probabilities: Floats, own: Floats, training: TrainingSet) -> CardRow:
    gain, error = measure_gain(
        measure_losses(probabilities, training.outcomes) - own, training.weights, training.accounts
    )
    ours = float(np.average(own, weights=training.weights))
    auc = measure_auc(to_log_odds(probabilities), training.outcomes, training.accounts)
    return CardRow(
        metric=f"log_loss_{key}",
        value=ours + gain,
        low=gain - Z_95 * error,
        high=gain + Z_95 * error,
        baseline=ours,
        text=f"{words}, AUC {auc.value:.3f}; the limits are those of how much lower ours is",
    )


def _judge_base_rate(training: TrainingSet, folds: Ints, nthread: int | None) -> Floats:
    """Everybody gets the rate of the other folds."""
    rates = np.empty(len(folds))
    for fold in np.unique(folds):
        held = folds == fold
        rates[held] = np.average(training.outcomes[~held], weights=training.weights[~held])
    return rates


def _judge_ridge(training: TrainingSet, folds: Ints, nthread: int | None) -> Floats:
    return to_probability(cross_fit_ridge(training, folds))


def _judge_default(training: TrainingSet, folds: Ints, nthread: int | None) -> Floats:
    """XGBoost with every setting as it comes: no early stopping, no calibration, no constraint."""
    probabilities = np.empty(len(folds))
    settings: dict[str, Any] = {"objective": "binary:logistic", "nthread": nthread or count_threads(), "seed": 0}
    for fold in np.unique(folds):
        held = folds == fold
        rows = training.select(~held)
        data = xgb.QuantileDMatrix(
            rows.matrix,
            label=rows.outcomes,
            weight=rows.weights,
            feature_types=name_types(rows.specs),
            enable_categorical=True,
        )
        booster = xgb.train(settings, data, _DEFAULT_ROUNDS, verbose_eval=False)
        probabilities[held] = booster.predict(make_dmatrix(training.matrix[held], training.specs))
    return probabilities


RIVALS: Final[tuple[tuple[str, str, Rival], ...]] = (
    ("base_rate", "the average rate for everybody", _judge_base_rate),
    ("ridge_logistic", "a ridge logistic regression", _judge_ridge),
    ("xgboost_default", "XGBoost with its default settings", _judge_default),
)

"""Rivals on the same folds: beaten where there is more to learn than they can, told where they are not."""

import numpy as np
import pytest
from xgboost import XGBClassifier

from analytics.risk.calibration import to_probability
from analytics.risk.calibrators import measure_losses
from analytics.risk.recipe import assign_folds
from analytics.risk.rivals import RIVALS, measure_rivals
from tests.risk.test_best_fit import make_training, simulate_rows


@pytest.fixture(scope="module")
def training():
    rows = simulate_rows(800, seed=2)
    return make_training(rows.features.select("weekly_use", "noise"), rows.churned.to_numpy())


def test_the_base_rate_is_that_of_the_other_folds(training):
    folds = np.arange(800) % 2
    rates = RIVALS[0][2](training, folds, None)
    assert rates[0] == pytest.approx(training.outcomes[1::2].mean())
    assert rates[1] == pytest.approx(training.outcomes[0::2].mean())


def test_the_default_booster_is_that_of_the_usual_classifier(training):
    folds = assign_folds(training.outcomes, training.accounts)
    held = folds == 0
    usual = XGBClassifier().fit(training.matrix[~held], training.outcomes[~held])
    expected = usual.predict_proba(training.matrix[held])[:, 1]
    np.testing.assert_allclose(RIVALS[2][2](training, folds, None)[held], expected, atol=1e-5)


def test_each_rival_stands_beside_ours_with_the_interval_of_the_gain(training):
    folds = assign_folds(training.outcomes, training.accounts)
    use = training.matrix[:, 0].astype(float)
    ours = to_probability(-1.0 - 1.2 * use)
    rows = {row.metric: row for row in measure_rivals(training, folds, ours)}
    assert list(rows) == ["log_loss_base_rate", "log_loss_ridge_logistic", "log_loss_xgboost_default"]
    base = rows["log_loss_base_rate"]
    rate_losses = measure_losses(RIVALS[0][2](training, folds, None), training.outcomes)
    own_losses = measure_losses(ours, training.outcomes)
    assert base.value == pytest.approx(rate_losses.mean())
    assert base.baseline == pytest.approx(own_losses.mean())
    assert base.low > 0  # the truth itself beats a constant
    gains = measure_losses(RIVALS[0][2](training, folds, None), training.outcomes) - measure_losses(
        ours, training.outcomes
    )
    half = 1.96 * gains.std(ddof=1) / np.sqrt(800)
    assert (base.low, base.high) == pytest.approx((gains.mean() - half, gains.mean() + half), abs=1e-5)
    assert base.text.startswith("the average rate for everybody, AUC 0.")

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from analytics.risk.calibration import (
    AffineCalibrator,
    cross_fit,
    fit_affine,
    fit_line,
    to_log_odds,
    to_probability,
)
from analytics.risk.calibrators import read_calibrator


def draw(n_rows: int, slope: float, intercept: float, seed: int = 0):
    generator = np.random.default_rng(seed)
    margins = generator.normal(size=n_rows) * 1.5
    outcomes = (generator.random(n_rows) < to_probability(slope * margins + intercept)).astype(float)
    return margins, outcomes, np.ones(n_rows)


def test_two_groups_are_fitted_exactly():
    # Margin 0: 1 of 4 churned; margin 1: 3 of 4. Logit .25 = -ln 3, logit .75 = ln 3: intercept -ln 3, slope
    # 2 ln 3.
    margins = np.repeat([0.0, 1.0], 400)
    outcomes = np.concatenate([np.repeat([1.0, 0.0], [100, 300]), np.repeat([1.0, 0.0], [300, 100])])
    slope, intercept = fit_line(margins, outcomes, np.ones(800))
    assert slope == pytest.approx(2 * np.log(3), abs=1e-5)
    assert intercept == pytest.approx(-np.log(3), abs=1e-5)


def test_the_line_is_the_one_of_an_unpenalised_logistic_regression():
    margins, outcomes, weights = draw(3000, 0.7, -0.4)
    weights = np.random.default_rng(1).integers(1, 4, size=3000).astype(float)
    reference = LogisticRegression(C=np.inf, tol=1e-10).fit(margins[:, None], outcomes, sample_weight=weights)
    slope, intercept = fit_line(margins, outcomes, weights)
    assert slope == pytest.approx(reference.coef_[0, 0], abs=1e-4)
    assert intercept == pytest.approx(reference.intercept_[0], abs=1e-4)


def test_the_mean_probability_is_the_observed_rate():
    margins, outcomes, weights = draw(2000, 1.3, 0.2)
    assert fit_affine(margins, outcomes, weights).apply(margins).mean() == pytest.approx(outcomes.mean(), abs=1e-5)


def test_a_score_that_points_the_wrong_way_becomes_the_base_rate():
    margins, outcomes, weights = draw(2000, -1.0, 0.0)
    calibrator = fit_affine(margins, outcomes, weights)
    np.testing.assert_allclose(calibrator.apply(margins), outcomes.mean(), atol=1e-9)
    np.testing.assert_array_equal(calibrator.slope_at(margins), 0.0)


def test_complete_separation_gives_a_finite_slope():
    margins = np.concatenate([np.full(50, -1.0), np.full(50, 1.0)])
    slope, _ = fit_line(margins, (margins > 0).astype(float), np.ones(100))
    assert 1.0 < slope < 100.0


def test_cross_fitting_never_shows_a_fold_its_own_outcomes():
    margins, outcomes, weights = draw(500, 1.0, 0.0)
    folds = np.arange(500) % 5
    before = cross_fit(fit_affine, margins, outcomes, weights, folds)
    changed = np.where(folds == 3, 1.0 - outcomes, outcomes)
    after = cross_fit(fit_affine, margins, changed, weights, folds)
    np.testing.assert_array_equal(before[folds == 3], after[folds == 3])
    assert (before[folds != 3] != after[folds != 3]).all()


def test_the_slope_is_the_derivative():
    calibrator = AffineCalibrator(slope=0.8, intercept=-0.3)
    margins = np.linspace(-4, 4, 17)
    numeric = (calibrator.apply(margins + 1e-6) - calibrator.apply(margins - 1e-6)) / 2e-6
    np.testing.assert_allclose(calibrator.slope_at(margins), numeric, atol=1e-8)


def test_a_calibrator_survives_storage_and_an_unknown_kind_is_refused():
    calibrator = AffineCalibrator(slope=0.8, intercept=-0.3)
    assert read_calibrator(calibrator.to_dict()) == calibrator
    with pytest.raises(ValueError, match="another version"):
        read_calibrator({"kind": "spline"})


def test_log_odds_and_probability_are_inverse_and_finite_at_the_ends():
    margins = np.array([-700.0, -3.0, 0.0, 3.0, 700.0])
    assert np.isfinite(to_probability(margins)).all()
    np.testing.assert_allclose(to_log_odds(to_probability(margins[1:4])), margins[1:4], atol=1e-12)
    assert np.isfinite(to_log_odds(np.array([0.0, 1.0]))).all()

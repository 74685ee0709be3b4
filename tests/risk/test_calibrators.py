"""Calibrators that bend: fitted as another program fits them, monotone, and chosen only where they are better."""

import json

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from analytics.risk.calibration import AffineCalibrator, fit_affine, to_log_odds, to_probability
from analytics.risk.calibrators import (
    BetaCalibrator,
    IsotonicCalibrator,
    choose_calibrator,
    fit_beta,
    fit_isotonic,
    is_better,
    measure_gain,
    measure_losses,
    read_calibrator,
)
from analytics.risk.explain import convert_to_points

MARGINS = np.linspace(-6.0, 6.0, 241)


def draw(n_rows: int, truth, seed: int = 0):
    generator = np.random.default_rng(seed)
    margins = generator.normal(size=n_rows) * 2.0
    outcomes = (generator.random(n_rows) < truth(margins)).astype(float)
    return margins, outcomes, np.ones(n_rows)


def bent(margins):
    """A score that is right about the low risks and far too timid about the high ones."""
    share = to_probability(margins)
    return to_probability(0.3 * np.log(share) - 2.5 * np.log1p(-share) - 0.5)


CURVES = [fit(*draw(4000, bent)) for fit in (fit_affine, fit_beta, fit_isotonic)]


def test_the_beta_curve_is_an_unpenalised_logistic_regression_on_ln_s_and_ln_of_the_rest():
    margins, outcomes, weights = draw(5000, bent)
    share = to_probability(margins)
    columns = np.column_stack([np.log(share), -np.log1p(-share)])
    reference = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(columns, outcomes)
    curve = fit_beta(margins, outcomes, weights)
    assert isinstance(curve, BetaCalibrator)
    assert [curve.rise, curve.fall] == pytest.approx(reference.coef_[0], abs=2e-3)
    assert curve.constant == pytest.approx(reference.intercept_[0], abs=2e-3)


def test_a_beta_part_that_would_turn_the_order_round_is_left_out():
    margins, outcomes, weights = draw(4000, lambda m: to_probability(np.where(m < 0, -0.5 * m, m) - 2))
    curve = fit_beta(margins, outcomes, weights)
    assert isinstance(curve, BetaCalibrator)
    assert curve.rise == 0.0 and curve.fall > 0.0


def test_the_isotonic_levels_are_those_of_another_program():
    margins, outcomes, _ = draw(2000, bent)
    weights = np.random.default_rng(1).integers(1, 4, size=2000).astype(float)
    curve = fit_isotonic(margins, outcomes, weights)
    assert isinstance(curve, IsotonicCalibrator)
    reference = IsotonicRegression().fit(margins, outcomes, sample_weight=weights)
    np.testing.assert_allclose(curve.levels, np.unique(reference.predict(margins)), atol=1e-9)


def test_equal_margins_share_one_level():
    # margin 0: 1 of 4; margin 1: 3 of 4; the line between joins them; 90 % of it and 10 % of the affine curve, which
    # fits two points exactly
    margins = np.repeat([0.0, 1.0], 40)
    outcomes = np.concatenate([np.repeat([1.0, 0.0], [10, 30]), np.repeat([1.0, 0.0], [30, 10])])
    curve = fit_isotonic(margins, outcomes, np.ones(80))
    assert curve.apply(np.array([0.0, 1.0])) == pytest.approx([0.25, 0.75], abs=1e-4)
    assert curve.apply(np.array([0.5])) == pytest.approx([0.5], abs=1e-4)


def test_a_single_level_leaves_the_affine_curve():
    assert isinstance(fit_isotonic(np.zeros(10), np.tile([0.0, 1.0], 5), np.ones(10)), AffineCalibrator)


@pytest.mark.parametrize("curve", CURVES)
def test_no_curve_turns_the_order_round_or_leaves_the_unit_interval(curve):
    probabilities = curve.apply(MARGINS)
    assert (np.diff(probabilities) >= 0).all()
    assert probabilities.min() > 0.0 and probabilities.max() < 1.0


@pytest.mark.parametrize("curve", CURVES)
def test_the_slope_is_the_derivative(curve):
    step = 1e-6
    middle = MARGINS + 1.234e-3  # no knot of the isotonic line lies within a step of these
    numeric = (curve.apply(middle + step) - curve.apply(middle - step)) / (2 * step)
    np.testing.assert_allclose(curve.slope_at(middle), numeric, atol=1e-5)


@pytest.mark.parametrize("curve", CURVES)
def test_a_curve_comes_back_from_json_as_it_was(curve):
    again = read_calibrator(json.loads(json.dumps(curve.to_dict())))
    np.testing.assert_array_equal(again.apply(MARGINS), curve.apply(MARGINS))


@pytest.mark.parametrize("curve", CURVES)
def test_reasons_add_up_to_the_prediction_on_every_curve(curve):
    contributions = np.random.default_rng(3).normal(size=(500, 6))
    contributions[:, -1] = -0.7  # the base margin is the same for everybody
    contributions[0, :-1] = 0.0  # a customer exactly at the base
    base, points, predictions = convert_to_points(contributions, curve)
    np.testing.assert_allclose(base + points.sum(axis=1), predictions, atol=1e-12)
    np.testing.assert_allclose(predictions, curve.apply(contributions.sum(axis=1)), atol=1e-12)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="another version"):
        read_calibrator({"kind": "spline"})


def choose(truth, n_rows: int = 4000):
    margins, outcomes, weights = draw(n_rows, truth)
    rows = np.arange(n_rows)
    return choose_calibrator(margins, outcomes, weights, rows % 5, rows)


def test_a_score_that_needs_no_bend_keeps_the_affine_curve():
    assert choose(lambda m: to_probability(0.8 * m - 0.3)).kind == "affine"


def test_a_bent_score_gets_the_bent_curve_and_honest_probabilities():
    chosen = choose(bent)
    margins, outcomes, weights = draw(4000, bent)
    assert chosen.kind != "affine"
    affine = fit_affine(margins, outcomes, weights).apply(margins)
    assert measure_losses(chosen.out_of_fold, outcomes).mean() < measure_losses(affine, outcomes).mean()
    assert not np.array_equal(chosen.out_of_fold, chosen.calibrator.apply(margins))


def test_better_means_by_more_than_one_standard_error_between_accounts():
    # ten accounts gain 1 each and ten lose .5: mean .25; the gains vary by .769, so the error is .769 / sqrt(20) = .172
    losses, rival = np.zeros(20), np.tile([1.0, -0.5], 10)
    assert is_better(losses, rival, np.ones(20), np.arange(20))
    # the same gains in two accounts of ten rows each, one gaining 10 and one losing 5: mean .25, error 15 / 20 = .75
    assert not is_better(losses, np.repeat([1.0, -0.5], 10), np.ones(20), np.repeat([0, 1], 10))


def test_the_error_of_a_gain_is_worked_out_between_accounts():
    gains = np.tile([1.0, -0.5], 10)
    assert measure_gain(gains, np.ones(20), np.arange(20)) == pytest.approx((0.25, 0.769 / np.sqrt(20)), abs=1e-3)
    assert measure_gain(np.sort(gains), np.ones(20), np.repeat([0, 1], 10)) == pytest.approx((0.25, 0.75))
    assert np.isnan(measure_gain(gains, np.ones(20), np.zeros(20, dtype=int))[1])


def test_losses_of_certain_mistakes_are_finite():
    assert np.isfinite(measure_losses(np.array([0.0, 1.0]), np.array([1.0, 0.0]))).all()
    assert measure_losses(np.array([0.25]), np.array([1.0])) == pytest.approx(-np.log(0.25))
    assert to_log_odds(np.array([0.5])) == pytest.approx(0.0)

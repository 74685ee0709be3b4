import dataclasses

import numpy as np
import polars as pl
import pytest
import shap

from analytics.risk.calibration import AffineCalibrator
from analytics.risk.explain import convert_to_points, rank_reasons, sum_families, sum_sources
from analytics.risk.train import LabelledRows, TrainingPlan, fit_model


def test_points_worked_out_by_hand():
    # m0 = 0, phi = (2, -1): m = 1. g = logistic: p0 = .5, p = .7310586, so 23.10586 points for 1 log-odds:
    # the columns get +46.21172 and -23.10586 points.
    base, points, predictions = convert_to_points(
        np.array([[2.0, -1.0, 0.0]]), AffineCalibrator(slope=1.0, intercept=0.0)
    )
    assert base == 0.5
    np.testing.assert_allclose(predictions, [0.7310586], atol=1e-7)
    np.testing.assert_allclose(points, [[0.4621172, -0.2310586]], atol=1e-7)


def test_contributions_that_cancel_take_the_limit():
    # m = m0: the rate is the derivative g'(0) = .25, so +2 and -2 log-odds are +50 and -50 points.
    base, points, predictions = convert_to_points(
        np.array([[2.0, -2.0, 0.0]]), AffineCalibrator(slope=1.0, intercept=0.0)
    )
    np.testing.assert_allclose(points, [[0.5, -0.5]])
    assert base == predictions[0] == 0.5


def test_base_and_points_add_up_to_the_score_on_the_card(company, trained):
    base, points, predictions = trained.model.explain(company.features)
    np.testing.assert_allclose(base + points.sum(axis=1), predictions, atol=1e-12)
    np.testing.assert_array_equal(predictions, trained.model.score(company.features)["probability"].to_numpy())


def test_they_add_up_with_a_ridge_in_the_score_too(trained_small):
    rows, training = trained_small
    assert training.model.ensemble.ridge is not None
    margins, phi = training.model.contributions(rows.features)
    np.testing.assert_allclose(phi.sum(axis=1), margins, atol=2e-6)
    base, points, predictions = training.model.explain(rows.features)
    np.testing.assert_allclose(base + points.sum(axis=1), predictions, atol=1e-12)


def test_one_row_equals_its_row_in_the_batch(company, trained, trained_small):
    for rows, training in ((company, trained), trained_small):
        _, points, predictions = training.model.explain(rows.features)
        for position in (0, 17, rows.features.height - 1):
            _, alone, prediction = training.model.explain(rows.features[position])
            np.testing.assert_array_equal(alone[0], points[position])
            assert prediction[0] == predictions[position]


def test_families_and_sources_sum_to_their_members(company, trained):
    _, points, _ = trained.model.explain(company.features)
    specs = trained.model.specs
    for summed in (sum_families(points, specs), sum_sources(points, specs)):
        np.testing.assert_allclose(summed[1].sum(axis=1), points.sum(axis=1), atol=1e-12)
    derived = [dataclasses.replace(spec, source="use") for spec in specs[:2]]
    names, folded = sum_sources(points, [*derived, *specs[2:]])
    assert names[0] == "use" and len(names) == len(specs) - 1
    np.testing.assert_allclose(folded[:, 0], points[:, 0] + points[:, 1], atol=1e-15)


def test_reasons_are_those_that_raise_the_risk_highest_first():
    points = np.array([[0.1, -0.2, 0.3], [-0.1, -0.2, -0.3], [0.0, 0.2, 0.0]])
    np.testing.assert_array_equal(rank_reasons(points), [[2, 0, -1], [-1, -1, -1], [1, -1, -1]])
    np.testing.assert_array_equal(rank_reasons(points[:, :2]), [[0, -1, -1], [-1, -1, -1], [1, -1, -1]])


def test_contributions_are_those_of_shap(company):
    numbers = company.features.select("weekly_use", "first_response_hours", "noise")
    rows = LabelledRows(features=numbers, churned=company.churned, accounts=company.accounts)
    model = fit_model(rows.features, rows.churned, rows.accounts, plan=TrainingPlan(n_refits=0))
    _, phi = model.contributions(numbers[:100])
    matrix = model.encode(numbers[:100])
    explainers = [shap.TreeExplainer(booster) for booster in model.ensemble.loaded]
    peers = np.mean([explainer.shap_values(matrix) for explainer in explainers], axis=0)
    np.testing.assert_allclose(phi[:, :-1], peers, atol=2e-6)
    np.testing.assert_allclose(phi[0, -1], np.mean([np.ravel(e.expected_value)[0] for e in explainers]), atol=2e-6)


def test_the_column_that_tells_most_is_found_and_noise_is_small(company, trained):
    _, points, _ = trained.model.explain(company.features)
    size = dict(zip([s.name for s in trained.model.specs], np.abs(points).mean(axis=0), strict=True))
    assert max(size, key=size.get) == "weekly_use"
    assert size["noise"] < 0.3 * size["weekly_use"]


@pytest.mark.parametrize("missing", ["plan", "weekly_use"])
def test_a_missing_value_still_adds_up(company, trained, missing):
    blank = company.features[:20].with_columns(pl.lit(None, company.features[missing].dtype).alias(missing))
    base, points, predictions = trained.model.explain(blank)
    np.testing.assert_allclose(base + points.sum(axis=1), predictions, atol=1e-12)

from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from analytics import risk
from analytics.risk.columns import describe_columns, encode_columns
from analytics.risk.recipe import (
    Recipe,
    TrainingSet,
    assign_folds,
    fit_bag,
    fit_fixed,
    load_booster,
    make_dmatrix,
)
from analytics.risk.ridge import _STRENGTHS, _solve, fit_ridge, read_ridge


def prepare(rows, monotone=None) -> TrainingSet:
    specs = describe_columns(rows.features, monotone=monotone).specs
    n_rows = rows.features.height
    return TrainingSet(
        matrix=encode_columns(rows.features, specs),
        specs=specs,
        outcomes=rows.churned.cast(float).to_numpy(),
        accounts=np.arange(n_rows),
        weights=np.ones(n_rows),
    )


def test_folds_keep_accounts_whole_and_churners_even():
    generator = np.random.default_rng(3)
    accounts = generator.integers(300, size=2000)
    outcomes = (generator.random(2000) < 0.1).astype(float)
    folds = assign_folds(outcomes, accounts)
    assert all(len(np.unique(folds[accounts == account])) == 1 for account in np.unique(accounts))
    churned = np.bincount(folds, weights=outcomes)
    assert churned.max() - churned.min() <= 5
    assert np.ptp(np.bincount(folds)) <= 60


def test_folds_do_not_depend_on_the_order_of_the_rows():
    generator = np.random.default_rng(4)
    accounts, outcomes = np.arange(500), (generator.random(500) < 0.3).astype(float)
    order = generator.permutation(500)
    np.testing.assert_array_equal(
        assign_folds(outcomes, accounts)[order], assign_folds(outcomes[order], accounts[order])
    )
    assert (assign_folds(outcomes, accounts, seed=1) != assign_folds(outcomes, accounts, seed=2)).any()


def test_a_bag_is_the_same_twice_and_reports_its_progress(company):
    training = prepare(company)
    folds = assign_folds(training.outcomes, training.accounts)
    steps: list[tuple[str, int, int]] = []
    first = fit_bag(training, folds, progress=lambda *step: steps.append(step))
    second = fit_bag(training, folds)
    assert first.boosters == second.boosters
    np.testing.assert_array_equal(first.oof_margins, second.oof_margins)
    assert steps == [("training", done, 5) for done in range(1, 6)]
    assert [load_booster(b).num_boosted_rounds() for b in first.boosters] == list(first.best_rounds)


def test_a_row_is_judged_by_the_booster_that_did_not_see_its_fold(company):
    # The rounds are the mean best round of the four other boosters, so that no outcome picks its own judge.
    training = prepare(company)
    folds = assign_folds(training.outcomes, training.accounts)
    bag = fit_bag(training, folds)
    longest = int(np.argmax(bag.best_rounds))
    rounds = round(np.mean([rounds for fold, rounds in enumerate(bag.best_rounds) if fold != longest]))
    held = folds == longest
    data = make_dmatrix(training.matrix[held], training.specs)
    margins = load_booster(bag.boosters[longest]).predict(data, output_margin=True, iteration_range=(0, rounds))
    np.testing.assert_allclose(bag.oof_margins[held], margins, atol=1e-6)


def test_a_direction_holds_at_every_point_of_a_grid(company):
    training = prepare(company, monotone={"noise": 1})
    bag = fit_bag(training, assign_folds(training.outcomes, training.accounts))
    position = [spec.name for spec in training.specs].index("noise")
    moved = training.matrix[:200].copy()
    last = np.full(200, -np.inf)
    for value in np.linspace(-3, 3, 9):
        moved[:, position] = value
        margins = load_booster(bag.boosters[0]).predict(make_dmatrix(moved, training.specs), output_margin=True)
        assert (margins >= last - 1e-6).all()
        last = margins


def test_a_refit_with_counts_equals_a_fit_on_copied_rows(company):
    # subsample 1 and no column sampling: nothing random is left, so counting a row twice is having it twice.
    training = prepare(company).select(np.arange(300))
    recipe = Recipe(subsample=1.0, colsample_bynode=1.0)
    counts = np.random.default_rng(0).integers(0, 3, size=300).astype(float)
    counted = fit_fixed(training, rounds=5, repeats=counts[None, :], recipe=recipe)[0]
    copied_rows = training.select(np.repeat(np.arange(300), counts.astype(int)))
    copied = fit_fixed(copied_rows, rounds=5, repeats=np.ones((1, len(copied_rows.outcomes))), recipe=recipe)[0]
    data = make_dmatrix(training.matrix, training.specs)
    first, second = (load_booster(b).predict(data, output_margin=True) for b in (counted, copied))
    assert np.corrcoef(first, second)[0, 1] > 0.995


def test_the_ridge_equals_scikit_learns():
    generator = np.random.default_rng(0)
    design = generator.normal(size=(200, 6))
    outcomes = (generator.random(200) < 0.4).astype(float)
    weights = generator.integers(1, 4, size=200).astype(float)
    for strength in _STRENGTHS:
        reference = LogisticRegression(C=1.0 / strength, tol=1e-10, max_iter=5000)
        reference.fit(design, outcomes, sample_weight=weights)
        solved = _solve(design, outcomes, weights, strength)
        np.testing.assert_allclose(solved[:-1], reference.coef_[0], atol=1e-4)
        np.testing.assert_allclose(solved[-1], reference.intercept_[0], atol=1e-4)


def test_the_contributions_of_the_ridge_add_up_and_survive_storage(company):
    training = prepare(company).select(np.arange(300))
    ridge = fit_ridge(training, assign_folds(training.outcomes, training.accounts[:300]))
    shares = ridge.predict_contributions(training.matrix)
    assert shares.shape == (300, len(training.specs) + 1)
    np.testing.assert_allclose(shares.sum(axis=1), ridge.predict_margins(training.matrix), atol=1e-12)
    one = ridge.predict_margins(training.matrix[7:8])
    np.testing.assert_array_equal(one, ridge.predict_margins(training.matrix)[7:8])
    assert read_ridge(ridge.to_dict()) == ridge


def test_no_class_weights_and_no_resampling_anywhere_in_the_package():
    # Both raise the probabilities above the observed rate: a shown probability would no longer mean what it says.
    words = ("scale_pos_weight", "class_weight", "is_unbalance", "imblearn", "SMOTE", "undersampl", "oversampl")
    sources = sorted(Path(risk.__file__).parent.glob("*.py"))
    assert sources
    assert [(path.name, word) for path in sources for word in words if word in path.read_text("utf-8")] == []

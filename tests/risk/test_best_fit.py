"""Three configurations on the same folds: the first stays unless another is better by more than chance."""

import numpy as np
import polars as pl
import pytest

from analytics.risk import best_fit
from analytics.risk.best_fit import choose_accounts, fit_best
from analytics.risk.columns import describe_columns, encode_columns
from analytics.risk.recipe import CONFIGURATIONS, TrainingSet, assign_folds
from analytics.risk.train import TrainingPlan, train_model
from tests.risk.conftest import simulate_rows


def make_training(features: pl.DataFrame, outcomes: np.ndarray) -> TrainingSet:
    specs = describe_columns(features).specs
    rows = len(outcomes)
    return TrainingSet(
        matrix=encode_columns(features, specs),
        specs=specs,
        outcomes=outcomes.astype(float),
        accounts=np.arange(rows),
        weights=np.ones(rows),
    )


def test_the_card_names_the_configuration_in_force_and_how_all_three_did():
    training = train_model(simulate_rows(1200), plan=TrainingPlan(n_refits=0))
    said = {row.metric: row.text for row in training.model.card}
    chosen, losses = said["configuration"].split("; log-loss of each: ")
    by_name = {name: float(loss) for name, loss in (part.split() for part in losses.split(", "))}
    assert list(by_name) == list(CONFIGURATIONS)
    assert training.model.recipe == CONFIGURATIONS[chosen]
    assert chosen == "A" or by_name[chosen] < by_name["A"]
    assert said["calibrator"] in ("affine", "beta", "isotonic")


def test_a_truth_of_deep_corners_takes_the_deep_configuration():
    # a customer leaves where an odd number of six flags is up: no tree of three or four levels sees any of it
    flags = np.random.default_rng(0).integers(0, 2, size=(3000, 6))
    features = pl.DataFrame({f"flag_{n}": flags[:, n].astype(float) for n in range(6)})
    training = make_training(features, flags.sum(axis=1) % 2)
    folds = assign_folds(training.outcomes, training.accounts)
    best = fit_best(training, folds)
    assert best.recipe == CONFIGURATIONS["B"]
    assert best.card[0].text.startswith("B; ")


def test_many_rows_are_compared_on_whole_accounts_the_same_ones_every_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(best_fit, "MOST_ROWS", 100)
    training = make_training(pl.DataFrame({"a": np.zeros(250)}), np.zeros(250))
    accounts = np.arange(250) // 5
    rows = choose_accounts(
        TrainingSet(**{**{name: getattr(training, name) for name in training.__slots__}, "accounts": accounts})
    )
    # 250 rows in parts of at most 100 are three parts: accounts 0, 3, 6, … of 50, that is 17 with five rows each
    assert rows.sum() == 85
    assert set(accounts[rows]) == set(range(0, 50, 3))

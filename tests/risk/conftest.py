"""Data the tests of the risk model share: a small company whose churn is known, and the real telco snapshot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analytics.risk.train import LabelledRows, Training, TrainingPlan, train_model


def simulate_rows(n_rows: int, seed: int = 0) -> LabelledRows:
    """Churn depends on use, response time and plan; `noise` and a tenth of missing response times tell
    nothing.
    """
    generator = np.random.default_rng(seed)
    use, response, noise = generator.normal(size=(3, n_rows))
    plan = generator.choice(["free", "pro", "team"], size=n_rows)
    is_paused = generator.random(n_rows) < 0.2
    log_odds = -1.2 - 1.2 * use + 0.8 * response + np.where(plan == "free", 0.9, 0.0)
    churned = generator.random(n_rows) < 1.0 / (1.0 + np.exp(-log_odds))
    response[generator.random(n_rows) < 0.1] = np.nan
    features = pl.DataFrame(
        {"weekly_use": use, "first_response_hours": response, "noise": noise, "plan": plan, "is_paused": is_paused}
    )
    accounts = pl.Series([f"c{position:05d}" for position in range(n_rows)])
    return LabelledRows(features=features, churned=pl.Series(churned), accounts=accounts)


@pytest.fixture(scope="session")
def company() -> LabelledRows:
    """1,200 customers of `simulate_rows`."""
    return simulate_rows(1200)


@pytest.fixture(scope="session")
def trained(company: LabelledRows) -> Training:
    """The default model of `company`, with three refits for its bands."""
    return train_model(company, plan=TrainingPlan(n_refits=3))


@pytest.fixture(scope="session")
def trained_small() -> tuple[LabelledRows, Training]:
    """300 customers: few enough that a ridge logistic has half a say."""
    rows = simulate_rows(300, seed=5)
    return rows, train_model(rows, plan=TrainingPlan(n_refits=2))


@pytest.fixture
def telco(shared_data: Callable[[str], Path]) -> LabelledRows:
    """The 7,043 customers of telco_ibm; the 11 blank TotalCharges are null."""
    table = pl.read_csv(shared_data("telco_ibm") / "Telco-Customer-Churn.csv", null_values=[" "])
    return LabelledRows(
        features=table.drop("Churn", "customerID"), churned=table["Churn"] == "Yes", accounts=table["customerID"]
    )

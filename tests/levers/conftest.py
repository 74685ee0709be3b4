"""A trained snapshot whose churn is known: it rises with the response time and falls with use."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.risk.pipeline import train_dataset
from analytics.store.dataset import Dataset
from tests.metrics.factory import build


def simulate_customers(n_rows: int) -> pl.DataFrame:
    generator = np.random.default_rng(3)
    use, response = generator.normal(size=n_rows), generator.gamma(2.0, 6.0, size=n_rows)
    log_odds = -2.2 - 1.2 * use + 0.12 * response
    churned = generator.random(n_rows) < 1 / (1 + np.exp(-log_odds))
    response[::10] = np.nan
    return pl.DataFrame(
        {
            "customer_id": [f"C{n:04d}" for n in range(n_rows)],
            "churned": churned,
            "weekly_use": use,
            "first_response_hours_90": response,
            "plan": generator.choice(["free", "pro"], size=n_rows),
        }
    ).with_columns(pl.col("first_response_hours_90").fill_nan(None))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """900 customers; the response time is the shipped lever `first_response_hours`, use is a column of the file."""
    return train_dataset(build(tmp_path_factory.mktemp("levers"), {"snapshot": simulate_customers(900)}))


def declare(dataset: Dataset, **levers: dict[str, Any]) -> Dataset:
    """The same data and model under settings that declare these levers."""
    settings = replace(dataset.info.settings, levers=levers)
    return replace(dataset, info=replace(dataset.info, settings_json=settings.to_json()))

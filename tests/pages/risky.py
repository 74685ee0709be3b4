"""Data sets for the pages about risk: one whose model is refused, one nobody has trained."""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from analytics.contract.settings import Settings
from analytics.risk.pipeline import train_dataset
from analytics.store.dataset import Dataset
from tests.metrics.factory import build
from tests.pages.companies import folder

CHURNERS = 12  # 30 are needed


def rows_of(customers: int, churners: int) -> pl.DataFrame:
    """A snapshot: ids, who left, a tenure, a number and a text."""
    draws = np.random.default_rng(3)
    return pl.DataFrame(
        {
            "customer_id": [f"R{number:04}" for number in range(customers)],
            "churned": [number < churners for number in range(customers)],
            "tenure": draws.integers(0, 60, size=customers).astype(float),
            "charges": draws.normal(50, 9, size=customers).round(2),
            "plan": draws.choice(["basic", "pro"], size=customers),
        }
    )


@cache
def untrained_file() -> Path:
    """A snapshot without a model."""
    return build_snapshot("untrained").name


@cache
def refused_file() -> Path:
    """A snapshot with too few departures to learn from: training it ends in a refusal."""
    dataset = build_snapshot("refused")
    train_dataset(dataset, progress=lambda share, doing: None)
    return dataset.name


def build_snapshot(name: str) -> Dataset:
    """The snapshot under a name of its own."""
    return build(folder() / name, {"snapshot": rows_of(200, CHURNERS)}, Settings(), unit="months")

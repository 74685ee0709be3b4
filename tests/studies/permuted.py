"""Is nothing explained where there is nothing to learn? Outcomes dealt out at random, over many seeds."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from analytics.risk.train import LabelledRows, TrainingPlan, train_model
from tests.risk.conftest import simulate_rows

ROWS = 500


def study_permuted(seeds: Iterable[int]) -> pl.DataFrame:
    """One row per seed: seed, verdict of a model of 500 customers whose outcomes were shuffled."""
    company = simulate_rows(1200)
    found = [(seed, fit_shuffled(company, seed)) for seed in seeds]
    return pl.DataFrame(found, schema=["seed", "verdict"], orient="row")


def fit_shuffled(company: LabelledRows, seed: int) -> str:
    """The verdict on one shuffle."""
    order = np.random.default_rng(seed).permutation(ROWS)
    rows = LabelledRows(
        features=company.features[:ROWS],
        churned=company.churned[:ROWS].gather(order),
        accounts=company.accounts[:ROWS],
    )
    return train_model(rows, plan=TrainingPlan(n_refits=0)).model.verdict


def sum_up(found: pl.DataFrame) -> pl.DataFrame:
    """One row: seeds, and the share of them on which nothing is explained."""
    return found.select(seeds=pl.len(), nothing_explained=(pl.col("verdict") != "usable").mean())

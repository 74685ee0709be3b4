"""Three data sets every page must cope with, each built once per test run: a whole company, orders only, a snapshot."""

import atexit
import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from analytics.contract.settings import Settings
from analytics.intake.check import check_source
from analytics.intake.sample import write_sample
from analytics.risk.pipeline import train_dataset
from analytics.store.build import build_dataset
from tests.metrics.factory import build

CUSTOMERS, MONTHS = 400, 12  # as small as leaves every page something to show


@cache
def folder() -> Path:
    """Where they lie; gone when the tests are over."""
    path = Path(tempfile.mkdtemp(prefix="holdfast-pages-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def company_file() -> Path:
    """The sample company with a trained model."""
    source, name = folder() / "sample", folder() / "company.duckdb"
    write_sample(source, customers=CUSTOMERS, months=MONTHS)
    dataset = build_dataset(check_source(source, {}, None, folder() / "checked"), name)
    train_dataset(dataset, horizon_days=None, progress=lambda share, doing: None)
    return name


@cache
def orders_file() -> Path:
    """Orders alone, no attributes, as many shops have them: 300 customers over ten months, the last one unfinished."""
    draws = np.random.default_rng(5)
    first_on, as_of = dt.datetime(2024, 1, 1), dt.datetime(2024, 10, 12)
    rows = []
    for customer in range(300):
        start = float(draws.integers(0, 240))
        for gap in draws.exponential(35, size=draws.integers(1, 12)):
            occurred_at = first_on + dt.timedelta(days=start)
            rows.append({"customer_id": f"{customer:04}", "occurred_at": occurred_at, "amount": 20.0})
            start += float(gap)
    kept = [row for row in rows if row["occurred_at"] <= as_of]
    return build(folder() / "orders", {"events": kept}).name


@cache
def snapshot_file() -> Path:
    """One row per customer without dates: the shorter the tenure, the more have left."""
    draws = np.random.default_rng(7)
    tenure = draws.integers(0, 73, size=600)
    churned = draws.random(600) < 0.6 - tenure / 150
    rows = pl.DataFrame(
        {
            "customer_id": [f"S{number:04}" for number in range(600)],
            "churned": churned,
            "tenure": tenure.astype(float),
            "contract": draws.choice(["monthly", "yearly"], size=600),
            "charges": draws.normal(60, 10, size=600).round(2),
        }
    )
    return build(folder() / "snapshot", {"snapshot": rows}, Settings(), unit="months").name

"""One small company, written once for all tests of the sample."""

import json
from typing import Any

import polars as pl
import pytest

from analytics.intake.sample import SampleSummary, write_sample

N_CUSTOMERS = 600


@pytest.fixture
def quick_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the tables measure the truth from one scene and one future only."""
    monkeypatch.setattr("analytics.intake.sample.truth._N_SCENES", 1)
    monkeypatch.setattr("analytics.intake.sample.truth._FUTURES_NOW", 1)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    """The summary of a company of 600 customers over 18 months, seed 3."""
    return write_sample(tmp_path_factory.mktemp("sample"), customers=N_CUSTOMERS, months=18, seed=3)


@pytest.fixture(scope="session")
def tables(written: SampleSummary) -> dict[str, pl.DataFrame]:
    """Its Parquet files by name, truth_hazards included."""
    return {path.stem: pl.read_parquet(path) for path in sorted(written.folder.glob("*.parquet"))}


@pytest.fixture(scope="session")
def truth(written: SampleSummary) -> dict[str, Any]:
    """Its truth.json."""
    found: dict[str, Any] = json.loads((written.folder / "truth.json").read_text(encoding="utf-8"))
    return found

"""Do the stages tell the truth? Sample companies of many seeds, beside what their `truth.json` says of them.

Run all of it: `python3 run.py studies stages`.
"""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from analytics.cli.commands import build_from
from analytics.intake.sample import write_sample
from analytics.metrics.question import Question
from analytics.metrics.stage_changes import stage_history
from analytics.metrics.stages import stages
from analytics.store.dataset import Dataset, open_dataset


def study_stage_rates(seeds: Iterable[int], customers: int = 2000, months: int = 30) -> pl.DataFrame:
    """One row per seed and stage.

    seed, stage, truth (departures per customer-month the company's hazards amount to), rate, low, high (`stages`),
    is_covered, incident (whether the planted incident lies in this stage), is_named (whether the history of quarters
    says that the stage's rate rose in the incident's), n_others (other quarters of the stage named, either way).
    """
    rows = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            dataset, truth = build_company(Path(folder), seed, customers, months)
            found = {row["stage"]: row for row in stages(dataset, Question()).to_dicts()}
            history = stage_history(dataset, Question(period="quarter"))
        rows += [
            {"seed": seed, "stage": stage, **compare(found[stage], rate), **look_for(history, truth["incident"], stage)}
            for stage, rate in truth["stage_rates"].items()
        ]
    return pl.DataFrame(rows)


def build_company(folder: Path, seed: int, customers: int, months: int) -> tuple[Dataset, dict[str, Any]]:
    """The sample company as anybody gets it, and its truth."""
    write_sample(folder / "tables", customers=customers, months=months, seed=seed)
    truth = json.loads((folder / "tables" / "truth.json").read_text(encoding="utf-8"))
    name = folder / "company.duckdb"
    build_from(folder / "tables", name, None, None, lambda share, doing: None)
    return open_dataset(name), truth


def compare(found: dict[str, Any], truth: float) -> dict[str, Any]:
    """truth, rate, low, high, is_covered of one stage."""
    is_covered = found["low"] is not None and found["low"] <= truth <= found["high"]
    return {"truth": truth, "rate": found["churn_rate"], "low": found["low"], "high": found["high"]} | {
        "is_covered": is_covered
    }


def look_for(history: pl.DataFrame, incident: dict[str, str], stage: str) -> dict[str, Any]:
    """incident, is_named, n_others of one stage."""
    named = history.filter((pl.col("stage") == stage) & pl.col("verdict").is_in(["rose", "fell"]))
    is_planted = pl.col("period") == pl.lit(incident["from"]).str.to_date()
    return {
        "incident": stage == incident["stage"],
        "is_named": named.filter(is_planted & (pl.col("verdict") == "rose")).height > 0,
        "n_others": named.filter(~is_planted).height,
    }


def sum_up(found: pl.DataFrame) -> pl.DataFrame:
    """One row: intervals, covered (share), incidents, named (share), others named by seed (a mean)."""
    planted = found.filter("incident")
    return pl.DataFrame(
        {
            "intervals": [found.height],
            "covered": [found["is_covered"].mean()],
            "incidents": [planted.height],
            "named": [planted["is_named"].mean()],
            "others_by_seed": [found["n_others"].sum() / found["seed"].n_unique()],
        }
    )

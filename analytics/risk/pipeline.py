"""Training and scoring a data set: each ends in a new published version with the facts carried over."""

from typing import Final

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.intake.checked import Progress
from analytics.risk.calibration import Floats
from analytics.risk.explain import rank_reasons, sum_sources
from analytics.risk.frames import read_notes, read_recent_rows, read_scoring_rows, read_training_rows
from analytics.risk.model import RiskModel
from analytics.risk.train import LabelledRows, Training, TrainingPlan, train_model
from analytics.store.build import extend_dataset
from analytics.store.dataset import Dataset

N_REASONS: Final = 3
HIGH, ELEVATED, LOW = "high", "elevated", "low"
SCORE_SCHEMA: Final = {
    "customer_key": pl.Int32(),
    **dict.fromkeys(("probability", "low", "high", "margin"), pl.Float64()),
    "band": pl.String(),
    **{f"{part}_{n}": kind for n in (1, 2, 3) for part, kind in (("reason", pl.String()), ("points", pl.Float64()))},
}

PAST_SCHEMA: Final = {
    "customer_key": pl.Int32(),
    "snapshot_on": pl.Date(),
    "probability": pl.Float64(),
    "churned": pl.Int8(),
}


def train_dataset(dataset: Dataset, *, horizon_days: int | None = None, progress: Progress | None = None) -> Dataset:
    """Fits the model, scores everybody and publishes both. A refused model is published too: pages read the refusal
    from it.
    """
    churn = dataset.info.settings.churn
    horizon = churn.horizon_days if horizon_days is None else horizon_days
    if horizon < 1:
        raise UserError(f"a horizon of {horizon} days is not possible.", "--horizon", "Give at least one day.")
    rows = read_training_rows(dataset, horizon_days=horizon)
    is_dated = rows.snapshots_on is not None
    plan = TrainingPlan(
        horizon_days=horizon if is_dated else None,
        gap_days=churn.gap_days if is_dated else None,
        recognised=dataset.info.recognised,
        label_name="churned",
    )
    report = (lambda phase, done, total: progress(done / total, phase)) if progress else None
    notes = read_notes(rows.features, dataset.info.settings)
    training = train_model(rows, notes=notes, plan=plan, progress=report)
    return _publish(dataset, training.model, {"past_scores": score_past(dataset, rows, training)} if is_dated else {})


def score_dataset(dataset: Dataset, *, progress: Progress | None = None) -> Dataset:
    """Scores everybody with the stored model and publishes. UserError before training."""
    if progress:
        progress(0.1, "scoring")
    return _publish(dataset, read_model(dataset), {})


def read_model(dataset: Dataset) -> RiskModel:
    """The stored model, refused or not. UserError before training."""
    if "risk_model" not in dataset.tables():
        raise UserError(
            "no risk model has been trained yet.",
            str(dataset.name),
            f"Run `holdfast train --file {dataset.name}`.",
        )
    return RiskModel.from_bytes(dataset.fact("risk_model")["model"][0])


def _publish(dataset: Dataset, model: RiskModel, further: dict[str, pl.DataFrame]) -> Dataset:
    tables = {
        **further,
        "scores": score_rows(model, read_scoring_rows(dataset)),
        "risk_model": pl.DataFrame({"model": [model.to_bytes()]}),
    }
    return extend_dataset(dataset, tables, verdict=state_verdict(model))


def score_past(dataset: Dataset, rows: LabelledRows, training: Training) -> pl.DataFrame:
    """One row per customer learnt from and monthly snapshot: customer_key, snapshot_on, probability, churned.

    Where the outcome is known the probability comes from a model that had not seen the customer; later on, with churned
    null, from the model in force. No rows where the model may not be shown.
    """
    if not training.model.is_usable or rows.snapshots_on is None:
        return pl.DataFrame(schema=PAST_SCHEMA)
    known = training.out_of_fold.select("probability", "churned").with_columns(
        customer_key=rows.accounts, snapshot_on=rows.snapshots_on
    )
    recent = read_recent_rows(dataset, rows)
    later = training.model.score(recent.drop("customer_key", "snapshot_on")).select(
        "probability",
        churned=pl.lit(None, dtype=pl.Float64),
        customer_key=recent["customer_key"],
        snapshot_on=recent["snapshot_on"],
    )
    parts = [part.select(pl.col(name).cast(kind) for name, kind in PAST_SCHEMA.items()) for part in (known, later)]
    return pl.concat(parts).sort("customer_key", "snapshot_on")


def state_verdict(model: RiskModel) -> str:
    """One line: `usable: …` or `refused: …`, with the reason."""
    if model.is_usable:
        return f"usable: {model.reason}"
    return f"refused: {model.reason}" if model.verdict == "refused" else f"refused: {model.verdict}: {model.reason}"


def score_rows(model: RiskModel, rows: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `rows` (customer_key and features): probability with its band over refits, and the three
    reasons that raise
    it most, in points of probability. Everything is null when the model may not be shown."""
    features = rows.drop("customer_key")
    if not model.is_usable or not rows.height:
        return rows.select("customer_key").match_to_schema(SCORE_SCHEMA, missing_columns="insert")
    scores = model.score(features).with_columns(customer_key=rows["customer_key"])
    _, points, _ = model.explain(features)
    names, folded = sum_sources(points, model.specs)
    labels = {spec.source: spec.label for spec in model.specs}
    reasons = _name_reasons([labels[name] for name in names], folded)
    scored = scores.with_columns(band=_band(pl.col("probability"))).hstack(reasons)
    return scored.select(pl.col(name).cast(kind) for name, kind in SCORE_SCHEMA.items())


def _band(probability: pl.Expr) -> pl.Expr:
    """Against the average risk of everybody scored: high from twice of it, elevated above it."""
    average = probability.mean()
    return (
        pl.when(probability >= 2 * average)
        .then(pl.lit(HIGH))
        .when(probability > average)
        .then(pl.lit(ELEVATED))
        .otherwise(pl.lit(LOW))
    )


def _name_reasons(labels: list[str], points: Floats) -> pl.DataFrame:
    order = rank_reasons(points, N_REASONS)
    rows = np.arange(len(points))
    named = pl.Series([*labels, None], dtype=pl.String)  # the last one where nothing raises the risk
    columns: dict[str, pl.Series] = {}
    for n in range(N_REASONS):
        chosen = order[:, n]
        columns[f"reason_{n + 1}"] = named.gather(np.where(chosen >= 0, chosen, len(labels)))
        columns[f"points_{n + 1}"] = pl.Series(np.where(chosen >= 0, points[rows, chosen], np.nan)).fill_nan(None)
    return pl.DataFrame(columns)

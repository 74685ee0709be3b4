"""What is asked of the scores: everybody's risk, one customer's reasons, the model's card."""

from typing import Any

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.customers import find_key
from analytics.metrics.question import Question, name_groups
from analytics.risk.frames import read_scoring_rows
from analytics.risk.pipeline import SCORE_SCHEMA, read_model
from analytics.store.dataset import Dataset

RISK_COLUMNS = (
    "customer_id", "probability", "low", "high", "band", "stage", "mrr", "expected_loss",
    "reason_1", "points_1", "reason_2", "points_2", "reason_3", "points_3",
)  # fmt: skip
NOT_TRAINED = "no risk model has been trained yet"


def show_risk(dataset: Dataset, where: str = "", by: str = "") -> pl.DataFrame:
    """One row per customer scored: calibrated probability with its p10–p90 band over refits, stage, MRR (currency a
    month), expected loss (probability × MRR), three reasons in points of probability and, with `by`, the customer's
    group. Null before training and when the model was refused.
    """
    question = Question(where=where, by=by)
    if "scores" in dataset.tables():
        return name_groups(dataset.query("risk", question.chosen).select(*RISK_COLUMNS, "segment"), question)
    types = {
        **SCORE_SCHEMA,
        "customer_id": pl.String,
        "stage": pl.String,
        "mrr": pl.Float64,
        "expected_loss": pl.Float64,
        "segment": pl.String,
    }
    rows = dataset.query("unscored", question.chosen).match_to_schema(
        {name: types[name] for name in (*RISK_COLUMNS, "segment")}, missing_columns="insert"
    )
    return name_groups(rows, question)


def model_card(dataset: Dataset) -> pl.DataFrame:
    """One row per metric of the model: metric, value, low, high, baseline (what a model without knowledge shows), text.
    Before training: the verdict row alone."""
    if "risk_model" not in dataset.tables():
        return pl.DataFrame({"metric": ["verdict"], "text": [NOT_TRAINED]}).select(
            "metric",
            *(pl.lit(None, pl.Float64).alias(name) for name in ("value", "low", "high", "baseline")),
            "text",
        )
    verdict = pl.when(pl.col("metric") == "verdict").then(pl.lit(dataset.info.verdict)).otherwise(pl.col("text"))
    return read_model(dataset).show_card().with_columns(text=verdict)


def explain_customer(dataset: Dataset, customer_id: str) -> dict[str, Any]:
    """`customer_id`, `base`, `prediction` and `contributions` [feature, label, family, value, points, log_odds],
    the largest first;
    base + sum(points) = prediction, all fractions.

    UserError for an unknown customer, one who has left, and a model that was refused or not trained.
    """
    model = read_model(dataset).require_usable()
    key = find_key(dataset, customer_id)
    rows = read_scoring_rows(dataset, key)
    if not rows.height:
        raise UserError(
            f"{customer_id} has left: there is no risk to explain.",
            str(dataset.name),
            "Choose an active customer.",
        )
    features = rows.drop("customer_key")
    base, points, predictions = model.explain(features)
    _, log_odds = model.contributions(features)
    values = features.row(0, named=True)
    contributions = [
        {
            "feature": spec.name,
            "label": spec.label,
            "family": spec.family,
            "value": values[spec.name],
            "points": float(points[0, n]),
            "log_odds": float(log_odds[0, n]),
        }
        for n, spec in enumerate(model.specs)
    ]
    contributions.sort(key=lambda one: -abs(one["points"]))
    return {
        "customer_id": customer_id,
        "base": base,
        "prediction": float(predictions[0]),
        "contributions": contributions,
    }

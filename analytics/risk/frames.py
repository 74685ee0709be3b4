"""The rows a model learns from and the rows it scores, read from a data set."""

from typing import Final

import polars as pl

from analytics.contract.features import FEATURES
from analytics.contract.settings import Settings
from analytics.risk.train import ColumnNotes, LabelledRows
from analytics.store.dataset import Chosen, Dataset

SNAPSHOTS: Final = 12  # monthly snapshots learnt from: older ones describe another company
MOST_ROWS: Final = 200_000  # beyond it whole customers are left out, the same ones every time
_KEYS = ("customer_key", "snapshot_on")


def read_training_rows(dataset: Dataset, *, horizon_days: int) -> LabelledRows:
    """Dated data: one row per customer and monthly snapshot, features from before the day, churn after the gap
    within the horizon.

    A snapshot file: one row per customer who has an outcome, every attribute and the tenure, no dates.
    """
    if dataset.info.is_snapshot:
        rows = _read_snapshot(dataset).filter(pl.col("churned").is_not_null())
        weights = rows["weight"].fill_null(1.0) if rows["weight"].null_count() < rows.height else None
        features = rows.drop("churned", "weight", "customer_key")
        return LabelledRows(features=features, churned=rows["churned"], accounts=rows["customer_key"], weights=weights)
    gap_days = dataset.info.settings.churn.gap_days
    outcomes = dataset.query("training_rows", Chosen(), gap_days=gap_days, horizon_days=horizon_days)
    outcomes = _thin(outcomes)
    rows = outcomes.join(_read_features(dataset, outcomes["snapshot_on"]), on=_KEYS, how="inner").sort(
        "snapshot_on", "customer_key"
    )
    features = rows.drop("churned", *_KEYS)
    return LabelledRows(
        features=features,
        churned=rows["churned"],
        accounts=rows["customer_key"],
        snapshots_on=rows["snapshot_on"],
    )


def read_scoring_rows(dataset: Dataset, customer_key: int | None = None) -> pl.DataFrame:
    """`customer_key` and the feature columns: every customer of a snapshot, or everybody active at the end of the
    as-of day; or the
    one asked for (no row where that customer has left)."""
    if dataset.info.is_snapshot:
        rows = _read_snapshot(dataset).drop("churned", "weight")
    else:
        latest = dataset.fact("snapshots", "is_latest = 1")["snapshot_on"]
        rows = _read_features(dataset, latest).drop("snapshot_on")
    return rows.filter(pl.col("customer_key") == customer_key) if customer_key is not None else rows


def read_recent_rows(dataset: Dataset, learnt: LabelledRows) -> pl.DataFrame:
    """`customer_key`, `snapshot_on` and the feature columns of the customers learnt from, on monthly snapshots whose
    outcome is not known yet: after the last one learnt from and before the as-of day.
    """
    last = learnt.snapshots_on.max() if learnt.snapshots_on is not None else None
    days = dataset.fact("snapshots", "is_latest = 0 and snapshot_on > $last", last=last)["snapshot_on"]
    return _read_features(dataset, days).filter(pl.col("customer_key").is_in(learnt.accounts.unique().implode()))


def read_notes(features: pl.DataFrame, settings: Settings) -> ColumnNotes:
    """Families and labels of declared features, and the directions of the levers among the numeric columns."""
    declared = {feature.name: feature for feature in FEATURES if feature.name in features.columns}
    directions = {lever.column: lever.direction for lever in settings.all_levers() if lever.column in features.columns}
    return ColumnNotes(
        families={name: feature.family for name, feature in declared.items()},
        labels={name: feature.label for name, feature in declared.items()},
        monotone={name: sign for name, sign in directions.items() if features[name].dtype.is_numeric()},
    )


def _read_snapshot(dataset: Dataset) -> pl.DataFrame:
    rows = dataset.fact("attributes").join(dataset.fact("snapshot").drop("outcome"), on="customer_key")
    empty = [
        name for name in ("tenure", "tenure_at_entry", "experiment", "arm") if rows[name].null_count() == rows.height
    ]
    return _without_dates(rows.drop("customer_id", *empty)).sort("customer_key")


def _read_features(dataset: Dataset, days: pl.Series) -> pl.DataFrame:
    features = dataset.fact("features", "snapshot_on in (select unnest($days))", days=days.unique().sort().to_list())
    # what the features say of the day wins over what the attributes say of today
    known_today = dataset.fact("attributes").drop(
        "customer_id", *(set(features.columns) - {"customer_key"}), strict=False
    )
    return features.join(_without_dates(known_today), on="customer_key").sort(*_KEYS)


def _without_dates(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(column for column in rows.columns if not rows[column].dtype.is_temporal() or column in _KEYS)


def _thin(outcomes: pl.DataFrame) -> pl.DataFrame:
    days = outcomes["snapshot_on"].unique().sort().tail(SNAPSHOTS)
    recent = outcomes.filter(pl.col("snapshot_on").is_in(days.implode()))
    n_parts = -(-recent.height // MOST_ROWS)
    return recent.filter(pl.col("customer_key") % n_parts == 0) if n_parts > 1 else recent

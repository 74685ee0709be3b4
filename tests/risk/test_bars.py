"""What the model must reach on real snapshots, untouched: built from the file as it comes, judged out of fold."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.intake.check import check_source
from analytics.risk.frames import read_notes, read_training_rows
from analytics.risk.train import TrainingPlan, train_model
from analytics.store.build import build_dataset


@pytest.mark.parametrize(
    ("folder", "file", "most"),
    [("bank_churn_10k", "Churn_Modelling.csv", 0.337), ("orange_3333", "churn_3333.csv", 0.165)],
)
def test_the_log_loss_meets_its_bar_and_is_below_the_default_boosters(
    shared_data: Callable[[str], Path], tmp_path: Path, folder: str, file: str, most: float
) -> None:
    checked = check_source(shared_data(folder) / file, {}, None, tmp_path / "checked")
    dataset = build_dataset(checked, tmp_path / "real.duckdb")
    rows = read_training_rows(dataset, horizon_days=90)
    plan = TrainingPlan(label_name="churned", n_refits=0)
    model = train_model(rows, notes=read_notes(rows.features, dataset.info.settings), plan=plan).model
    card = {row.metric: row for row in model.card}
    assert card["log_loss"].value <= most
    assert card["log_loss_xgboost_default"].low > 0
    assert card["log_loss_base_rate"].low > 0

import numpy as np
import polars as pl
import pytest

from analytics.risk.audit import audit_columns, judge_name, measure_single_auc
from analytics.risk.recipe import assign_folds


def audit(features: pl.DataFrame, outcomes: np.ndarray, **options) -> dict[str, tuple[str, bool]]:
    folds = assign_folds(outcomes, np.arange(len(outcomes)))
    found = audit_columns(features, outcomes, folds, **options)
    assert found.columns == ["column", "finding", "evidence", "refused"]
    return {row["column"]: (row["finding"], row["refused"]) for row in found.iter_rows(named=True)}


@pytest.fixture
def outcomes() -> np.ndarray:
    return (np.random.default_rng(2).random(1000) < 0.25).astype(float)


def test_copies_of_the_outcome_in_any_dress_are_refused(outcomes):
    generator = np.random.default_rng(3)
    churned = outcomes > 0.5
    features = pl.DataFrame(
        {
            "as_number": 1 - outcomes,
            "as_text": np.where(churned, "gone", "here"),
            "filled_only_for_leavers": pl.Series(np.where(churned, generator.normal(size=1000), np.nan)),
            "exit_code": np.where(churned, generator.integers(1, 20, 1000), generator.integers(20, 40, 1000)),
            "in_the_middle": np.where(churned, 0.0, generator.choice([-1.0, 1.0], 1000))
            + generator.normal(size=1000) / 9,
            "almost": np.where(generator.random(1000) < 0.01, 1 - outcomes, outcomes),
            "honest": outcomes + generator.normal(size=1000),
        }
    )
    found = audit(features, outcomes)
    assert set(found) == {*features.columns} - {"honest"}
    assert set(found.values()) == {("leak", True)}


def test_a_refused_column_can_be_allowed_but_an_id_cannot(outcomes):
    features = pl.DataFrame({"copy": outcomes, "code": [f"id {n}" for n in range(1000)]})
    found = audit(features, outcomes, allowed=("copy", "code"))
    assert found == {"copy": ("leak", False), "code": ("id_like", True)}


def test_noise_alone_never_looks_like_a_leak(outcomes):
    generator = np.random.default_rng(4)
    column = pl.Series("noise", generator.choice([f"level {n}" for n in range(40)], size=1000))
    folds = assign_folds(outcomes, np.arange(1000))
    assert measure_single_auc(column, outcomes, folds) < 0.6


@pytest.mark.parametrize(
    ("name", "label", "finding"),
    [
        ("Churn Score", "Churn Value", "named_after_outcome"),
        ("Churn Reason", "Churn Value", "named_after_outcome"),
        ("ChurnLabel", "Churn", "named_after_outcome"),
        ("exit_survey", "Exited", ""),
        ("exited_flag", "churned", "named_after_outcome"),
        ("Reason for leaving", "left", "names_a_reason"),
        ("CLTV", "Churn", "lifetime_value"),
        ("Customer Lifetime Value", "Response", "lifetime_value"),
        ("CreditScore", "Exited", ""),
        ("Satisfaction Score", "Exited", ""),
        ("customer_age", "customer_status", ""),
        ("Point Earned", "Exited", ""),
    ],
)
def test_names_that_tell_the_outcome(name, label, finding):
    judged = judge_name(name, label)
    assert (judged.finding if judged else "") == finding


def test_the_bank_refuses_complain_and_keeps_the_honest_scores(shared_data):
    table = pl.read_csv(shared_data("bank_churn_10k") / "Customer-Churn-Records.csv")
    found = audit(table.drop("Exited"), table["Exited"].cast(float).to_numpy(), label_name="Exited")
    assert found == {
        "RowNumber": ("id_like", True),
        "CustomerId": ("id_like", True),
        "Surname": ("too_many_levels", True),
        "Complain": ("leak", True),
    }


def test_the_rich_telco_set_refuses_what_was_known_only_afterwards(shared_data):
    table = pl.read_csv(shared_data("telco_ibm_rich") / "Telco_customer_churn.csv", null_values=[" "])
    outcomes = table["Churn Value"].cast(float).to_numpy()
    found = audit(table.drop("Churn Value"), outcomes, label_name="Churn Value")
    refused = {
        name for name, (finding, _) in found.items() if finding not in ("constant", "id_like", "too_many_levels")
    }
    assert refused == {"Churn Label", "Churn Score", "CLTV", "Churn Reason"}
    assert {name for name, (finding, _) in found.items() if finding == "constant"} == {"Count", "Country", "State"}

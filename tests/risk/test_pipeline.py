"""Training and scoring publish new versions; what was there stays, and a refusal is kept as well."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Churn, Settings
from analytics.risk.frames import read_training_rows
from analytics.risk.pipeline import read_model, score_dataset, train_dataset
from analytics.risk.scores import explain_customer, model_card, show_risk
from analytics.store.dataset import Dataset, open_dataset
from tests.metrics.factory import build, day


def simulate_snapshot(n_rows: int, *, with_signal: bool = True) -> pl.DataFrame:
    generator = np.random.default_rng(8)
    use = generator.normal(size=n_rows)
    churned = generator.random(n_rows) < 1 / (1 + np.exp(1.0 + 1.5 * use * with_signal))
    ids = [f"C{n:04d}" for n in range(n_rows)]
    return pl.DataFrame(
        {"customer_id": ids, "churned": churned, "use": use, "tenure": generator.integers(0, 60, n_rows)}
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Dataset]:
    untrained = build(tmp_path_factory.mktemp("pipeline"), {"snapshot": simulate_snapshot(700)})
    return untrained, train_dataset(untrained)


def test_training_publishes_a_new_version_with_every_fact_carried_over(trained: tuple[Dataset, Dataset]) -> None:
    before, after = trained
    assert before.build_id != after.build_id and open_dataset(before.name).build_id == after.build_id
    assert after.tables() - before.tables() == {"scores", "risk_model"}
    for name in ("customers", "attributes", "snapshot"):
        assert before.fact(name).equals(after.fact(name))


def test_past_scores_are_those_of_models_that_had_not_seen_the_customer(tmp_path: Path) -> None:
    dataset = train_dataset(build(tmp_path, simulate_months()))
    past, info = dataset.fact("past_scores"), dataset.info
    assert info.verdict.startswith("usable")
    learnt = read_training_rows(dataset, horizon_days=info.settings.churn.horizon_days)
    known = past.filter(pl.col("churned").is_not_null())
    keys = pl.DataFrame({"customer_key": learnt.accounts, "snapshot_on": learnt.snapshots_on, "left": learnt.churned})
    both = keys.join(known, on=["customer_key", "snapshot_on"], how="full")
    assert both.null_count().sum_horizontal()[0] == 0 and both["left"].cast(pl.Int8).equals(both["churned"])
    # the out-of-fold log-loss of the card is that of these very rows
    shown = {row["metric"]: row["value"] for row in model_card(dataset).iter_rows(named=True)}
    p, y = known["probability"].to_numpy(), known["churned"].to_numpy()
    assert -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)) == pytest.approx(shown["log_loss"])
    later = past.filter(pl.col("churned").is_null())
    assert later.height and later["snapshot_on"].min() > known["snapshot_on"].max()
    assert later["snapshot_on"].max() <= info.as_of and later["probability"].null_count() == 0


def simulate_months() -> dict[str, pl.DataFrame]:
    """Two years of 300 customers: of those of one kind a seventh leave each month, of the others hardly any."""
    draws = np.random.default_rng(4)
    kinds = draws.choice(["trial", "contract"], size=300)
    starts = draws.integers(0, 300, size=300)
    stays = np.ceil(draws.exponential(np.where(kinds == "trial", 200.0, 3000.0)))
    first = day("2023-01-01")
    periods = [
        {
            "customer_id": f"c{number}",
            "started_at": first + dt.timedelta(days=int(start)),
            "ended_at": first + dt.timedelta(days=int(start + stay)) if start + stay < 730 else None,
            "mrr": 10.0,
        }
        for number, (start, stay) in enumerate(zip(starts, stays, strict=True))
    ]
    people = pl.DataFrame({"customer_id": [f"c{number}" for number in range(300)], "kind": kinds})
    return {"subscriptions": pl.DataFrame(periods), "customers": people}


def test_before_training_everybody_is_listed_without_a_number(trained: tuple[Dataset, Dataset]) -> None:
    before, _ = trained
    rows = show_risk(before)
    assert rows.height == 700 and rows["probability"].null_count() == 700
    assert model_card(before)["metric"].to_list() == ["verdict"]
    with pytest.raises(UserError, match="holdfast train"):
        explain_customer(before, "C0001")


def test_scoring_again_gives_the_same_numbers(trained: tuple[Dataset, Dataset]) -> None:
    _, after = trained
    again = score_dataset(after)
    assert show_risk(again).equals(show_risk(after))


def test_scores_can_be_told_apart_by_an_attribute(trained: tuple[Dataset, Dataset]) -> None:
    _, after = trained
    grouped = show_risk(after, by="use")
    assert grouped.drop("group").equals(show_risk(after))
    stated = after.fact("attributes").join(after.fact("customers"), on="customer_key").select("customer_id", "use")
    joined = grouped.join(stated, on="customer_id")
    assert joined["group"].cast(pl.Float64).to_list() == joined["use"].to_list()


def test_reasons_add_up_to_the_score_and_lead_the_list(trained: tuple[Dataset, Dataset]) -> None:
    _, after = trained
    shown = show_risk(after).filter(pl.col("reason_1").is_not_null()).head(20)
    for customer, probability, reason, points in shown.select(
        "customer_id", "probability", "reason_1", "points_1"
    ).rows():
        answer = explain_customer(after, customer)
        total = answer["base"] + sum(part["points"] for part in answer["contributions"])
        assert total == pytest.approx(probability, abs=1e-9) and answer["prediction"] == pytest.approx(probability)
        strongest = max(answer["contributions"], key=lambda part: part["points"])
        assert (strongest["label"], strongest["points"]) == (reason, pytest.approx(points))


def test_an_unknown_customer_is_answered_with_near_names(trained: tuple[Dataset, Dataset]) -> None:
    with pytest.raises(UserError, match="C0001"):
        explain_customer(trained[1], "C00001")


def test_without_signal_the_model_is_kept_and_nothing_is_shown(tmp_path: Path) -> None:
    dataset = train_dataset(build(tmp_path, {"snapshot": simulate_snapshot(400, with_signal=False)}))
    assert dataset.info.verdict.startswith("refused: no usable signal")
    rows = show_risk(dataset)
    assert rows.height == 400 and rows["probability"].null_count() == rows["reason_1"].null_count() == 400
    assert not read_model(dataset).is_usable
    with pytest.raises(UserError, match="no usable signal"):
        explain_customer(dataset, "C0001")


def test_training_rows_hold_what_was_known_and_what_followed(tmp_path: Path) -> None:
    """Gap 10, horizon 30, as of 30 June. In the gap means nobody could act; an open horizon means not known yet.

    Eve of 1 February: gone 20 Feb (day 19) churned; gone 5 Feb (day 4) in the gap; gone 1 May stayed.
    A snapshot counts while 40 days are watched: 1 June is too late, 1 May (60 days) is not.
    """
    ends = {"churns": "2024-02-20", "in_gap": "2024-02-05", "later": "2024-05-01", "stays": None}
    rows = [
        {"customer_id": who, "started_at": day("2024-01-10"), "ended_at": day(end) if end else None, "mrr": 10.0}
        for who, end in ends.items()
    ]
    settings = Settings(as_of="2024-06-30", churn=Churn(gap_days=10))
    dataset = build(tmp_path, {"subscriptions": pl.DataFrame(rows, infer_schema_length=None)}, settings)
    known = read_training_rows(dataset, horizon_days=30)
    names = dict(dataset.fact("customers").select("customer_key", "customer_id").rows())
    found = {
        (str(on)[5:7], names[key]): churned
        for on, key, churned in zip(known.snapshots_on, known.accounts, known.churned, strict=True)
    }
    assert found == {
        ("02", "churns"): 1, ("02", "later"): 0, ("02", "stays"): 0,
        ("03", "later"): 0, ("03", "stays"): 0,
        ("04", "later"): 1, ("04", "stays"): 0,
        ("05", "stays"): 0,
    }  # fmt: skip

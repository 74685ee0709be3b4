import dataclasses
import datetime as dt
import json

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.risk.audit import AUDIT_SCHEMA
from analytics.risk.calibrators import measure_losses
from analytics.risk.model import RiskModel
from analytics.risk.time_split import split_by_time
from analytics.risk.train import ColumnNotes, LabelledRows, TrainingPlan, fit_model, train_model

QUICK = TrainingPlan(n_refits=0)


def read_card(model: RiskModel) -> dict[str, dict]:
    return {row["metric"]: row for row in model.show_card().iter_rows(named=True)}


def shuffle_outcomes(rows: LabelledRows, n_rows: int, seed: int) -> LabelledRows:
    order = np.random.default_rng(seed).permutation(n_rows)
    return LabelledRows(
        features=rows.features[:n_rows], churned=rows.churned[:n_rows].gather(order), accounts=rows.accounts[:n_rows]
    )


def stack_snapshots(n_accounts: int, n_months: int, *, is_true: bool, seed: int = 0) -> LabelledRows:
    """Monthly rows per account; churn follows use of that month, or nothing at all."""
    generator = np.random.default_rng(seed)
    use = generator.normal(size=(n_months, n_accounts))
    log_odds = -2.2 - (1.3 * use if is_true else 0.0)
    churned = generator.random(use.shape) < 1.0 / (1.0 + np.exp(-log_odds))
    days = [dt.date(2024, 1 + month, 1) for month in range(n_months)]
    return LabelledRows(
        features=pl.DataFrame({"use": use.ravel(), "noise": generator.normal(size=use.size)}),
        churned=pl.Series(churned.ravel()),
        accounts=pl.Series(np.tile(np.arange(n_accounts), n_months)),
        snapshots_on=pl.Series(np.repeat(np.array(days, dtype="datetime64[D]"), n_accounts)),
    )


@pytest.mark.parametrize("n_rows", [150, 300, 600])
def test_a_few_rows_of_telco_are_no_worse_than_the_base_rate_on_the_rest_or_refused(telco, n_rows):
    order = np.random.default_rng(n_rows).permutation(telco.features.height)
    learn, rest = order[:n_rows], order[n_rows:]
    rows = LabelledRows(
        features=telco.features[learn], churned=telco.churned.gather(learn), accounts=telco.accounts.gather(learn)
    )
    model = fit_model(rows.features, rows.churned, rows.accounts, plan=QUICK)
    if not model.is_usable:
        return
    outcomes = telco.churned.gather(rest).cast(pl.Float64).to_numpy()
    ours = model.score(telco.features[rest])["probability"].to_numpy()
    constant = np.full(len(rest), rows.churned.mean())
    assert measure_losses(ours, outcomes).mean() < measure_losses(constant, outcomes).mean()


def test_too_few_churners_are_refused_with_the_missing_count(company):
    churned = pl.Series(np.arange(1200) < 17)
    model = fit_model(company.features, churned, company.accounts)
    assert (model.verdict, model.reason) == ("refused", "17 churners, 30 are needed; 13 more")
    assert read_card(model)["verdict"]["text"] == "refused: 17 churners, 30 are needed; 13 more"
    assert read_card(model)["churners"]["value"] == 17
    scores = model.score(company.features)
    assert scores.height == 1200 and all(column.null_count() == 1200 for column in scores)
    with pytest.raises(UserError, match="17 churners"):
        model.explain(company.features)
    assert RiskModel.from_bytes(model.to_bytes()) == model


def test_a_churner_seen_in_many_snapshots_counts_once(company):
    rows = 40 * [0] + 60 * [1]
    model = fit_model(company.features[:100], pl.Series(rows), pl.Series([n % 20 for n in range(100)]), None)
    assert model.reason.startswith("20 churners")


def test_nothing_left_after_the_audit_is_refused(company):
    features = pl.DataFrame({"copy": company.churned, "id": company.accounts})
    model = fit_model(features, company.churned, company.accounts)
    assert model.verdict == "refused" and "no column is left" in model.reason
    assert model.show_audit()["finding"].to_list() == ["leak", "id_like"]
    assert model.show_audit().schema == AUDIT_SCHEMA


def test_permuted_outcomes_have_no_usable_signal_and_explain_nothing(company):
    verdicts = []
    for seed in range(4):
        rows = shuffle_outcomes(company, 500, seed)
        model = train_model(rows, plan=QUICK).model
        verdicts.append(model.verdict)
        if model.verdict == "no usable signal":
            with pytest.raises(UserError, match="no usable signal"):
                model.explain(rows.features)
    # One in forty is expected to look usable by chance; two of four is not chance.
    assert verdicts.count("no usable signal") >= 3


def test_the_same_data_gives_the_same_bytes(company, trained):
    again = train_model(company, plan=TrainingPlan(n_refits=3))
    assert again.model.to_bytes() == trained.model.to_bytes()
    assert again.out_of_fold.equals(trained.out_of_fold)


def test_a_model_survives_storage_bit_by_bit(company, trained, trained_small):
    for rows, training in ((company, trained), trained_small):
        stored = training.model.to_bytes()
        read = RiskModel.from_bytes(stored)
        assert read == training.model and read.to_bytes() == stored
        assert read.score(rows.features).equals(training.model.score(rows.features))
        np.testing.assert_array_equal(read.explain(rows.features)[1], training.model.explain(rows.features)[1])


def test_a_model_of_another_version_is_refused(trained):
    stored = json.loads(trained.model.to_bytes())
    with pytest.raises(UserError, match="another version"):
        RiskModel.from_bytes(json.dumps({**stored, "format": 0}).encode())


def test_every_score_has_a_band_around_it(company, trained):
    scores = trained.model.score(company.features)
    assert scores.columns == ["probability", "low", "high", "margin"]
    assert scores.select((pl.col("low") <= pl.col("probability")).all()).item()
    assert scores.select((pl.col("probability") <= pl.col("high")).all()).item()
    assert 0.01 < (scores["high"] - scores["low"]).mean() < 0.5
    without = train_model(company, plan=QUICK).model.score(company.features)
    assert without["low"].null_count() == 1200
    assert without["probability"].equals(scores["probability"])


def test_the_card_names_interval_and_baseline(company, trained):
    card = read_card(trained.model)
    assert card["roc_auc"]["low"] < card["roc_auc"]["value"] < card["roc_auc"]["high"]
    assert card["pr_auc"]["baseline"] == pytest.approx(company.churned.mean())
    skill = 1 - card["log_loss"]["value"] / card["log_loss"]["baseline"]
    assert card["log_loss_skill"]["value"] == pytest.approx(skill)
    assert "no dates" in card["roc_auc_out_of_time"]["text"]
    assert trained.model.show_card()["value"].dtype == pl.Float64


def test_later_snapshots_are_held_out_and_only_known_outcomes_learned_from():
    rows = stack_snapshots(300, 8, is_true=True)
    outcomes, accounts = rows.churned.cast(float).to_numpy(), rows.accounts.to_numpy()
    split = split_by_time(rows.snapshots_on, outcomes, accounts, horizon_days=30, gap_days=14)
    # Held out: June, July, August. 44 days before the first of June is the 18th of April: January to April
    # stay.
    months = rows.snapshots_on.dt.month().to_numpy()
    assert sorted(set(months[split.held])) == [6, 7, 8]
    assert sorted(set(months[split.learn])) == [1, 2, 3, 4]
    assert "2024-06-01 to 2024-08-01" in split.words
    model = train_model(rows, plan=TrainingPlan(horizon_days=30, gap_days=14, n_refits=0)).model
    card = read_card(model)
    assert model.is_usable and card["roc_auc_out_of_time"]["low"] > 0.6
    assert card["customers"]["value"] == 300 and card["rows"]["value"] == 2400


def test_fewer_snapshots_are_held_out_where_history_is_short():
    rows = stack_snapshots(300, 4, is_true=True)
    arguments = (rows.snapshots_on, rows.churned.cast(float).to_numpy(), rows.accounts.to_numpy())
    split = split_by_time(*arguments, horizon_days=30, gap_days=14)
    assert split.words.startswith("held out: 2 of 4 snapshots")
    assert split_by_time(*arguments, horizon_days=90, gap_days=14) is None


def test_a_score_that_tells_nothing_of_later_months_has_no_usable_signal():
    rows = stack_snapshots(200, 6, is_true=False, seed=3)
    model = train_model(rows, plan=TrainingPlan(horizon_days=30, gap_days=14, n_refits=0)).model
    assert model.verdict == "no usable signal"
    assert "out-of-time AUC" in model.reason


def test_notes_reach_the_model(company):
    notes = ColumnNotes(
        families={"noise": "sentiment"},
        labels={"noise": "Weather"},
        monotone={"first_response_hours": 1},
        sources={"noise": "sky"},
    )
    model = train_model(company, notes=notes, plan=QUICK).model
    spec = next(spec for spec in model.specs if spec.name == "noise")
    assert (spec.family, spec.label, spec.source) == ("sentiment", "Weather", "sky")
    matrix = model.encode(company.features)
    position = [spec.name for spec in model.specs].index("first_response_hours")
    last = np.zeros(1200)
    for value in np.linspace(-3, 3, 9):
        matrix[:, position] = value
        probabilities = model.predict_probabilities(matrix)
        assert (probabilities >= last - 1e-7).all()
        last = probabilities


def test_an_unseen_category_scores_and_is_counted(company, trained):
    strange = company.features[:3].with_columns(plan=pl.Series(["gold", "free", "gold"]))
    assert trained.model.score(strange)["probability"].is_between(0, 1).all()
    assert trained.model.count_unseen(strange).rows() == [("plan", "gold", 2)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"churned": pl.Series([0.5] * 1200)}, "other than 0 and 1"),
        ({"churned": pl.Series([None, True] * 600)}, "other than 0 and 1"),
        ({"churned": pl.Series(["yes", "no"] * 600)}, "not 0/1"),
        ({"accounts": pl.Series([None, "a"] * 600)}, "600 rows have no account"),
        ({"weights": pl.Series([1.0])}, "different lengths"),
    ],
)
def test_rows_that_cannot_be_trained_on_are_refused_in_words(company, change, words):
    with pytest.raises(UserError, match=words):
        train_model(dataclasses.replace(company, **change), plan=QUICK)


def test_weights_move_the_score_towards_the_heavier_rows(company):
    weights = pl.Series(np.where(company.churned.to_numpy(), 2.0, 1.0))
    heavy = train_model(dataclasses.replace(company, weights=weights), plan=QUICK).model
    # A churner counts twice: of rate + 1 parts 2 rate are churners, and the weighted mean of the score says so.
    rate = company.churned.mean()
    mean = np.average(heavy.score(company.features)["probability"], weights=weights)
    assert mean == pytest.approx(2 * rate / (1 + rate), abs=0.02)

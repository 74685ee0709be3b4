"""What a sign adds to a score: nothing when the score knows it, something when it does not."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit

from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.signals import signals
from analytics.metrics.signals_added import NO_HISTORY, _fit_shift, measure_added
from analytics.store.build import extend_dataset
from tests.metrics.factory import build, day

DAY = dt.date(2024, 6, 1)


def scored(n: int, seed: int, effect: float, *, is_known: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """n customers, a third of them with the sign, which raises the log-odds of leaving by `effect`."""
    draws = np.random.default_rng(seed)
    has_sign, base = draws.random(n) < 1 / 3, draws.normal(-2, 0.7, n)
    truth = expit(base + effect * has_sign)
    scores = pl.DataFrame(
        {
            "customer_key": np.arange(n),
            "snapshot_on": [DAY] * n,
            "probability": truth if is_known else expit(base),
            "churned": (draws.random(n) < truth).astype(int),
        }
    )
    keys = np.flatnonzero(has_sign)
    spells = pl.DataFrame(
        {"customer_key": keys, "began_on": [dt.date(2024, 5, 20)] * len(keys), "until_on": [DAY] * len(keys)}
    )
    return scores, spells


def test_a_sign_the_score_does_not_know_adds_to_it():
    scores, spells = scored(4000, 1, 1.2, is_known=False)
    found = measure_added(scores, {"sign": spells})["sign"]
    assert 0 < found["added_low"] < found["added_value"] < found["added_high"]


def test_a_sign_the_score_knows_adds_nothing():
    scores, spells = scored(4000, 2, 1.2, is_known=True)
    found = measure_added(scores, {"sign": spells})["sign"]
    assert found["added_low"] < 0.001 and abs(found["added_value"]) < 0.001


def test_a_sign_counts_only_when_it_was_on_on_the_eve_of_the_day():
    scores, spells = scored(2000, 1, 2.0, is_known=False)
    too_late = spells.with_columns(began_on=pl.lit(DAY), until_on=pl.lit(dt.date(2024, 7, 1)))
    assert measure_added(scores, {"sign": too_late})["sign"]["added_value"] == 0
    assert measure_added(scores, {"sign": spells})["sign"]["added_value"] > 0.01


def test_the_shift_is_the_one_an_optimiser_finds():
    draws = np.random.default_rng(3)
    offsets = draws.normal(-2, 1, 300)
    outcomes = (draws.random(300) < expit(offsets + 0.8)).astype(float)

    def penalised(shift: float) -> float:
        odds = offsets + shift
        return float((np.logaddexp(0, odds) - outcomes * odds).sum() + shift**2 / 2)

    assert _fit_shift(offsets, outcomes) == pytest.approx(minimize_scalar(penalised).x, abs=1e-5)


def test_without_past_scores_the_answer_says_so_and_with_them_it_has_the_value(tmp_path):
    subscriptions = [
        {
            "customer_id": f"{n:03}",
            "started_at": day("2024-01-01"),
            "ended_at": day("2024-06-20") if n % 4 == 0 else None,
        }
        for n in range(80)
    ]
    invoices = [
        {"customer_id": f"{n:03}", "due_at": day("2024-05-20"), "amount": 10.0, "failed_attempts": 1}
        for n in range(0, 80, 2)
    ]
    tables = {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None), "invoices": invoices}
    dataset = build(tmp_path, tables, Settings(as_of="2024-12-31"))
    before = signals(dataset, Question()).filter(pl.col("signal") == "failed_payment").to_dicts()[0]
    assert (before["added_value"], before["added_reason"]) == (None, NO_HISTORY)
    scores = pl.DataFrame(
        {
            "customer_key": np.arange(1, 81, dtype=np.int32),
            "snapshot_on": [DAY] * 80,
            "probability": [0.25] * 80,
            "churned": [int(n % 4 == 0) for n in range(80)],
        }
    )
    after = signals(extend_dataset(dataset, {"past_scores": scores}), Question())
    row = after.filter(pl.col("signal") == "failed_payment").to_dicts()[0]
    assert row["added_reason"] is None
    assert row["added_low"] > 0  # half of those with the sign leave, none of the others

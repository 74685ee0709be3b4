"""The risk scores in a few numbers, held against the list they summarise."""

import polars as pl
import pytest

from analytics.reports.model_words import say_model, split_verdict
from analytics.reports.risk_findings import RiskSummary, list_risks, say_risk, say_stakes, spread_risk, summarise_risk
from analytics.risk.scores import model_card, show_risk
from analytics.store.dataset import Dataset, open_dataset
from tests.pages.companies import company_file
from tests.pages.risky import refused_file, untrained_file

SUMMARY = RiskSummary(
    customers=200,
    high=12,
    average=0.1,
    expected=20.0,
    half_share=0.2,
    mrr=10_000.0,
    mrr_high=2_500.0,
    expected_loss=900.0,
    horizon_days=90,
    gap_days=14,
)


@pytest.fixture
def company() -> Dataset:
    return open_dataset(company_file())


def test_the_summary_is_that_of_the_list(company):
    summary, risks = summarise_risk(company), show_risk(company)
    assert summary.customers == risks.height
    assert summary.high == risks.filter(pl.col("band") == "high").height
    assert summary.expected == pytest.approx(risks["probability"].sum())
    assert summary.expected_loss == pytest.approx((risks["probability"] * risks["mrr"]).sum())


def test_half_of_the_departures_sit_with_the_share_named(company):
    summary, risks = summarise_risk(company), show_risk(company)["probability"].sort(descending=True)
    n = round(summary.half_share * len(risks))
    assert risks[: n - 1].sum() < risks.sum() / 2 <= risks[:n].sum() + 1e-12


def test_the_bars_hold_every_customer_once(company):
    bars = spread_risk(company)
    assert bars["customers"].sum() == show_risk(company).height
    assert (bars["low"] < bars["high"]).all()


def test_nobody_scored_has_no_summary(company):
    assert summarise_risk(company, "plan = 'no such plan'") is None


def test_title_and_lead_say_what_is_at_stake():
    assert say_risk(SUMMARY) == "12 of 200 customers are at high risk of leaving"
    lead = say_stakes(SUMMARY, "€")
    assert "**€2,500** a month, 25% of what all chosen pay" in lead
    assert "**€900** a month is at stake" in lead
    assert "within 90 days, after 14 days to act, is **10.0%**" in lead


def test_the_list_reads_risk_range_and_reasons():
    row = {"customer_id": "A", "probability": 0.123, "low": 0.1, "high": 0.15, "stage": None, "mrr": 10.0}
    row |= {"expected_loss": 1.23, "reason_1": "Tenure", "points_1": 0.0512, "reason_2": None, "points_2": None}
    shown = list_risks(pl.DataFrame([{**row, "reason_3": None, "points_3": None}]))
    assert shown["risk"][0] == pytest.approx(12.3)
    assert shown["range"][0] == "10.0 – 15.0%"
    assert shown["reasons"][0] == "Tenure +5.1"


def test_every_figure_a_reader_needs_is_a_sentence(company):
    said = "\n".join(say_model(model_card(company)))
    for words in ("AUC", "Later months", "log-loss", "Calibration error", "by chance", "customers", "left"):
        assert words in said


def test_a_refused_model_still_says_what_it_rests_on():
    said = say_model(model_card(open_dataset(refused_file())))
    assert any("200 customers" in sentence and "12 left" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("verdict", "state"), [("usable: AUC .8", "usable"), ("refused: too few", "refused"), ("", "")]
)
def test_the_verdict_is_one_of_three(verdict, state):
    assert split_verdict(verdict)[0] == state


def test_an_untrained_data_set_has_no_verdict():
    assert split_verdict(open_dataset(untrained_file()).info.verdict) == ("", "")

"""Risk and reasons: the finding, one customer's reasons, and what is withheld without a usable model."""

import json

import polars as pl
import pytest

from analytics.reports.reason_words import CAVEAT
from analytics.risk.scores import explain_customer, show_risk
from analytics.store.dataset import open_dataset
from pages.parts.harmless import make_harmless
from tests.pages.companies import company_file
from tests.pages.conftest import words
from tests.pages.risky import refused_file, untrained_file

PAGE = "pages/analysts/risk.py"
FORBIDDEN = ("because", "driver", "will churn", "will leave")


@pytest.fixture(scope="module")
def risks() -> pl.DataFrame:
    return show_risk(open_dataset(company_file()))


def test_the_title_counts_those_at_high_risk(visit, risks):
    at = visit(PAGE, company_file())
    high = risks.filter(pl.col("band") == "high").height
    assert at.title[0].value == f"{high:,} of {risks.height:,} customers are at high risk of leaving"


def test_the_first_of_the_list_is_explained_until_another_is_chosen(visit, risks):
    at = visit(PAGE, company_file())
    assert any(header.value.startswith(f"{risks['customer_id'][0]}: ") for header in at.header)


def test_a_link_names_the_customer_whose_reasons_are_shown(visit, risks):
    chosen = risks["customer_id"][7]
    at = visit(PAGE, company_file(), customer=chosen)
    explanation = explain_customer(open_dataset(company_file()), chosen)
    assert f"{chosen}: {explanation['prediction']:.1%}" in [header.value for header in at.header]
    assert f"The score is **{explanation['prediction']:.1%}**" in words(at)


def test_every_reason_has_its_caveat_and_its_evidence(visit):
    said = words(visit(PAGE, company_file()))
    assert CAVEAT == "Reasons explain the score, not the effect of changing them."
    assert CAVEAT in said
    assert "assumed — an association" in said


def test_nothing_on_the_page_claims_a_cause(visit):
    at = visit(PAGE, company_file())
    charts = " ".join(json.dumps(chart.proto.spec) for chart in at.get("plotly_chart"))
    said = f"{words(at)} {charts}".lower()
    assert not [word for word in FORBIDDEN if word in said]


def test_an_unknown_customer_is_said_and_the_list_stays(visit):
    at = visit(PAGE, company_file(), customer="nobody")
    assert not at.exception
    assert at.error and at.dataframe


def test_the_list_of_a_segment_is_of_that_segment(visit):
    at = visit(PAGE, company_file(), where="segment = 'enterprise'")
    some = show_risk(open_dataset(company_file()), "segment = 'enterprise'").height
    assert f"of {some:,} customer" in at.title[0].value


def test_a_refused_model_is_refused_with_its_reason_and_nothing_else(visit):
    at = visit(PAGE, refused_file())
    assert "12 churners, 30 are needed" in words(at)
    assert "at high risk" not in words(at)
    assert not any(widget.label == "Customer" for widget in at.text_input)


def test_the_companys_untrained_data_names_the_command(visit):
    at = visit(PAGE, untrained_file())
    assert "holdfast train" in at.code[0].value
    assert "Train the risk model" not in [button.label for button in at.button]


def test_a_text_that_begins_like_a_formula_is_made_harmless():
    rows = pl.DataFrame({"id": ["=1+1", "+1", "-1", "@x", "−1", "ok", None], "n": [-1, 2, 3, 4, 5, 6, 7]})
    tame = make_harmless(rows)
    assert tame["id"].to_list() == ["'=1+1", "'+1", "'-1", "'@x", "'−1", "ok", None]
    assert tame["n"].to_list() == rows["n"].to_list()

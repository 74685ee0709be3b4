"""Reasons in words: ties are called ties, the steps add up, and nothing claims a cause."""

import polars as pl
import pytest

from analytics.reports.reason_words import draw_rows, reason_rows, say_reasons, say_value
from analytics.reports.risk_findings import find_ties

# base .20; the points add up to the score: .20 + .12 + .10 + .05 - .07 = .40
CONTRIBUTIONS = [
    {"feature": "a", "label": "Slow answers", "family": "support", "value": 19.0, "points": 0.12, "log_odds": 0.60},
    {"feature": "b", "label": "Contract", "family": "contract", "value": "monthly", "points": 0.10, "log_odds": 0.52},
    {"feature": "d", "label": "Tenure", "family": "contract", "value": 40, "points": -0.07, "log_odds": -0.35},
    {
        "feature": "c",
        "label": "Champion left",
        "family": "relationship",
        "value": True,
        "points": 0.05,
        "log_odds": 0.25,
    },
]
EXPLANATION = {"customer_id": "X", "base": 0.20, "prediction": 0.40, "contributions": CONTRIBUTIONS}


def test_reasons_closer_than_a_tenth_in_log_odds_are_said_to_be_about_equal():
    said = say_reasons(EXPLANATION, reason_rows(EXPLANATION, {}))
    assert "The score is **40.0%**, 20 points above the average customer (20.0%)." in said
    assert "slow answers (+12.0) and contract (+10.0) about equally, then champion left (+5.0)" in said
    assert "Associated with a lower score: tenure (−7.0)." in said


def test_a_lead_of_a_tenth_is_no_tie():
    # .60 leads .50 by exactly .10; .50 leads .45 by less
    assert find_ties([0.60, 0.50, 0.45], 0.10 - 1e-12) == [[0], [1, 2]]
    assert find_ties([], 0.10) == []


def test_the_steps_start_at_the_base_and_add_up_to_the_score():
    start, steps = draw_rows(reason_rows(EXPLANATION, {}), base=0.20, average=0.21)
    assert start == 0.20
    assert start + steps["points"].sum() == pytest.approx(0.40)
    assert steps["label"].to_list()[:2] == ["Slow answers: 19", "Contract: monthly"]


def test_a_base_far_from_the_average_gets_a_step_of_its_own():
    start, steps = draw_rows(reason_rows(EXPLANATION, {}), base=0.20, average=0.25)
    assert start == 0.25
    assert steps["points"][0] == pytest.approx(-0.05)
    assert start + steps["points"].sum() == pytest.approx(0.40)


def test_what_does_not_fit_is_one_step():
    many = [{**CONTRIBUTIONS[0], "points": 0.01, "feature": str(n)} for n in range(20)]
    rows = reason_rows({**EXPLANATION, "contributions": many}, {})
    _, steps = draw_rows(rows, base=0.20, average=0.20)
    assert steps["label"][-1] == "11 others together"  # 9 are drawn
    assert steps["points"].sum() == pytest.approx(0.20)


def test_marks_in_a_value_stay_text():
    rows = reason_rows({**EXPLANATION, "contributions": [{**CONTRIBUTIONS[1], "value": "<b>x</b>"}]}, {})
    _, steps = draw_rows(rows, base=0.20, average=0.20)
    assert "<b>" not in steps["label"][0]


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "", "not known"),
        (float("nan"), "hours", "not known"),
        (True, "", "yes"),
        (12.0, "months", "12 mo"),
        (0.5, "share", "50%"),
        (1234567, "", "1,234,567"),
        ("Fiber optic", "", "Fiber optic"),
    ],
)
def test_a_value_is_said_in_its_unit(value, unit, said):
    assert say_value(value, unit) == said


def test_nothing_said_of_reasons_claims_a_cause():
    said = say_reasons(EXPLANATION, reason_rows(EXPLANATION, {})).lower()
    assert not [word for word in ("because", "driver", "will churn", "causes") if word in said]


def test_every_reason_keeps_its_value_and_what_is_usual():
    rows = reason_rows(EXPLANATION, {"a": "6"})
    assert rows.filter(pl.col("label") == "Slow answers").select("value", "typical").row(0) == ("19", "6")
    assert rows.filter(pl.col("label") == "Contract")["typical"][0] == "–"

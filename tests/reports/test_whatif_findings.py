"""A what-if in words: an association is never called a saving, and payback is worked out as it says."""

import pytest

from analytics.reports.whatif_findings import (
    bars_of,
    break_even_share,
    compare_scenarios,
    list_figures,
    say_fewer,
    say_outcome,
)

# 100 customers, 10 expected to leave, 8 with the moves (7.5 to 8.5); 50 a month would be saved, at a cost of 240
OUTCOME = {
    "levers": [{"lever": "training", "value": "+1", "evidence": "assumed"}],
    "customers": 100,
    "eligible": 60,
    "churners_before": 10.0,
    "churners_after": 8.0,
    "low": 7.5,
    "high": 8.5,
    "mrr_saved": 50.0,
    "mrr_saved_low": 30.0,
    "mrr_saved_high": 70.0,
    "cost": 240.0,
    "warnings": [],
}
STILL = {**OUTCOME, "levers": [], "churners_after": 10.0, "mrr_saved": 0.0, "cost": 0.0}


def test_the_cost_comes_back_if_half_of_the_association_is_causal():
    # 240 ÷ (50 × 0.8 × 12) = 240 ÷ 480
    assert break_even_share(OUTCOME, 0.8) == pytest.approx(0.5)


def test_without_cost_or_without_effect_there_is_no_payback():
    assert break_even_share({**OUTCOME, "cost": 0.0}, 0.8) is None
    assert break_even_share({**OUTCOME, "mrr_saved": -5.0}, 0.8) is None


def test_a_move_that_never_pays_says_so():
    figures = list_figures({**OUTCOME, "cost": 2400.0}, "€", 0.8, has_money=True)
    assert "even if all of it is causal" in figures[-1].detail


def test_the_finding_speaks_of_an_association():
    assert say_outcome(OUTCOME) == "The model associates these moves with 2.0 fewer departures"
    assert (
        say_outcome({**OUTCOME, "churners_after": 12.0}) == "The model associates these moves with 2.0 more departures"
    )
    assert say_outcome(STILL) == "About 10 of 100 are expected to leave as things stand"


def test_a_scenario_that_changes_nothing_is_not_minus_zero():
    assert say_fewer(OUTCOME) == "−2.0 departures"
    assert say_fewer({**OUTCOME, "churners_after": 9.999}) == "no change"


def test_figures_carry_their_ranges_and_money_only_where_there_is_revenue():
    figures = {figure.label: figure for figure in list_figures(OUTCOME, "€", 0.8, has_money=True)}
    assert figures["Fewer departures"].value == "2.0"
    assert figures["Fewer departures"].detail.startswith("1.5 to 2.5")
    assert figures["Average risk"].value == "8.0%"
    assert figures["Would save if causal"].value == "€50"
    assert len(list_figures(OUTCOME, "€", 0.8, has_money=False)) == 2


def test_no_figure_is_called_saved():
    for figure in list_figures(OUTCOME, "€", 0.8, has_money=True):
        assert "saved" not in f"{figure.label} {figure.value} {figure.detail}".lower()


def test_scenarios_stand_side_by_side_with_their_evidence():
    rows = compare_scenarios({"more training": OUTCOME, "nothing": STILL})
    assert rows["moves"].to_list() == ["training +1", "none"]
    assert rows["evidence"].to_list() == ["assumed", ""]
    assert bars_of({"more training": OUTCOME})["value"].to_list() == [10.0, 8.0]

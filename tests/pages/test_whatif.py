"""What-if: nothing moved is nothing changed; every number says how it is known; scenarios are kept and compared."""

import pytest

from analytics.levers.whatif import list_levers
from analytics.store.dataset import open_dataset
from analytics.store.notebook import Notebook
from tests.pages.companies import company_file
from tests.pages.conftest import words
from tests.pages.risky import refused_file

PAGE = "pages/marketers/whatif.py"
LEVER = "lever_first_response_hours"


@pytest.fixture
def notebook():
    book = Notebook(open_dataset(company_file()))
    yield book
    for name in book.entries("scenario"):
        book.delete("scenario", name)


def figure(at, label: str) -> str:
    return next(metric.value for metric in at.metric if metric.label == label)


def test_at_first_nothing_is_moved_and_nothing_changes(visit):
    at = visit(PAGE, company_file())
    assert "as things stand" in at.title[0].value
    assert {slider.value for slider in at.slider} == {0.0}
    assert figure(at, "Fewer departures") == "0.0"
    assert figure(at, "Cost") == "€0"


def test_there_is_a_slider_for_every_lever_that_can_be_moved(visit):
    at = visit(PAGE, company_file())
    levers = list_levers(open_dataset(company_file()))
    assert 0 < len(at.slider) <= len(levers)
    for slider in at.slider:
        assert slider.min <= 0 <= slider.max


def test_moving_a_slider_says_what_it_leads_to_and_that_it_is_an_association(visit):
    at = visit(PAGE, company_file())
    at.slider(key=LEVER).set_value(at.slider(key=LEVER).min).run()
    assert not at.exception
    assert "The model associates these moves with" in at.title[0].value or "next to nothing" in at.title[0].value
    said = words(at)
    assert "not what the move is known to cause" in said
    assert "→" in said  # where the average stands and where it comes to


def test_every_number_carries_its_evidence(visit):
    at = visit(PAGE, company_file(), **{LEVER: "-2"})
    badges = [text.value for text in at.markdown if "assumed — an association" in text.value]
    assert len(badges) == len(at.metric)


def test_nothing_is_called_saved_or_a_cause(visit):
    said = words(visit(PAGE, company_file(), **{LEVER: "-2"})).lower()
    assert "would save if causal" in said or "would save" in " ".join(said.split())
    assert not [word for word in ("because", "driver of", "will churn", "you save") if word in said]


def test_a_link_brings_the_levers_back(visit):
    at = visit(PAGE, company_file(), **{LEVER: "-2"})
    assert at.slider(key=LEVER).value == -2.0
    assert "as things stand" not in at.title[0].value


def test_a_link_beyond_what_was_observed_moves_nobody_further(visit):
    at = visit(PAGE, company_file(), **{LEVER: "-5000"})
    assert not at.exception
    assert at.slider(key=LEVER).value >= at.slider(key=LEVER).min


def test_a_scenario_is_saved_compared_opened_and_forgotten(visit, notebook):
    at = visit(PAGE, company_file(), **{LEVER: "-2"})
    at.text_input(key="scenario_name").set_value("quicker").run()
    at.button(key="save_scenario").click().run()
    assert notebook.entries("scenario") == {"quicker": {"changes": {"first_response_hours": -2.0}, "where": ""}}
    assert "Scenarios side by side" in [header.value for header in at.header]
    at.slider(key=LEVER).set_value(0.0).run()
    at.button(key="open_quicker").click().run()
    assert not at.exception
    assert at.slider(key=LEVER).value == -2.0
    at.button(key="delete_quicker").click().run()
    assert notebook.entries("scenario") == {}
    assert "Scenarios side by side" not in [header.value for header in at.header]


def test_a_scenario_without_a_name_is_refused_in_one_sentence(visit, notebook):
    at = visit(PAGE, company_file(), **{LEVER: "-2"})
    at.button(key="save_scenario").click().run()
    assert not at.exception
    assert "name" in at.error[0].value.lower()
    assert notebook.entries("scenario") == {}


def test_a_scenario_that_cannot_be_worked_out_says_why_and_the_others_stay(visit, notebook):
    notebook.save("scenario", "broken", {"changes": {}, "where": "no_such_column = 1"})
    notebook.save("scenario", "good", {"changes": {"training": 1.0}, "where": ""})
    at = visit(PAGE, company_file())
    assert not at.exception
    assert "broken:" in words(at)
    assert any(metric.label == "good" for metric in at.metric)


def test_a_refused_model_has_a_reason_and_no_sliders(visit):
    at = visit(PAGE, refused_file())
    assert "12 churners, 30 are needed" in words(at)
    assert not at.slider and not at.metric

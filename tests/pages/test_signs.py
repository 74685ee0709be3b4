"""Early signs: those that tell in the title and the list, those that tell nothing said so, whatever the data."""

import pytest

from analytics.contract.settings import Settings
from analytics.metrics.question import Question
from analytics.metrics.signals import LACKING, TELLS, signals
from analytics.store.dataset import open_dataset
from tests.metrics.factory import build, day
from tests.pages.companies import company_file, orders_file, snapshot_file
from tests.pages.conftest import words

PAGE = "pages/marketers/signs.py"


@pytest.fixture(scope="module")
def rows():
    return signals(open_dataset(company_file()), Question())


def people(at):
    return next((frame.value for frame in at.dataframe if "which" in frame.value.columns), None)


def test_the_signs_that_tell_are_named_and_every_other_sign_is_accounted_for(visit, rows):
    at = visit(PAGE, company_file())
    assert not at.exception and not at.error
    telling = rows.filter(rows["verdict"] == TELLS)["label"].to_list()
    assert at.title[0].value.startswith(telling[0])
    silent = rows.filter(~rows["verdict"].is_in([TELLS, LACKING]))["label"].to_list()
    assert silent and all(label in words(at) for label in silent)
    signs = people(at)["signs"]
    at.slider(key="act_from").set_value(2).run()
    n_left = int((signs >= 2).sum())
    assert signs.min() == 1 and 0 < n_left < len(signs) and len(people(at)) == n_left
    assert f"{n_left:,} customers show 2 or more telling signs now" in words(at)


def test_orders_alone_say_which_signs_lack_their_table_and_a_wrong_number_gives_way(visit):
    at = visit(PAGE, orders_file(), act_from="999")
    assert at.slider(key="act_from").value == 1
    assert not at.exception and not at.error
    assert any("signs cannot be computed" in box.label for box in at.expander)
    assert "tickets" in words(at) and "invoices" in words(at)


def test_a_snapshot_says_what_to_bring(visit):
    at = visit(PAGE, snapshot_file())
    assert at.title[0].value == "This file cannot show which sign comes first"
    assert "no dates. Bring dates with events, tickets, surveys or invoices" in words(at)


def test_one_customer_has_no_sign_to_judge(visit, tmp_path):
    paid = [{"customer_id": "a", "subscription_id": "s", "started_at": day("2024-03-05"), "mrr": 40.0, "plan": "pro"}]
    at = visit(PAGE, build(tmp_path, {"subscriptions": paid}, Settings(as_of="2024-03-20")).name)
    assert not at.exception and not at.error
    assert at.title[0].value == "No sign was seen often enough to judge"
    assert "0 customers show a telling sign now" in words(at)

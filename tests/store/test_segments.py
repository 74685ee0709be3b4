"""Saved segments: a list of customers under a name narrows every question like a condition, however long it is."""

import datetime as dt
import time

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.metrics.question import Question, read_groups
from analytics.store.dataset import Dataset
from analytics.store.notebook import Notebook
from analytics.store.segments import delete_segment, list_segments, read_segment, save_segment
from tests.metrics.factory import build

MANY = 20_000


@pytest.fixture(scope="module")
def crowd(tmp_path_factory) -> Dataset:
    """20,100 customers with one event each."""
    ids = [f"C{number:05}" for number in range(MANY + 100)]
    events = pl.DataFrame({"customer_id": ids, "occurred_at": dt.datetime(2024, 1, 5)})
    return build(tmp_path_factory.mktemp("crowd"), {"events": events})


def count(dataset: Dataset, where: str) -> int:
    return read_groups(dataset, Question(where=where))["customers"][0]


def test_looking_for_segments_leaves_no_file_behind(crowd):
    assert list_segments(crowd) == ()
    assert not list(crowd.name.parent.glob("*.sqlite"))


def test_a_segment_is_kept_with_its_sentence_and_counts_its_customers(crowd):
    kept = save_segment(crowd, " Early ", ["C00007", "C00003", "C00003"], "joined in January")
    assert read_segment(crowd, "Early") == kept
    assert (kept.customers, kept.said) == (("C00003", "C00007"), "joined in January")
    assert Notebook(crowd).entries("segment")["Early"]["kind"] == "frozen"
    assert count(crowd, kept.condition) == 2
    assert count(crowd, f"not {kept.condition}") == MANY + 98


def test_another_list_under_the_name_is_another_condition(crowd):
    before = save_segment(crowd, "Changing", ["C00001"], "").condition
    after = save_segment(crowd, "Changing", ["C00002"], "").condition
    assert before != after


def test_a_segment_of_twenty_thousand_is_found_quickly(crowd):
    kept = save_segment(crowd, "Crowd", [f"C{number:05}" for number in range(MANY)], "")
    started = time.perf_counter()
    assert count(crowd, kept.condition) == MANY
    assert time.perf_counter() - started < 2  # about 0.1 s; as an in-list of literals it takes longer than this
    assert crowd.condition(kept.condition).sentence == "saved segment is Crowd (20,000 customers)"


def test_a_deleted_segment_is_named_with_the_nearest_one(crowd):
    save_segment(crowd, "Leavers", ["C00001"], "")
    kept = save_segment(crowd, "Leaver's", ["C00001"], "")
    assert count(crowd, kept.condition) == 1
    delete_segment(crowd, "Leaver's")
    assert "Leaver's" not in list_segments(crowd)
    with pytest.raises(UserError, match="Did you mean Leavers"):
        crowd.condition(kept.condition)


def test_nobody_is_no_segment(crowd):
    with pytest.raises(UserError, match="needs a customer"):
        save_segment(crowd, "Nobody", [], "")

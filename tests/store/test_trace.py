"""The queries behind an answer are the ones that were run, and run again as they are written."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from analytics.metrics.churn import churn
from analytics.metrics.question import Question
from analytics.store.dataset import Chosen, open_dataset
from analytics.store.trace import trace, write_out
from tests.metrics.factory import build, day


def _company(folder: Path) -> Path:
    rows = [
        {"customer_id": "a", "started_at": day("2024-01-01"), "ended_at": day("2024-02-10"), "mrr": 1.0, "plan": "pro"},
        {"customer_id": "o'b", "started_at": day("2024-01-05"), "ended_at": None, "mrr": 2.5, "plan": "it's"},
        {"customer_id": "c", "started_at": day("2024-02-01"), "ended_at": day("2024-03-31"), "mrr": 4.0, "plan": "pro"},
    ]
    return build(folder, {"subscriptions": rows}).name


def test_each_query_runs_again_as_it_is_written_and_gives_the_same_rows(tmp_path: Path) -> None:
    dataset = open_dataset(_company(tmp_path))
    chosen = Chosen(where="plan = 'it''s' or plan in ('pro')", by="plan")
    with trace() as asked:
        answer = dataset.query("movements_event", chosen, grain="month")
        again = dataset.query("movements_event", chosen, grain="month")
    assert [query.question for query in asked] == ["movements_event"]
    assert answer.sort(keys := answer.columns).equals(again.sort(keys))
    with duckdb.connect(str(dataset.path), read_only=True) as connection:
        rows = connection.sql(next(iter(asked)).sql).pl()
    assert rows.height > 2
    assert rows.sort(keys).equals(answer.sort(keys))


def test_an_answer_names_all_its_queries_and_an_inner_block_belongs_to_the_outer_one(tmp_path: Path) -> None:
    dataset = open_dataset(_company(tmp_path))
    with trace() as outer:
        churn(dataset, Question(), convention="start")
        with trace() as inner:
            dataset.fact("days", "day <= $last", last=dt.date(2024, 1, 2))
    assert {query.question for query in outer} >= {"churn_turns", "days"}
    assert [query.sql for query in inner] == ["select * from days where day <= date '2024-01-02'"]
    dataset.fact("days")  # nobody listens any more
    assert len(inner) == 1


def test_values_are_written_as_literals() -> None:
    values = {"a": None, "b": True, "c": 1.5, "d": "o'b", "e": dt.datetime(2024, 1, 2, 3), "f": [1, 2]}
    text = "select $a, $b, $c, $d, $e, $f, $unknown"
    expected = "select null, true, 1.5, 'o''b', timestamp '2024-01-02 03:00:00', [1, 2], $unknown"
    assert write_out(text, values) == expected
    with pytest.raises(TypeError, match="object"):
        write_out("select $a", {"a": object()})

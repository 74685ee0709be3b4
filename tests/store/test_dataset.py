"""Opening a data set: only one that this version has built."""

from pathlib import Path

import duckdb
import pytest

from analytics.contract.errors import UserError
from analytics.store.build import extend_dataset
from analytics.store.dataset import open_dataset
from tests.metrics.factory import build, day


def test_a_file_of_another_version_is_refused_with_a_remedy(tmp_path: Path) -> None:
    dataset = build(tmp_path, {"subscriptions": [{"customer_id": "a", "started_at": day("2024-01-01"), "mrr": 1.0}]})
    assert open_dataset(dataset.name).build_id == dataset.build_id
    with pytest.raises(UserError, match="holdfast build"):
        extend_dataset(dataset, {}, facts_version="other")


def test_nothing_can_be_written_and_no_file_be_read_through_an_open_data_set(tmp_path: Path) -> None:
    dataset = build(tmp_path, {"subscriptions": [{"customer_id": "a", "started_at": day("2024-01-01"), "mrr": 1.0}]})
    for text in ("create table t as select 1", "select * from read_csv('/etc/passwd')", "set threads = 1"):
        with pytest.raises(duckdb.Error):
            dataset._run(text, {}, "forbidden")

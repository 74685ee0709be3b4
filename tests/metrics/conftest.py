"""The data sets the metric tests share, each built once."""

import polars as pl
import pytest

from analytics.contract.settings import Settings
from analytics.store.dataset import Dataset
from tests.metrics.factory import build, day

AS_OF = "2024-04-20"


@pytest.fixture(scope="session")
def five(tmp_path_factory) -> Dataset:
    """Five customers as of 20 April 2024.

    open: 50 from 10 January. mid: 30 from 1 January to 15 February. back: 20 from 1 January to 1 February,
    again from 5 April. up: 40 from 1 January, 60 from 1 March (two subscriptions, the change on one day).
    late: 10 from 3 March, ends in June.
    """
    rows = [
        ("open", "2024-01-10", None, 50.0),
        ("mid", "2024-01-01", "2024-02-15", 30.0),
        ("back", "2024-01-01", "2024-02-01", 20.0),
        ("back", "2024-04-05", None, 20.0),
        ("up", "2024-01-01", "2024-03-01", 40.0),
        ("up", "2024-03-01", None, 60.0),
        ("late", "2024-03-03", "2024-06-01", 10.0),
    ]
    subscriptions = [
        {"customer_id": who, "started_at": day(start), "ended_at": day(end) if end else None, "mrr": mrr}
        for who, start, end, mrr in rows
    ]
    customers = [
        {"customer_id": who, "size": size}
        for who, size in zip(("open", "mid", "back", "up", "late"), "SSLLM", strict=True)
    ]
    tables = {"subscriptions": pl.DataFrame(subscriptions, infer_schema_length=None), "customers": customers}
    return build(tmp_path_factory.mktemp("five"), tables, Settings(as_of=AS_OF))

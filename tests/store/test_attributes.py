"""What customers can be filtered and broken down by."""

import polars as pl

from analytics.contract.settings import Settings
from tests.metrics.factory import build, day


def test_a_customers_plan_is_the_dearest_of_those_that_run_longest(tmp_path):
    rows = [
        ("both", "pro", "2024-01-01", None, 50.0),
        ("both", "add-on", "2024-02-01", None, 5.0),  # begun later, and not what they are called by
        ("moved", "pro", "2024-01-01", "2024-02-01", 50.0),
        ("moved", "basic", "2024-02-01", None, 20.0),
        ("left", "basic", "2024-01-01", "2024-02-01", 20.0),
        ("left", "add-on", "2024-01-10", "2024-01-20", 5.0),
    ]
    names = ("customer_id", "plan", "started_at", "ended_at", "mrr")
    spans = [
        dict(zip(names, (who, plan, day(s), day(e) if e else None, mrr), strict=True)) for who, plan, s, e, mrr in rows
    ]
    tables = {"subscriptions": pl.DataFrame(spans, infer_schema_length=None)}
    dataset = build(tmp_path, tables, Settings(as_of="2024-03-01"))
    plans = dict(dataset.fact("attributes").select("customer_id", "plan").iter_rows())
    assert plans == {"both": "pro", "moved": "basic", "left": "basic"}

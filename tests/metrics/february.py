"""One month followed by hand: the worked example of every churn convention."""

from pathlib import Path

import polars as pl

from analytics.contract.settings import Settings
from analytics.store.dataset import Dataset
from tests.metrics.factory import build, day


def build_february(folder: Path) -> Dataset:
    """100 at the start; 40 join on the 5th; 10 of the 100 leave on the 10th, one of them is back on the 20th.

    2 of those who joined leave on the 15th.
    """
    spans = [(f"old{n}", "2024-01-01", "2024-02-10" if n < 10 else None) for n in range(100)]
    spans += [("old0", "2024-02-20", None)]
    spans += [(f"new{n}", "2024-02-05", "2024-02-15" if n < 2 else None) for n in range(40)]
    rows = [
        {"customer_id": who, "started_at": day(s), "ended_at": day(e) if e else None, "mrr": 1.0} for who, s, e in spans
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return build(folder, {"subscriptions": frame}, Settings(as_of="2024-03-05"))

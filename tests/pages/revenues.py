"""Data sets for the revenue page: the sample company without a model, and companies at the edge of having revenue."""

import datetime as dt
from functools import cache
from pathlib import Path

import polars as pl

from analytics.contract.settings import Settings
from analytics.intake.check import check_source
from analytics.intake.sample import write_sample
from analytics.store.build import build_dataset
from tests.metrics.factory import build, day
from tests.pages.companies import CUSTOMERS, MONTHS, folder

AS_OF = dt.date(2024, 6, 12)


@cache
def sample_file() -> Path:
    """The sample company; training a model would take longer than all that is asked of it here."""
    source = folder() / "revenue-sample"
    write_sample(source, customers=CUSTOMERS, months=MONTHS)
    return build_dataset(check_source(source, {}, None, folder() / "revenue-checked"), folder() / "revenue.duckdb").name


@cache
def open_month_file() -> Path:
    """Thirty customers at 10 a month from January on, twelve of them gone by April: the n-th after n weeks.

    June is not over. There are neither bills nor reasons.
    """
    first = day("2024-01-01")
    rows = [
        {
            "customer_id": f"c{n:02}",
            "started_at": first,
            "ended_at": first + dt.timedelta(weeks=n) if 0 < n <= 12 else None,
            "mrr": 10.0,
        }
        for n in range(30)
    ]
    tables = {"subscriptions": pl.DataFrame(rows, infer_schema_length=None)}
    return build(folder() / "open-month", tables, Settings(as_of=AS_OF.isoformat())).name


@cache
def one_customer_file() -> Path:
    """One customer in one month, which is not over."""
    rows = [{"customer_id": "only", "started_at": day("2024-06-03"), "ended_at": None, "mrr": 12.5}]
    return build(folder() / "one", {"subscriptions": rows}, Settings(as_of=AS_OF.isoformat())).name


@cache
def free_file() -> Path:
    """Subscriptions that bring nothing: everybody is on a free plan."""
    rows = [{"customer_id": who, "started_at": day("2024-01-03"), "ended_at": None, "mrr": 0.0} for who in "abc"]
    return build(folder() / "free", {"subscriptions": rows}, Settings(as_of=AS_OF.isoformat())).name

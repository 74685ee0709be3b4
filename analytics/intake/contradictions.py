"""What the checked tables say against each other: counted, named, and left for a person to judge."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from analytics.contract.tables import SHAPES
from analytics.intake.words import as_flag

KEYS = {"events": "event_id", "tickets": "ticket_id", "invoices": "invoice_id", "contacts": "contact_id"}
FLAG_NAMES = ("churn", "churned", "churnflag", "ischurned", "haschurned", "churnlabel", "exited", "attrition")
Tables = Mapping[str, pl.LazyFrame]


def find_contradictions(paths: Mapping[str, Path], attributes: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One sentence per contradiction between or inside the checked tables (`paths`: table → Parquet)."""
    tables = {name: pl.scan_parquet(path) for name, path in paths.items()}
    found = [
        *_repeated_ids(tables),
        *_orphans(tables),
        *_churn_flags(tables, attributes),
        *_gone_but_subscribed(tables),
    ]
    for name in ("events", "tickets"):
        found += _before_subscription(tables, name, "subscription_id" in attributes.get(name, ()))
        found += _before_sign_up(tables, name)
    return found


def _one(rows: pl.LazyFrame) -> int:
    """The single number a query comes to."""
    return int(rows.collect(engine="streaming").item())


def _repeated_ids(tables: Tables) -> Iterator[str]:
    for name, key in KEYS.items():
        if name in tables:
            repeated = _one(tables[name].select(pl.col(key).drop_nulls().len() - pl.col(key).drop_nulls().n_unique()))
            if repeated:
                yield f"{name}: {repeated:,} rows repeat an {key} that came before."


def _orphans(tables: Tables) -> Iterator[str]:
    if "customers" not in tables:
        return
    known = tables["customers"].select("customer_id")
    for name, rows in tables.items():
        unknown = rows.join(known, on="customer_id", how="anti").select(pl.len(), pl.col("customer_id").n_unique())
        n_rows, n_customers = unknown.collect(engine="streaming").row(0)
        if n_rows:
            yield f"{name}: {n_rows:,} rows belong to {n_customers:,} customers who are not in customers."


def _before_subscription(tables: Tables, name: str, has_subscription: bool) -> Iterator[str]:
    """Rows dated before their subscription starts, or before the customer's first where the row names none."""
    if name not in tables or "subscriptions" not in tables:
        return
    key = "subscription_id" if has_subscription else "customer_id"
    starts = tables["subscriptions"].group_by(key).agg(pl.col("started_on").min().alias("__start")).drop_nulls()
    day = SHAPES[name].instants[0].day_name
    early = (
        tables[name]
        .select(pl.col(key).cast(pl.String), day)
        .join(starts, on=key)
        .filter(pl.col(day) < pl.col("__start"))
    )
    n_early = _one(early.select(pl.len()))
    if n_early:
        whose = "their" if has_subscription else "the customer’s first"
        yield f"{name}: {n_early:,} rows lie before {whose} subscription starts."


def _before_sign_up(tables: Tables, name: str) -> Iterator[str]:
    if name not in tables or "customers" not in tables:
        return
    day = SHAPES[name].instants[0].day_name
    joined = (
        tables[name]
        .select("customer_id", day)
        .join(tables["customers"].select("customer_id", "signed_up_on"), on="customer_id")
    )
    n_early = _one(joined.filter(pl.col(day) < pl.col("signed_up_on")).select(pl.len()))
    if n_early:
        yield f"{name}: {n_early:,} rows lie before the customer signed up."


def _churn_flags(tables: Tables, attributes: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What each record of who left says, compared with the first of them."""
    said = dict(_departures(tables, attributes))
    if len(said) < 2:
        return []
    first, *others = said
    found = []
    for other in others:
        only_first, only_other = len(said[first] - said[other]), len(said[other] - said[first])
        if only_first or only_other:
            found.append(
                f"{first} names {len(said[first]):,} customers as gone, {other} {len(said[other]):,}: "
                f"{only_first:,} only in the first, {only_other:,} only in the second."
            )
    return found


def _departures(tables: Tables, attributes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, set[str]]]:
    """(record, customers it calls gone): departures, dates of leaving, and attributes that look like a churn flag."""
    if "churn_events" in tables:
        yield "churn_events", _customers(tables["churn_events"])
    for name in ("customers", "subscriptions"):
        if name not in tables:
            continue
        schema = tables[name].collect_schema()
        for attribute in attributes.get(name, ()):
            if "".join(filter(str.isalnum, attribute.lower())) in FLAG_NAMES:
                flag = (
                    pl.col(attribute)
                    if schema[attribute] == pl.Boolean()
                    else as_flag(pl.col(attribute).cast(pl.String))
                )
                yield f"{name}.{attribute}", _customers(tables[name].filter(flag))
    if "customers" in tables:
        gone = _customers(tables["customers"].filter(pl.col("churned_at").is_not_null()))
        if gone:
            yield "customers.churned_at", gone


def _customers(rows: pl.LazyFrame) -> set[str]:
    return set(rows.select(pl.col("customer_id").unique()).collect(engine="streaming").to_series())


def _gone_but_subscribed(tables: Tables) -> Iterator[str]:
    """Customers whose last recorded departure has no return, and who still hold an open period."""
    if not {"churn_events", "subscriptions"} <= set(tables):
        return
    last = (
        tables["churn_events"]
        .group_by("customer_id")
        .agg(pl.col("churned_at").max().alias("__gone"), pl.col("returned_at").max().alias("__back"))
    )
    gone = last.filter(pl.col("__back").is_null() | (pl.col("__back") < pl.col("__gone")))
    is_open = pl.col("ended_at").is_null() & (pl.col("status").is_null() | (pl.col("status") == "active"))
    still = (
        tables["subscriptions"]
        .filter(is_open)
        .join(gone, on="customer_id")
        .filter(pl.col("started_at") < pl.col("__gone"))
    )
    n_still = _one(still.select(pl.col("customer_id").n_unique()))
    if n_still:
        yield f"subscriptions: {n_still:,} customers have left on record while a period begun before is still open."

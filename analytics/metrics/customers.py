"""One customer: found by whatever is known of them, and how they stand on the as-of day."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.store.dataset import Dataset

FOUND_SCHEMA: Final = {"customer_id": pl.String, "name": pl.String, "found": pl.String}
_NEAR = 12


@dataclass(frozen=True, kw_only=True)
class CustomerCard:
    """One customer on the as-of day. `mrr`: currency a month, None without subscriptions. `stage`: None where there is
    none. `joined_on`, `left_on`: of the latest stretch of being a customer, all None in a snapshot. `tenure`: days, in
    a snapshot the file's own unit. `term_ends_on`: the next end of a paid term. `quiet_days`: since the last event.
    `probability`, `low`, `high`, `band`: of the stored score, None where there is none. `attributes`: by name.
    """

    customer_id: str
    name: str | None = None
    is_here: bool = True
    stage: str | None = None
    stage_since_on: dt.date | None = None
    joined_on: dt.date | None = None
    left_on: dt.date | None = None
    tenure: float | None = None
    mrr: float | None = None
    plan: str | None = None
    term_ends_on: dt.date | None = None
    days_to_renewal: int | None = None
    quiet_days: int | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    band: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


def find_customers(dataset: Dataset, text: str, limit: int = 20) -> pl.DataFrame:
    """One row per customer whose id, name or any text attribute holds the text, in whatever case: customer_id, name,
    found (the attribute it stands in, empty for id and name, which are read first). Those that begin with it come
    first; at most `limit`.
    """
    wanted = text.strip().lower()
    if not wanted:
        return pl.DataFrame(schema=FOUND_SCHEMA)
    known = _search(dataset, "customers", ["customer_id", "name"], wanted, limit)
    texts = [name for name, kind in dataset.info.attributes.items() if kind == "text" and name != "customer_id"]
    further = _search(dataset, "attributes", texts, wanted, limit).join(known, on="customer_key", how="anti")
    named = [_holds(pl.col(name), wanted).then(pl.lit(f"{name}: ") + pl.col(name)) for name in texts]
    found = pl.coalesce(*named, pl.lit(None, pl.String)) if named else pl.lit(None, pl.String)
    keys = ["customer_key", "customer_id", "is_start"]
    rows = pl.concat(
        [
            known.select(*keys, found=pl.lit("")),
            further.select(*keys, found=found),
        ]
    )
    names = dataset.fact("customers", "customer_key in $keys", keys=rows["customer_key"].to_list())
    rows = rows.join(names.select("customer_key", "name"), on="customer_key", how="left")
    ranked = rows.sort(
        pl.col("customer_id").str.to_lowercase() != wanted, pl.col("is_start").not_(), maintain_order=True
    )
    return ranked.head(limit).select(pl.col(name).cast(kind) for name, kind in FOUND_SCHEMA.items())


def is_customer(dataset: Dataset, customer_id: str) -> bool:
    """Whether there is a customer of exactly that id."""
    return not dataset.fact("customers", "customer_id = $customer_id", customer_id=customer_id).is_empty()


def find_key(dataset: Dataset, customer_id: str) -> int:
    """The key of a customer; UserError names the nearest ids."""
    found = dataset.fact("customers", "customer_id = $customer_id", customer_id=customer_id)
    if found.height:
        return int(found["customer_key"][0])
    near = dataset.fact(
        "customers",
        "true order by levenshtein(customer_id, $asked), customer_id limit $most",
        asked=customer_id,
        most=_NEAR,
    )["customer_id"]
    what = f"there is no customer {customer_id!r}." if customer_id else "it is not said which customer."
    raise UserError(what, dataset.name.name, suggest(customer_id, near) or "Search by a part of the id or of the name.")


def customer_card(dataset: Dataset, customer_id: str) -> CustomerCard:
    """How one customer stands on the as-of day; UserError for an unknown id."""
    key = find_key(dataset, customer_id)
    attributes = dataset.fact("attributes", "customer_key = $key", key=key).drop("customer_key", "customer_id")
    further = attributes.row(0, named=True) if attributes.height else {}
    name = dataset.fact("customers", "customer_key = $key", key=key)["name"][0]
    known = {"customer_id": customer_id, "name": name, "attributes": further, **_score(dataset, key)}
    as_of = dataset.info.as_of
    if as_of is None:
        return CustomerCard(**known, **_row_of_snapshot(dataset, key))
    return CustomerCard(**known, **_standing(dataset, key, as_of), plan=further.get("plan"))


def next_term_end(spans: pl.DataFrame, as_of: dt.date) -> dt.date | None:
    """The first end of a term of a running paid period after the as-of day, as stated, or counted in terms from its
    renewal date or its start; None where no period says how long its term is. spans: rows of `spans`."""
    running = spans.filter((pl.col("is_paid") == 1) & pl.col("ended_on").is_null())
    ends = [_term_end(span, as_of) for span in running.iter_rows(named=True)]
    return min((end for end in ends if end), default=None)


def _term_end(span: dict[str, Any], as_of: dt.date) -> dt.date | None:
    stated: dt.date | None = span["contract_ends_on"]
    if stated and stated > as_of:
        return stated
    renews_on: dt.date | None = span["renews_on"]
    if renews_on and renews_on > as_of:
        return renews_on
    if not span["term_months"]:
        return None
    anchor: dt.date = renews_on or span["started_on"]
    passed = (as_of.year - anchor.year) * 12 + as_of.month - anchor.month
    nth = max(1, passed // span["term_months"])
    ends = (_add_months(anchor, n * span["term_months"]) for n in (nth, nth + 1))
    return next(end for end in ends if end > as_of)


def _add_months(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _standing(dataset: Dataset, key: int, as_of: dt.date) -> dict[str, Any]:
    """What dated records say of a customer on the as-of day."""
    facts = {
        name: dataset.fact(name, "customer_key = $key", key=key)
        for name in ("active_spans", "stage_episodes", "mrr_movements", "spans", "event_days")
    }
    stays = facts["active_spans"].sort("started_on")
    last = stays.row(-1, named=True) if stays.height else {"started_on": None, "ended_on": None}
    stage = facts["stage_episodes"].filter(pl.col("ended_on").is_null())
    is_here = last["started_on"] is not None and last["ended_on"] is None
    term_ends_on = next_term_end(facts["spans"], as_of) if is_here else None
    seen = facts["event_days"]["day"].max()
    return {
        "is_here": is_here,
        "joined_on": last["started_on"],
        "left_on": last["ended_on"],
        "tenure": ((last["ended_on"] or as_of) - last["started_on"]).days if last["started_on"] else None,
        "stage": stage["stage"][0] if stage.height else None,
        "stage_since_on": stage["started_on"][0] if stage.height else None,
        "mrr": facts["mrr_movements"]["change_cents"].sum() / 100 if dataset.info.has("subscriptions") else None,
        "term_ends_on": term_ends_on,
        "days_to_renewal": (term_ends_on - as_of).days if term_ends_on else None,
        "quiet_days": (as_of - seen).days if isinstance(seen, dt.date) else None,
    }


def _row_of_snapshot(dataset: Dataset, key: int) -> dict[str, Any]:
    row = dataset.fact("snapshot", "customer_key = $key", key=key).row(0, named=True)
    return {"is_here": not row["churned"], "tenure": row["tenure"]}


def _score(dataset: Dataset, key: int) -> dict[str, Any]:
    """The stored score; nothing before training, after a refusal and for those who have left."""
    if "scores" not in dataset.tables():
        return {}
    scores = dataset.fact("scores", "customer_key = $key", key=key).select("probability", "low", "high", "band")
    return scores.row(0, named=True) if scores.height else {}


def _search(dataset: Dataset, table: str, columns: list[str], wanted: str, limit: int) -> pl.DataFrame:
    """Rows of a table in which one of the columns holds the text, with `is_start`; those that begin with it first."""
    if not columns:
        return dataset.fact(table, "1 = 0").with_columns(is_start=pl.lit(False))
    lowered = ['lower("' + name.replace('"', '""') + '")' for name in columns]
    holds = " or ".join(f"contains({text}, $wanted)" for text in lowered)
    begins = " or ".join(f"starts_with({text}, $wanted)" for text in lowered)
    order = f"order by lower(customer_id) <> $wanted, case when {begins} then 0 else 1 end, customer_id limit $limit"
    rows = dataset.fact(table, f"({holds}) {order}", wanted=wanted, limit=limit)
    starts = [pl.col(name).str.to_lowercase().str.starts_with(wanted).fill_null(False) for name in columns]
    return rows.with_columns(is_start=pl.any_horizontal(starts))


def _holds(column: pl.Expr, wanted: str) -> Any:
    return pl.when(column.str.to_lowercase().str.contains(wanted, literal=True))

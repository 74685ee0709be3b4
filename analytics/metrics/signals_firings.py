"""When each early sign fires: days (or spans of days) of single customers, from rows, queries and rare kinds."""

from collections.abc import Iterable

import polars as pl

from analytics.contract.signal_settings import make_sign
from analytics.contract.signs import (
    DECLARED_KINDS,
    MOST_KINDS,
    RARE_DAYS,
    SIGNS,
    Rule,
    Sign,
    sign_of_kind,
)
from analytics.store.dataset import Chosen, Dataset
from analytics.store.matching import find_rows

FIRING_SCHEMA = {"sign": pl.String, "customer_key": pl.Int32, "day": pl.Date, "until_on": pl.Date}
_KEYS = ["customer_key", "day"]
# contract column: where the facts keep it under another name
_KEPT_AS = {"events.name": ("customer_days", ""), "subscriptions.mrr": ("spans", "mrr_cents")}
_FACTS = {"subscriptions": "spans"}


def list_signs(dataset: Dataset) -> tuple[Sign, ...]:
    """The shipped signs and the settings' own; one of the settings replaces a shipped one of its name."""
    own = {name: make_sign(name, values) for name, values in dataset.info.settings.signals.items()}
    return tuple(own.pop(sign.name, sign) for sign in SIGNS) + tuple(own.values())


def say_what_lacks(dataset: Dataset, sign: Sign) -> str:
    """One sentence on what the sign needs and the data set does not have; empty where it can be computed."""
    lacking = [need for need in sign.needs if not _has_column(dataset, need)]
    enough_is_one = len(sign.rules) > 1
    if not lacking or (enough_is_one and len(lacking) < len(sign.needs)):
        return ""
    return f"needs {(' or ' if enough_is_one else ' and ').join(lacking)}"


def read_firings(dataset: Dataset, chosen: Chosen, signs: Iterable[Sign]) -> pl.DataFrame:
    """One row per firing of these signs: sign, customer_key, day, until_on (first day on which it no longer fires).

    Rows known on one day are one firing. UserError where a sign's condition names a column that does not exist.
    """
    parts = [_fire(dataset, chosen, sign).with_columns(sign=pl.lit(sign.name)) for sign in signs]
    return pl.concat([pl.DataFrame(schema=FIRING_SCHEMA), *(_shape(dataset, part) for part in parts)])


def read_kind_firings(dataset: Dataset, chosen: Chosen, taken: Iterable[str]) -> tuple[tuple[Sign, ...], pl.DataFrame]:
    """The signs that rare kinds of records are, and their firings, as `read_firings`; names `taken` are left out."""
    rows = dataset.query(
        "signs/kinds",
        chosen,
        as_of=dataset.info.as_of,
        rare_days=RARE_DAYS,
        most_kinds=MOST_KINDS,
        n_customers=dataset.info.settings.low_n,
    )
    known, signs = set(taken), {}
    for source, name in rows.select("source", "name").unique().sort("source", "name").iter_rows():
        sign = sign_of_kind(source, name)
        if sign.name not in known and (source, name) not in DECLARED_KINDS:
            signs[(source, name)] = sign
            known.add(sign.name)
    names = [{"source": source, "name": name, "sign": sign.name} for (source, name), sign in signs.items()]
    named = pl.DataFrame(names, schema={"source": pl.String, "name": pl.String, "sign": pl.String})
    return tuple(signs.values()), _shape(dataset, rows.join(named, on=["source", "name"]))


def _fire(dataset: Dataset, chosen: Chosen, sign: Sign) -> pl.DataFrame:
    if sign.query:
        rows = dataset.query(f"signs/{sign.query}", chosen, as_of=dataset.info.as_of, **sign.values)
        lasting = _keep_lasting(rows, sign.lasting_days) if sign.lasting_days else rows
        return _before_renewal(dataset, chosen, lasting, sign.before_renewal_days)
    usable = [rule for rule in sign.rules if dataset.info.has(rule.table)]
    return pl.concat([_fire_rule(dataset, chosen, rule) for rule in usable])


def _fire_rule(dataset: Dataset, chosen: Chosen, rule: Rule) -> pl.DataFrame:
    rows = find_rows(dataset, rule).sort(_KEYS)
    nth_before = pl.col("day").shift(rule.at_least - 1).over("customer_key")
    often = rows.filter((pl.col("day") - nth_before).dt.total_days() < rule.within_days)
    return _before_renewal(dataset, chosen, often, rule.before_renewal_days)


def _keep_lasting(spans: pl.DataFrame, days: int) -> pl.DataFrame:
    """Unbroken spans, each from the day on which it has lasted so long, and what counts `at_once`."""
    rows = spans.sort(_KEYS)
    is_same = pl.col("customer_key") == pl.col("customer_key").shift(1)
    goes_on = is_same & (pl.col("day") == pl.col("until_on").shift(1))
    whole = rows.group_by((~goes_on.fill_null(False)).cum_sum().alias("nth"), maintain_order=True).agg(
        pl.col("customer_key").first(), pl.col("day").first() + pl.duration(days=days), pl.col("until_on").last()
    )
    lasting = whole.filter(pl.col("day") < pl.col("until_on"))
    columns = [*_KEYS, "until_on"]
    return pl.concat([lasting.select(columns), rows.filter(pl.col("at_once") == 1).select(columns)])


def _before_renewal(dataset: Dataset, chosen: Chosen, firings: pl.DataFrame, days: int | None) -> pl.DataFrame:
    """Only the firings with the end of a running contract term within so many days after them."""
    if days is None:
        return firings
    least = dataset.info.settings.stages.renewal_min_term_months
    terms = dataset.query("signs/terms", chosen, renewal_min_term_months=least)
    day = pl.col("day")
    is_running = (pl.col("started_on") <= day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") >= day))
    pairs = firings.select(_KEYS).unique().join(terms, on="customer_key").filter(is_running)
    close = pairs.filter((_next_term_end() - day).dt.total_days() <= days)
    return firings.join(close.select(_KEYS).unique(), on=_KEYS, how="semi")


def _next_term_end() -> pl.Expr:
    """The first end of a term after `day`: whole terms away from the stated one, else from the period's start."""
    anchor, day = pl.coalesce("renews_on", "started_on"), pl.col("day")
    months = (day.dt.year() - anchor.dt.year()) * 12 + day.dt.month().cast(pl.Int32) - anchor.dt.month()
    last = months // pl.col("term_months")  # the term that ends in or before this month
    ends = [anchor.dt.offset_by(pl.format("{}mo", (last + n) * pl.col("term_months"))) for n in (0, 1)]
    return pl.when(ends[0] > day).then(ends[0]).otherwise(ends[1])


def _shape(dataset: Dataset, firings: pl.DataFrame) -> pl.DataFrame:
    """The columns of a firing, as far as it is observed; without an end of its own it lasts its day."""
    next_day = pl.col("day") + pl.duration(days=1)
    until = pl.min_horizontal("until_on", pl.lit(dataset.info.as_of) + pl.duration(days=1))
    firings = firings.filter(pl.col("day") <= dataset.info.as_of)
    firings = firings.with_columns(until_on=until if "until_on" in firings.columns else next_day)
    return firings.select(pl.col(name).cast(kind) for name, kind in FIRING_SCHEMA.items()).unique()


def _has_column(dataset: Dataset, need: str) -> bool:
    """Whether the table of `table.column` came and the column holds anything."""
    table, column = need.split(".")
    if not dataset.info.has(table):
        return False
    fact, kept_as = _KEPT_AS.get(need, (_FACTS.get(table, table), column))
    if column.endswith("_at") and table == "subscriptions":
        kept_as = column.removesuffix("_at") + "_on"
    return not kept_as or not dataset.fact(fact, f"{kept_as} is not null limit 1").is_empty()

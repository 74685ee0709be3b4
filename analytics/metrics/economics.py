"""What one point of monthly retention is worth over a year, and keeping against acquiring, with the working shown."""

from dataclasses import replace

import polars as pl

from analytics.contract.metrics import find_metric
from analytics.metrics.cents import in_currency
from analytics.metrics.churn import count_turns
from analytics.metrics.intervals import divide, with_wilson
from analytics.metrics.movements import bridge_cents
from analytics.metrics.periods import FINAL, UNFINISHED
from analytics.metrics.question import Question, name_groups, require_dates
from analytics.store.dataset import Dataset

POINT = 0.01  # one point of monthly retention
MONTHS = 12
ACQUISITION, KEEPING = "acquisition_cost", "keeping_cost"  # in [targets]: see `economics`
_SHOWN = ("customers_kept", "mrr_kept", "margin")
# metric: (its column in the last month of the projection, the targets it needs, whether it needs revenue)
_NUMBERS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "point_customers": ("customers_kept", (), False),
    "point_mrr": ("mrr_kept", (), True),
    "point_value": ("margin", (), True),
    "point_break_even": ("break_even", (), True),
    "point_replacement_cost": ("replacement", (ACQUISITION,), False),
    "point_keeping_cost": ("keeping", (KEEPING,), False),
    "keeping_to_acquiring": ("ratio", (ACQUISITION, KEEPING), False),
}


def economics(dataset: Dataset, question: Question) -> pl.DataFrame:
    """What one point more of monthly retention is worth over twelve months: one row per number.

    metric (a key of the definitions), value, low, high (the least and most within the 95 % interval of the churn
    rate), unit, n (customer-months behind that rate), state (unfinished below 12 final months), missing (what a null
    value lacks), group. `[targets]` may give acquisition_cost (currency per customer won) and keeping_cost (what the
    point costs, currency per customer and month). Always by the month and from the as-of day; the working is in
    `project_point`. Segments are projected each at its own rate, so they do not sum to the whole.
    """
    last = _project(dataset, question).filter(pl.col("month") == MONTHS)
    rows = pl.concat([_number(last, dataset, metric) for metric in _NUMBERS])
    return name_groups(rows, question)


def project_point(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The working of `economics`: one row per month ahead, from 1 to 12.

    month, churn (monthly, pooled over the last 12 final months), customers (active at the month's end at that
    churn), customers_with_point (with one point less; churn below a point becomes 0), customers_kept, mrr_kept
    (currency a month), margin (gross margin on mrr_kept, cumulated), each of the three with `_low` and `_high`, n,
    state, group. A customer kept is taken to pay what the average one pays; nothing is discounted.
    """
    rows = _project(dataset, question)
    best = pl.col("role") == "rate"
    shown = [pl.col(name).filter(best).first() for name in ("churn", "customers", "customers_with_point")]
    bounds = [
        one
        for name in _SHOWN
        for one in (
            pl.col(name).filter(best).first(),
            pl.col(name).min().alias(f"{name}_low"),
            pl.col(name).max().alias(f"{name}_high"),
        )
    ]
    keys = ["segment", "month"]
    table = rows.group_by(keys, maintain_order=True).agg(*shown, *bounds, pl.col("n", "state").first()).sort(keys)
    return name_groups(table.select(pl.exclude("segment"), "segment"), question)


def _project(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per segment, role (rate, low, high, and one point where the interval holds it) and month ahead."""
    start = _read_start(dataset, question)
    rates = start.unpivot(["rate", "low", "high", "kink"], index="segment", variable_name="role", value_name="churn")
    is_asked = (pl.col("role") != "kink") | pl.col("churn").is_not_null()
    paths = rates.filter(is_asked).join(start.drop("rate", "low", "high", "kink"), on="segment", nulls_equal=True)
    months = pl.DataFrame({"month": range(1, MONTHS + 1)}, schema={"month": pl.Int64})
    stays, with_point = 1 - pl.col("churn"), 1 - (pl.col("churn") - POINT).clip(lower_bound=0)
    path, now = ["segment", "role"], pl.col("customers_now")
    rows = paths.join(months, how="cross").sort(*path, "month").with_columns(
        customers=now * stays.pow(pl.col("month")),
        customers_with_point=now * with_point.pow(pl.col("month")),
        customer_months=(now * with_point.pow(pl.col("month") - 1)).cum_sum().over(path),
    )  # fmt: skip
    rows = rows.with_columns(customers_kept=pl.col("customers_with_point") - pl.col("customers"))
    rows = rows.with_columns(mrr_kept=pl.col("customers_kept") * divide("mrr_now", "customers_now"))
    margin = pl.col("mrr_kept").cum_sum().over(path) * dataset.info.settings.gross_margin
    return _add_costs(rows.with_columns(margin=margin), dataset)


def _add_costs(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    targets = dataset.info.settings.targets
    acquisition, keeping = (pl.lit(targets.get(name), dtype=pl.Float64) for name in (ACQUISITION, KEEPING))
    rows = rows.with_columns(
        break_even=divide("margin", "customer_months"),
        replacement=pl.col("customers_kept") * acquisition,
        spent=pl.col("customer_months") * keeping,
        acquisition=acquisition,
    )
    rows = rows.with_columns(keeping=divide("spent", "customers_kept"))
    return rows.with_columns(ratio=divide("keeping", "acquisition"))


def _read_start(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per segment: customers_now, mrr_now (null without subscriptions), n, rate, low, high, kink, state."""
    require_dates(dataset, "Retention economics")
    monthly = replace(question, period="month", start="", end="")
    counts = count_turns(dataset, monthly)
    final = pl.col("state") == FINAL
    recent = [pl.col(name).filter(final).tail(MONTHS) for name in ("existing_churned", "active_start")]
    start = counts.group_by("segment", maintain_order=True).agg(
        customers_now=pl.col("active_end").last(),
        churned=recent[0].sum(),
        n=recent[1].sum(),
        state=pl.when((recent[1] > 0).sum() == MONTHS).then(pl.lit(FINAL)).otherwise(pl.lit(UNFINISHED)),
    )
    start = with_wilson(start, "churned", "n")
    # where churn is below a point, a rate of exactly one point gains most
    holds_point = (pl.col("low") < POINT) & (pl.col("high") > POINT)
    start = start.with_columns(kink=pl.when(holds_point).then(POINT))
    if not dataset.info.has("subscriptions"):
        return start.with_columns(mrr_now=pl.lit(None, dtype=pl.Float64))
    paid = bridge_cents(dataset, monthly).group_by("segment").agg(pl.col("closing").last())
    paid = paid.select("segment", mrr_now=in_currency("closing"))
    return start.join(paid, on="segment", how="left", nulls_equal=True, maintain_order="left")


def _number(last: pl.DataFrame, dataset: Dataset, metric: str) -> pl.DataFrame:
    column, costs, needs_revenue = _NUMBERS[metric]
    settings = dataset.info.settings
    unit = find_metric(metric).unit
    rows = last.group_by("segment", maintain_order=True).agg(
        value=pl.col(column).filter(pl.col("role") == "rate").first(),
        low=pl.col(column).min(),
        high=pl.col(column).max(),
        n=pl.col("n").first(),
        state=pl.col("state").first(),
        churn=pl.col("churn").first(),
    )
    lacks = [f"targets.{cost} in the settings" for cost in costs if cost not in settings.targets]
    lacks += ["subscriptions with mrr"] if needs_revenue and not dataset.info.has("subscriptions") else []
    nobody = pl.when(pl.col("n") == 0).then(pl.lit("a finished month with customers at its start"))
    missing = pl.lit(" and ".join(lacks)) if lacks else nobody.otherwise(pl.lit(""))
    told = settings.currency if unit == "currency" else unit
    rows = rows.with_columns(metric=pl.lit(metric), unit=pl.lit(told), missing=missing)
    return rows.select("metric", "value", "low", "high", "unit", "n", "state", "missing", "segment").sort("segment")

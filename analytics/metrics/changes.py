"""What changed between the last two finished periods, in parts that add up to the change exactly."""

import polars as pl

from analytics.metrics.cents import in_currency
from analytics.metrics.churn import count_turns
from analytics.metrics.estimates import difference
from analytics.metrics.intervals import Interval, divide
from analytics.metrics.movements import KINDS, bridge_cents
from analytics.metrics.periods import FINAL
from analytics.metrics.question import BLANK, Question, choose_periods, name_groups, require_dates, require_table
from analytics.store.dataset import Dataset

_CHURN_COLUMNS = (
    "period_before", "period", "group", "share_before", "share", "rate_before", "rate", "change", "low", "high",
    "mix", "within", "contribution", "base_before", "base", "state",
)  # fmt: skip


def change_of_churn(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The change of customer churn (`start_existing`) between the last two final periods: one row per group of `by`.

    period_before, period, group, share_before and share (of the customers at the start), rate_before and rate, change
    of the group's rate with low and high (95 %, Newcombe), mix (what the group's growing or shrinking share
    adds to the change of the whole), within (what its own rate adds), contribution (mix + within), base_before, base
    (customers at the start), state. Summed over the groups, mix + within is the change of the whole exactly.
    Empty without two final periods that begin with customers; without `by` there is one group, all mix is 0.

    E. M. Kitagawa (1955), JASA 50: mix (w₁ − w₀)(½(r₀ + r₁) − r̄), within (r₁ − r₀)½(w₀ + w₁), with r̄ the mean of the
    two overall rates, which changes no sum but makes a growing group count by how far it lies from the average. A
    group without customers in one period has no rate there and counts as mix alone.
    """
    require_dates(dataset, "What changed")
    counts = count_turns(dataset, question)
    counts = counts.select("segment", "period", "state", base="active_start", churned="existing_churned")
    pair = _last_two(counts, question, pl.col("base").sum() > 0)
    if pair is None:
        return pl.DataFrame(schema=dict.fromkeys(_CHURN_COLUMNS, pl.Null))
    before, now = (counts.filter(pl.col("period") == period) for period in pair)
    keys = ["segment", "base", "churned"]
    old = before.select("segment", base_before="base", churned_before="churned")
    rows = now.select(keys).join(old, on="segment", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(period_before=pl.lit(pair[0]), period=pl.lit(pair[1]), state=pl.lit(FINAL))
    rows = split_change(rows.filter((pl.col("base") > 0) | (pl.col("base_before") > 0)), ["period"])
    low, high = difference(rows["churned"], rows["base"], rows["churned_before"], rows["base_before"])
    named = pl.col("segment").fill_null(BLANK if question.by else "all customers").alias("group")
    return rows.with_columns(named, *bound_columns("low", "high", (low, high))).select(_CHURN_COLUMNS)


def change_of_mrr(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The change of monthly recurring revenue in the last final period by kind of movement: one row per kind.

    period, kind (in the order of the bridge), amount (currency a month; the kinds add up to closing − opening to the
    cent), share (of the opening; null without one), amount_before (the same kind in the final period before; null
    without one), opening, closing, state, group. Empty without a final period.
    """
    require_table(dataset, "subscriptions", "started_at, ended_at and mrr", "The change of revenue")
    final = bridge_cents(dataset, question).filter(pl.col("state") == FINAL)
    last_chosen = choose_periods(final, question).select(last_chosen=pl.col("period").max())
    rows = final.join(last_chosen, how="cross").filter(pl.col("period") <= pl.col("last_chosen"))
    money = ["opening", *KINDS, "closing"]
    rows = rows.with_columns(in_currency(name) for name in money)
    last = rows.filter(pl.col("period") == pl.col("period").max())
    old = rows.filter(pl.col("period") < pl.col("period").max()).group_by("segment", maintain_order=True).last()
    kept = ["segment", "period", "opening", "closing", "state"]
    long = last.unpivot(KINDS, index=kept, variable_name="kind", value_name="amount")
    earlier = old.unpivot(KINDS, index="segment", variable_name="kind", value_name="amount_before")
    long = long.join(earlier, on=["segment", "kind"], how="left", nulls_equal=True, maintain_order="left")
    columns = ("period", "kind", "amount", "share", "amount_before", "opening", "closing", "state", "segment")
    told = long.with_columns(share=divide("amount", "opening")).select(columns)
    order = pl.col("kind").replace_strict({kind: nth for nth, kind in enumerate(KINDS)}, return_dtype=pl.Int32)
    return name_groups(told.sort("segment", order), question)


def _last_two(counts: pl.DataFrame, question: Question, is_usable: pl.Expr) -> tuple[object, object] | None:
    """The last final period chosen and the one before it, chosen or not, if both are usable."""
    final = counts.filter(pl.col("state") == FINAL).group_by("period").agg(is_usable=is_usable).sort("period")
    chosen = choose_periods(final, question)
    if chosen.is_empty():
        return None
    final = final.filter(pl.col("period") <= chosen["period"][-1]).tail(2)
    if final.height < 2 or not final["is_usable"].all():
        return None
    return final["period"][0], final["period"][1]


def split_change(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The rows with share, share_before, rate, rate_before, change, mix, within and contribution.

    One row per part of a whole, the wholes told apart by `keys`: base, churned, base_before, churned_before. Within
    each whole, contribution (mix + within) sums to the change of its rate exactly; see `change_of_churn`.
    """
    totals = {name: pl.col(name).sum().over(keys) for name in ("base", "churned", "base_before", "churned_before")}
    overall = (totals["churned"] / totals["base"] + totals["churned_before"] / totals["base_before"]) / 2
    rows = rows.with_columns(
        share=pl.col("base") / totals["base"],
        share_before=pl.col("base_before") / totals["base_before"],
        rate=divide("churned", "base"),
        rate_before=divide("churned_before", "base_before"),
        overall=overall,
    )
    was, now = pl.coalesce("rate_before", "rate"), pl.coalesce("rate", "rate_before")
    rows = rows.with_columns(
        change=pl.col("rate") - pl.col("rate_before"),
        mix=(pl.col("share") - pl.col("share_before")) * ((was + now) / 2 - pl.col("overall")),
        within=(now - was) * (pl.col("share") + pl.col("share_before")) / 2,
    )
    return rows.with_columns(contribution=pl.col("mix") + pl.col("within"))


def bound_columns(low: str, high: str, bounds: Interval) -> list[pl.Series]:
    """Two columns of an interval; null where it is not known."""
    return [pl.Series(name, bound).fill_nan(None) for name, bound in zip((low, high), bounds, strict=True)]

"""Why two churn rates of one period differ: the customers who count in one and not in the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.churn import CONVENTIONS, Convention, count_days, count_turns, sum_days
from analytics.metrics.intervals import divide
from analytics.metrics.periods import FINAL, read_periods, refuse_hours
from analytics.metrics.question import Question, choose_periods, name_groups, read_groups, require_dates
from analytics.store.dataset import Dataset

BOTH, CHURNED, BASE = "churned and base", "churned", "base"
AGAIN, MORNINGS = "again", "mornings"  # what summing by day adds: every departure counts, over its own morning
Side = Literal["churned", "base"]
_KEYS = ("segment", "period_index", "customer_id")
_FLAGS = ("was_here", "is_here", "has_joined", "is_acquired", "has_churned", "has_returned")
_DAYS = ("came_on", "left_on", "returned_on")
_ROWS = ("period", "customer_id", *_FLAGS, "times_left", *_DAYS, "leaving", "standing", "daily_rate", *CONVENTIONS)
_STEPS = ("period", "nth", "side", "who", "customers", "unmoved", "churned", "base", "rate", "change", "state")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the walk from one convention to another: which group of customers enters or leaves which side, and
    the convention that stands after it. `direction` is 1 where they enter, -1 where they leave; the step
    that begins the walk has no group.
    """

    side: Side
    group: str
    direction: int
    after: Convention
    is_again: bool  # every departure counts, not only every customer


def reconcile_churn(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per period and customer who came or left in it: where each churn convention counts them.

    Without `start` and `end`, the last final period alone. period (local first day), customer_id; was_here (on the
    eve of the period), is_here (at its end), has_joined (came while not here at the start), is_acquired (of
    them, came for the first time), has_churned, has_returned (came again after leaving in the period);
    times_left; came_on (first day back or new), left_on (first day away), returned_on (first return after it);
    leaving (gone, came_back, joined_and_left: the group `count_turns` counts them in; null for who did not
    leave), standing (active_start, acquired, rejoined); daily_rate (their part of the daily rate); one column
    per convention: `churned and base`, `churned`, `base`, or null where they do not count; for `daily`, base
    means the mornings on which they are here; group. Who was here throughout is not listed: `count_unmoved`.
    """
    require_dates(dataset, "Churn by customer")
    read_groups(dataset, question)  # says so where nobody meets the condition
    question = choose_last_final(dataset, question)
    window = {"start_on": question.start_on, "end_on": question.end_on}
    stretches = dataset.query("churn_stretches", question.chosen, grain=question.period, **window)
    periods = read_periods(dataset, question).select("period_index", "period", "state")
    stretches = stretches.join(periods, on="period_index")
    customers = (
        _flag(stretches)
        .join(periods, on="period_index")
        .join(_share_mornings(dataset, question, stretches), on=_KEYS, how="left", nulls_equal=True)
    )
    placed = customers.with_columns(_place(name).alias(name) for name in CONVENTIONS)
    return name_groups(placed.sort("segment", "period", "customer_id").select(*_ROWS, "segment"), question)


def count_unmoved(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per period (the last final alone, without `start` and `end`) and group: period, unmoved, group.

    unmoved: the customers who were here from the eve to the end, without leaving; `reconcile_churn` does not list them.
    """
    counts = _count_groups(dataset, question)
    return name_groups(counts.select("period", "unmoved", "segment"), question)


def explain_steps(dataset: Dataset, question: Question, one: str, other: str) -> pl.DataFrame:
    """The walk from one convention to another: one row per period and step; `change` adds up to the difference.

    period, nth (0: the rate the walk begins with), side (churned or base), who (a group as in `leaving` and
    `standing` of `reconcile_churn`; `again`: departures after a customer's first; `mornings`: those active that
    morning instead of everybody), customers (who come in, or negative: are taken out; null for `mornings`),
    unmoved (of them, here throughout and in no list), churned, base (null once it is by morning), rate and
    change (null where undefined), state, group. Steps that move nobody are left out.
    """
    walk = list_steps(one, other)
    counts = _count_groups(dataset, question)
    parts = [_take_step(counts, step).with_columns(nth=pl.lit(n)) for n, step in enumerate(walk)]
    rows = pl.concat(parts).sort("segment", "period", "nth", maintain_order=True)
    moved = rows.filter((pl.col("nth") == 0) | (pl.col("customers") != 0) | (pl.col("who") == MORNINGS))
    moved = moved.with_columns(
        nth=pl.int_range(pl.len()).over("segment", "period"),
        change=pl.col("rate").diff().over("segment", "period"),
    )
    return name_groups(moved.select(*_STEPS, "segment"), question)


def list_steps(one: str, other: str) -> tuple[Step, ...]:
    """The steps from one convention to another; the first, without a group, only stands at the beginning.

    Who enters the base does so before others leave it, so that no base on the way is empty. UserError for
    an unknown convention.
    """
    now, goal = (_find(name) for name in (one, other))
    return (Step(side="churned", group="", direction=0, after=now, is_again=now.is_daily), *_walk(now, goal))


def choose_step(people: pl.DataFrame, group: str) -> pl.DataFrame:
    """The customers whom one step of a walk is about. people: rows of `reconcile_churn`."""
    if group == AGAIN:
        return people.filter(pl.col("times_left") > 1)
    return people.filter((pl.col("leaving") == group) | (pl.col("standing") == group) | pl.lit(group == MORNINGS))


def choose_difference(people: pl.DataFrame, one: str, other: str) -> pl.DataFrame:
    """The customers who count otherwise in one convention than in the other. people: rows of `reconcile_churn`.

    Against `daily` also those who left more than once: there each of their departures counts.
    """
    differ = pl.col(one).ne_missing(pl.col(other))
    if _find(one).is_daily != _find(other).is_daily:
        differ |= pl.col("times_left") > 1
    return people.filter(differ)


def choose_last_final(dataset: Dataset, question: Question) -> Question:
    """The question as it is when it chooses periods by `start` or `end`; else for the last final period alone, or the
    last of all while none is final.
    """
    refuse_hours(question)
    if question.start or question.end:
        return question
    periods = read_periods(dataset, question)
    final = periods.filter(pl.col("state") == FINAL)
    day = (final if final.height else periods)["period"][-1].isoformat()
    return replace(question, start=day, end=day)


def _flag(stretches: pl.DataFrame) -> pl.DataFrame:
    """By segment, period and customer: what they were, did and are. A customer's stretches never touch."""
    began, left = pl.col("started_on") >= pl.col("period"), pl.col("ended_on").is_not_null()
    first_left = pl.col("ended_on").min()
    customers = stretches.group_by(_KEYS).agg(
        was_here=(~began).any(),
        is_here=(~left).any(),
        is_acquired=(began & (pl.col("nth") == 1)).any(),
        times_left=left.sum().cast(pl.Int64),
        came_on=pl.col("started_on").filter(began).min(),
        left_on=first_left,
        returned_on=pl.col("started_on").filter(pl.col("started_on") > first_left).min(),
    )
    flagged = customers.with_columns(
        has_joined=~pl.col("was_here"),
        has_churned=pl.col("times_left") > 0,
        has_returned=pl.col("returned_on").is_not_null(),
    )
    was_here, is_here = pl.col("was_here"), pl.col("is_here")
    left_as = pl.when(~was_here).then(pl.lit("joined_and_left")).when(is_here).then(pl.lit("came_back"))
    stood_as = pl.when(was_here).then(pl.lit("active_start")).when(pl.col("is_acquired")).then(pl.lit("acquired"))
    return flagged.with_columns(
        leaving=pl.when(pl.col("has_churned")).then(left_as.otherwise(pl.lit("gone"))),
        standing=stood_as.otherwise(pl.lit("rejoined")),
    )


def _share_mornings(dataset: Dataset, question: Question, stretches: pl.DataFrame) -> pl.DataFrame:
    """By segment, period and customer: daily_rate, the sum over their departures of 1 ÷ active that morning."""
    mornings = count_days(dataset, question).select("segment", "active", ended_on="day")
    left = stretches.filter(pl.col("ended_on").is_not_null()).join(
        mornings, on=["segment", "ended_on"], nulls_equal=True
    )
    return left.group_by(_KEYS).agg(daily_rate=(1 / pl.col("active")).sum())


def _place(name: str) -> pl.Expr:
    """Where a convention counts a customer."""
    convention = CONVENTIONS[name]
    is_counted = pl.col("leaving").is_in(convention.counted).fill_null(False)
    is_base = pl.col("standing").is_in(convention.base)
    both = pl.when(is_counted & is_base).then(pl.lit(BOTH))
    return both.when(is_counted).then(pl.lit(CHURNED)).when(is_base).then(pl.lit(BASE))


def _count_groups(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The rows of `count_turns` for the periods chosen, with unmoved, again and those of `sum_days`."""
    require_dates(dataset, "Churn by customer")
    question = choose_last_final(dataset, question)
    counts = choose_periods(count_turns(dataset, question), question)
    days = sum_days(dataset, question)
    counts = counts.join(days, on=["segment", "period_index"], how="left", nulls_equal=True, maintain_order="left")
    counts = counts.with_columns(pl.col("lost", "daily").fill_null(0))
    return counts.with_columns(
        unmoved=pl.col("active_start") - pl.col("existing_churned"), again=pl.col("lost") - pl.col("churned")
    )


def _find(name: str) -> Convention:
    if name not in CONVENTIONS:
        raise UserError(f"there is no convention {name!r}.", "", suggest(name, CONVENTIONS))
    return CONVENTIONS[name]


def _walk(now: Convention, goal: Convention) -> Iterator[Step]:
    if now.is_daily and not goal.is_daily:
        now = replace(now, is_daily=False)
        yield Step(side="base", group=MORNINGS, direction=0, after=now, is_again=True)
        yield Step(side="churned", group=AGAIN, direction=-1, after=now, is_again=False)
    is_again = now.is_daily
    for side, group, direction in _list_moves(now, goal):
        groups: tuple[str, ...] = getattr(now, "counted" if side == "churned" else "base")
        groups = (*groups, group) if direction > 0 else tuple(one for one in groups if one != group)
        now = replace(now, counted=groups) if side == "churned" else replace(now, base=groups)
        yield Step(side=side, group=group, direction=direction, after=now, is_again=is_again)
    if goal.is_daily and not now.is_daily:
        yield Step(side="churned", group=AGAIN, direction=1, after=now, is_again=True)
        yield Step(side="base", group=MORNINGS, direction=0, after=replace(now, is_daily=True), is_again=True)


def _list_moves(now: Convention, goal: Convention) -> list[tuple[Side, str, int]]:
    def lack(wanted: Sequence[str], given: Sequence[str]) -> list[str]:
        return [group for group in wanted if group not in given]

    return [
        *(("churned", group, -1) for group in reversed(lack(now.counted, goal.counted))),
        *(("churned", group, 1) for group in lack(goal.counted, now.counted)),
        *(("base", group, 1) for group in lack(goal.base, now.base)),
        *(("base", group, -1) for group in lack(now.base, goal.base)),
    ]


def _take_step(counts: pl.DataFrame, step: Step) -> pl.DataFrame:
    """How things stand after a step."""
    none = pl.lit(None, dtype=pl.Int64)
    is_daily = step.after.is_daily
    rows = counts.with_columns(
        side=pl.lit(step.side),
        who=pl.lit(step.group),
        customers=pl.col(step.group) * step.direction if step.direction else none,
        unmoved=pl.when(pl.lit(step.group == "active_start")).then(pl.col("unmoved") * step.direction).otherwise(0),
        churned=pl.sum_horizontal(step.after.counted) + (pl.col("again") if step.is_again else 0),
        base=none if is_daily else pl.sum_horizontal(step.after.base),
    )
    daily = pl.when(pl.col("active_any") > 0).then(pl.col("daily"))
    return rows.with_columns(rate=daily if is_daily else divide("churned", "base"))

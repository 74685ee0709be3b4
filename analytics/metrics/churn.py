"""Who left, by each of the conventions in use: the same departures over different bases."""

from dataclasses import dataclass

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.intervals import with_wilson
from analytics.metrics.periods import spread
from analytics.metrics.question import Question, choose_periods, name_groups, require_dates
from analytics.store.dataset import Dataset


@dataclass(frozen=True, kw_only=True)
class Convention:
    """Who is counted over whom, as groups of customers: columns of `count_turns`.

    `is_daily`: every departure counts, each over those active that morning, instead of customers over the base.
    """

    counted: tuple[str, ...]
    base: tuple[str, ...]
    is_daily: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the counted are part of the base: only then does a share have an interval."""
        return not self.is_daily and all(set(_COMES_FROM[group]) <= set(self.base) for group in self.counted)


_EXISTING = ("gone", "came_back")
_ALL_LEFT = (*_EXISTING, "joined_and_left")
_ANYBODY = ("active_start", "acquired", "rejoined")
# where those who left come from: whoever joined and left had been acquired or had rejoined
_COMES_FROM = {"gone": _ANYBODY[:1], "came_back": _ANYBODY[:1], "joined_and_left": _ANYBODY[1:]}
CONVENTIONS: dict[str, Convention] = {
    "start": Convention(counted=_ALL_LEFT, base=("active_start",)),
    "start_existing": Convention(counted=_EXISTING, base=("active_start",)),
    "net_of_returns": Convention(counted=("gone",), base=("active_start",)),
    "active_window": Convention(counted=_ALL_LEFT, base=_ANYBODY),
    "daily": Convention(counted=_ALL_LEFT, base=_ANYBODY, is_daily=True),
    "acquired": Convention(counted=_ALL_LEFT, base=("acquired",)),
}
PERIODS_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
_COLUMNS = ("period", "convention", "churned", "base", "rate", "low", "high", "state", "segment")


def churn(dataset: Dataset, question: Question, *, convention: str = "start") -> pl.DataFrame:
    """Churn per period: one row per period and convention (`all` gives the six side by side).

    period (local first day), convention, churned, base (customers), rate, low, high (95 % Wilson where the
    churned are part of the base, else null), state, group. Active at the start means on the eve of the
    period's first day; a departure is dated by the churn definition in force. `start`: all who left ÷ active
    at start; `start_existing`: of those active at start only; `net_of_returns`: of those active at start,
    gone at the end; `active_window`: all who left ÷ active at any time; `daily`: sum over days of lost ÷
    active that morning (no single base: null); `acquired`: all who left ÷ who came for the first time.
    """
    if convention not in (*CONVENTIONS, "all"):
        raise UserError(
            f"there is no convention {convention!r}.", "--convention", suggest(convention, (*CONVENTIONS, "all"))
        )
    require_dates(dataset, "Churn over time")
    counts = count_turns(dataset, question)
    names = tuple(CONVENTIONS) if convention == "all" else (convention,)
    rows = pl.concat([_rate(dataset, question, counts, name) for name in names]).with_row_index("nth")
    ordered = rows.sort("segment", "period", "nth").select(_COLUMNS)
    return choose_periods(name_groups(ordered, question), question)


def count_turns(dataset: Dataset, question: Question) -> pl.DataFrame:
    """Customers by segment and period, over the dense calendar.

    The columns of `read_periods`; active_start, active_end, active_any (active at any time), churned (left at
    least once), existing_churned (of them, active at start), joined (came while not active at start).
    churned is made of gone (active at start, not at the end), came_back (active at start and at the end) and
    joined_and_left (not active at start); joined of acquired (came for the first time) and rejoined.
    """
    turns = spread(dataset, question, dataset.query("churn_turns", question.chosen, grain=question.period))
    ends = turns.with_columns(active_end=pl.col("net").cum_sum().over("segment"))
    starts = ends.with_columns(active_start=pl.col("active_end") - pl.col("net"))
    return starts.with_columns(
        active_any=pl.col("active_start") + pl.col("joined"),
        came_back=pl.col("existing_churned") - pl.col("gone"),
        joined_and_left=pl.col("churned") - pl.col("existing_churned"),
        rejoined=pl.col("joined") - pl.col("acquired"),
    ).drop("net")


def count_days(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per segment and day on which anybody came or left.

    segment, period_index, day, n_started, n_ended (departures), active (customers active that morning: on its eve).
    """
    days = dataset.query("churn_days", question.chosen, grain=question.period).sort("segment", "day")
    net = pl.col("n_started") - pl.col("n_ended")
    return days.with_columns(active=(net.cum_sum() - net).over("segment"))


def sum_days(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per segment and period with a departure: lost (departures), daily (Σ of lost ÷ active that morning)."""
    lost = count_days(dataset, question).filter(pl.col("n_ended") > 0).group_by("segment", "period_index")
    return lost.agg(lost=pl.col("n_ended").sum(), daily=(pl.col("n_ended") / pl.col("active")).sum())


def yearly_rate(rate: pl.Expr, periods: int = 12) -> pl.Expr:
    """The yearly churn that a rate amounts to over so many periods a year: 1 − (1 − m)^12 for a monthly one, never
    12 m. Bounds are turned alike.
    """
    return 1 - (1 - rate) ** periods


def yearly_churn(dataset: Dataset, question: Question) -> pl.DataFrame:
    """What a period's churn amounts to in a year: one row per period and convention whose churned are part of the base.

    period, convention, rate (of the period), yearly, low, high (1 − (1 − rate)^n over the n periods of a year; 95 %),
    multiplied (n × rate: what it is often taken for, beside it to show by how much that is wrong), state, group.
    """
    rows = churn(dataset, question, convention="all")
    shares = rows.filter(pl.col("convention").is_in([name for name, one in CONVENTIONS.items() if one.is_share]))
    n = PERIODS_A_YEAR[question.period]
    bounds = {name: yearly_rate(pl.col(name), n) for name in ("low", "high")}
    yearly = shares.with_columns(yearly=yearly_rate(pl.col("rate"), n), multiplied=pl.col("rate") * n, **bounds)
    groups = ["group"] if question.by else []
    return yearly.select("period", "convention", "rate", "yearly", "low", "high", "multiplied", "state", *groups)


def _rate(dataset: Dataset, question: Question, counts: pl.DataFrame, name: str) -> pl.DataFrame:
    convention = CONVENTIONS[name]
    none = pl.lit(None, dtype=pl.Float64)
    if convention.is_daily:
        rows = counts.join(
            sum_days(dataset, question), on=["segment", "period_index"], how="left", nulls_equal=True
        ).with_columns(
            churned=pl.col("lost").fill_null(0),
            base=pl.lit(None, dtype=pl.Int64),
            rate=pl.when(pl.col("active_any") > 0).then(pl.col("daily").fill_null(0.0)),
        )
    else:
        counted, base = (pl.sum_horizontal(groups) for groups in (convention.counted, convention.base))
        rows = with_wilson(counts.with_columns(churned=counted, base=base), "churned", "base")
    if not convention.is_share:
        rows = rows.with_columns(low=none, high=none)
    return rows.with_columns(convention=pl.lit(name)).select(_COLUMNS)

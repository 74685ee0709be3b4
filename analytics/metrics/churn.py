"""Who left, by each of the conventions in use: the same departures over different bases."""

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.intervals import with_wilson
from analytics.metrics.periods import spread
from analytics.metrics.question import Question, choose_periods, name_groups, require_dates
from analytics.store.dataset import Dataset

# convention: (who is counted, over whom, whether the counted are part of the base)
_RATIOS = {
    "start": ("churned", "active_start", False),
    "start_existing": ("existing_churned", "active_start", True),
    "net_of_returns": ("gone", "active_start", True),
    "active_window": ("churned", "active_any", True),
    "acquired": ("churned", "acquired", False),
}
CONVENTIONS = ("start", "start_existing", "net_of_returns", "active_window", "daily", "acquired")
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
    names = CONVENTIONS if convention == "all" else (convention,)
    rows = pl.concat([_rate(dataset, question, counts, name) for name in names]).with_row_index("nth")
    ordered = rows.sort("segment", "period", "nth").select(_COLUMNS)
    return choose_periods(name_groups(ordered, question), question)


def count_turns(dataset: Dataset, question: Question) -> pl.DataFrame:
    """Customers by segment and period, over the dense calendar.

    The columns of `read_periods`; active_start, active_end, churned (left at least once), existing_churned
    (of them, active at start), gone (active at start, not at the end), joined (came while not active at
    start), acquired (came for the first time), active_any (active at any time).
    """
    turns = spread(dataset, question, dataset.query("churn_turns", question.chosen, grain=question.period))
    ends = turns.with_columns(active_end=pl.col("net").cum_sum().over("segment"))
    starts = ends.with_columns(active_start=pl.col("active_end") - pl.col("net"))
    return starts.with_columns(active_any=pl.col("active_start") + pl.col("joined")).drop("net")


def yearly_rate(monthly: pl.Expr) -> pl.Expr:
    """The yearly churn a monthly rate amounts to: 1 − (1 − m)^12, never 12 m. Bounds are turned alike."""
    return 1 - (1 - monthly) ** 12


def _rate(dataset: Dataset, question: Question, counts: pl.DataFrame, convention: str) -> pl.DataFrame:
    if convention == "daily":
        rows = counts.join(_daily(dataset, question), on=["segment", "period_index"], how="left", nulls_equal=True)
        none = pl.lit(None, dtype=pl.Float64)
        nowhere = pl.lit(None, dtype=pl.Int64)
        rate = pl.when(pl.col("active_any") > 0).then(pl.col("rate").fill_null(0.0))
        rows = rows.with_columns(churned=pl.col("lost").fill_null(0), base=nowhere, rate=rate, low=none, high=none)
    else:
        counted, over, is_part = _RATIOS[convention]
        rows = counts.with_columns(pl.col(counted).alias("churned"), pl.col(over).alias("base"))
        rows = with_wilson(rows, "churned", "base")
        if not is_part:
            rows = rows.with_columns(low=pl.lit(None, dtype=pl.Float64), high=pl.lit(None, dtype=pl.Float64))
    return rows.with_columns(convention=pl.lit(convention)).select(_COLUMNS)


def _daily(dataset: Dataset, question: Question) -> pl.DataFrame:
    """Per segment and period: lost (departures), rate (sum over days of lost ÷ active that morning)."""
    days = dataset.query("churn_days", question.chosen, grain=question.period).sort("segment", "day")
    net = pl.col("n_started") - pl.col("n_ended")
    mornings = days.with_columns(active=(net.cum_sum() - net).over("segment"))
    lost = mornings.filter(pl.col("n_ended") > 0).group_by("segment", "period_index")
    return lost.agg(lost=pl.col("n_ended").sum(), rate=(pl.col("n_ended") / pl.col("active")).sum())

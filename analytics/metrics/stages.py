"""Where in the journey customers leave: departures per customer-month in each stage."""

import datetime as dt

import polars as pl

from analytics.contract.stages import JOURNEY
from analytics.metrics.cents import in_currency
from analytics.metrics.intervals import with_garwood
from analytics.metrics.kaplan_meier import estimate_survival, median_time
from analytics.metrics.periods import read_window
from analytics.metrics.question import Question, name_groups, read_groups, require_dates
from analytics.store.dataset import Dataset

DAYS_PER_MONTH = 365.25 / 12
_COLUMNS = (
    "stage", "entered", "still_in", "moved_on", "churned", "customer_months", "churn_rate", "low", "high",
    "excess_churned", "mrr_lost", "median_days", "segment",
)  # fmt: skip
_COUNTS = ("entered", "still_in", "moved_on", "churned", "days", "lost_cents")


def stages(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per stage, in the order of the journey, over the chosen periods (all history by default).

    stage, entered (stays begun), still_in (on the last day), moved_on, churned (stays), customer_months (time
    spent in the stage; a month is 365.25 / 12 days), churn_rate (departures per customer-month), low, high
    (95 %, Garwood's exact interval), excess_churned (departures beyond what the rate of all stages together
    would give: customer_months × (rate − overall rate); sums to 0), mrr_lost (currency a month in force on
    the eve of leaving), median_days (Kaplan–Meier median of a stay, whichever way it ends; null when half
    have not ended), group.
    """
    require_dates(dataset, "The journey")
    window = read_window(dataset, question)
    counts = dataset.query("stages", question.chosen, **window)
    order = pl.DataFrame({"stage": JOURNEY, "nth": range(len(JOURNEY))})
    grid = read_groups(dataset, question).select("segment").join(order, how="cross")
    rows = grid.join(counts, on=["segment", "stage"], how="left", nulls_equal=True).with_columns(
        pl.col(_COUNTS).fill_null(0)
    )
    rows = rows.with_columns(customer_months=pl.col("days") / DAYS_PER_MONTH, mrr_lost=in_currency("lost_cents"))
    rows = with_garwood(rows, "churned", "customer_months", "churn_rate")
    overall = (pl.col("churned").sum() / pl.col("customer_months").sum()).over("segment")
    rows = rows.with_columns(excess_churned=(pl.col("churned") - pl.col("customer_months") * overall).fill_nan(None))
    rows = rows.join(_medians(dataset, question, window), on=["segment", "stage"], how="left", nulls_equal=True).sort(
        "segment", "nth"
    )
    return name_groups(rows.select(_COLUMNS), question)


def _medians(dataset: Dataset, question: Question, window: dict[str, dt.date]) -> pl.DataFrame:
    """segment, stage, median_days: how long half of the stays begun in the window lasted."""
    stays = dataset.query("stage_stays", question.chosen, today=dataset.info.as_of, **window)
    keys = stays.select("segment", "stage").unique(maintain_order=True).with_row_index("group")
    curves = estimate_survival(stays.join(keys, on=["segment", "stage"], nulls_equal=True))
    medians = [(int(key[0]), median_time(part)) for key, part in curves.partition_by("group", as_dict=True).items()]
    found = pl.DataFrame(medians, schema={"group": pl.UInt32, "median_days": pl.Float64}, orient="row")
    return keys.join(found, on="group").drop("group")

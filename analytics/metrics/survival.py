"""How long customers stay: survival curves, medians and their comparison between groups."""

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.kaplan_meier import count_at_risk, estimate_survival, log_rank, median_time, restricted_mean
from analytics.metrics.periods import read_window
from analytics.metrics.question import BLANK, Question, read_groups
from analytics.store.dataset import Dataset

UNIT_DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12}
EVERYBODY = "all"  # the group where nothing is broken down


def survival(
    dataset: Dataset, question: Question, *, unit: str = "days", summary: bool = False, test: bool = False
) -> pl.DataFrame:
    """Kaplan–Meier of the first stretch of being a customer, from its first day; who is still here counts as censored.

    One row per group and distinct time: group (`all` where nothing is broken down), time (in the unit; 0
    included), at_risk, events, censored, survival (share still here after that time), low, high (95 %,
    log-log). `summary`: group, customers, events, median (null when half have not left), restricted_mean
    (time here within the horizon), horizon (the longest time that every group was watched for), median_low and
    median_high (95 %; null where that end is not reached). `test`: the
    log-rank test, statistic, degrees_of_freedom, p_value. `start` and `end` choose customers by the period
    their stretch began in. On a snapshot, tenure is read as the duration in its own unit, unconverted.
    """
    if unit not in UNIT_DAYS:
        raise UserError(f"there is no unit {unit!r}.", "--unit", suggest(unit, UNIT_DAYS))
    curves = _estimate(dataset, question, unit)
    if test:
        return _test(curves)
    if summary:
        return _as_counts(_summarise(curves), "customers", "events")
    return _as_counts(curves, "at_risk", "events", "censored")


def numbers_at_risk(
    dataset: Dataset, question: Question, *, times: tuple[float, ...], unit: str = "days"
) -> pl.DataFrame:
    """How many customers of each group are watched and still here just before each time: group, time, at_risk.

    The row below a survival curve. Times in the unit; on a snapshot in the tenure's own.
    """
    curves = survival(dataset, question, unit=unit)
    return count_at_risk(curves, times)


def say_duration(dataset: Dataset, unit: str = "days") -> str:
    """One sentence on what a survival curve's time is: for a snapshot, the warning that must stand beside it."""
    if not dataset.info.is_snapshot:
        return f"Time in {unit} since the first day as a customer."
    own = dataset.info.tenure_unit or "the file's own unit"
    return (
        f"This file has no dates: tenure ({own}, unconverted) is read as the time since joining. "
        "That holds only if nobody who left earlier is missing from the file."
    )


def read_durations(dataset: Dataset, question: Question) -> pl.DataFrame:
    """The histogram behind the curves: group, time (days; on a snapshot its own unit), entry, events, censored."""
    if dataset.info.is_snapshot:
        rows = dataset.query("tenures", question.chosen)
    else:
        rows = dataset.query("lifetimes", question.chosen, **read_window(dataset, question))
    if rows.is_empty():
        needs = (
            "tenure and churned for a customer"
            if dataset.info.is_snapshot
            else "a customer who began in the chosen periods"
        )
        raise UserError(f"survival needs {needs}; there is none.", dataset.name.name, "Bring or choose others.")
    group = pl.col("segment").fill_null(BLANK if question.by else EVERYBODY)
    return rows.select(group.alias("group"), "time", "entry", "events", "censored")


def _estimate(dataset: Dataset, question: Question, unit: str) -> pl.DataFrame:
    read_groups(dataset, question)
    curves = estimate_survival(read_durations(dataset, question))
    length = 1.0 if dataset.info.is_snapshot else UNIT_DAYS[unit]
    return curves.with_columns(pl.col("time") / length)


def _as_counts(rows: pl.DataFrame, *counts: str) -> pl.DataFrame:
    """Whole numbers of customers, unless weights make them fractions."""
    is_whole = all((rows[name] == rows[name].round()).all() for name in counts)
    return rows.with_columns(pl.col(counts).cast(pl.Int64)) if is_whole else rows


def _summarise(curves: pl.DataFrame) -> pl.DataFrame:
    parts = curves.partition_by("group", maintain_order=True)
    horizon = min(float(part["time"][-1]) for part in parts)
    rows = [
        {
            "group": part["group"][0],
            "customers": float(part["events"].sum()) + float(part["censored"].sum()),
            "events": float(part["events"].sum()),
            "median": median_time(part),
            "restricted_mean": restricted_mean(part, horizon),
            "horizon": horizon,
            "median_low": median_time(part, "low"),
            "median_high": median_time(part, "high"),
        }
        for part in parts
    ]
    return pl.DataFrame(rows, schema={"group": pl.String, **dict.fromkeys(list(rows[0])[1:], pl.Float64)})


def _test(curves: pl.DataFrame) -> pl.DataFrame:
    n_groups = curves["group"].n_unique()
    if n_groups < 2 or not float(curves["events"].sum()):
        raise UserError("a log-rank test needs two groups and a departure.", "--test", "Break down with --by COLUMN.")
    statistic, freedom, p_value = log_rank(curves)
    return pl.DataFrame({"statistic": [statistic], "degrees_of_freedom": [freedom], "p_value": [p_value]})

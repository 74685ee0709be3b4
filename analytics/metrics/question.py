"""What is asked: whose numbers, broken down by what, in which periods."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.store.calendars import ALL_GRAINS
from analytics.store.dataset import Chosen, Dataset

PERIODS = ("hour", *ALL_GRAINS)
BLANK = "(blank)"  # the group of customers whose attribute is empty
MOST_GROUPS = 500


@dataclass(frozen=True, kw_only=True)
class Question:
    """Scalars only: answers are cached by it.

    `where` is a condition on customer attributes, `by` an attribute. `start` and `end` (ISO dates) choose
    periods by the day they start on, both included; they never cut history. UserError for a period or a date
    that does not exist.
    """

    where: str = ""
    by: str = ""
    period: str = "month"
    start: str = ""
    end: str = ""

    def __post_init__(self) -> None:
        if self.period not in PERIODS:
            raise UserError(f"there is no period {self.period!r}.", "--period", suggest(self.period, PERIODS))
        for option, text in (("--from", self.start), ("--to", self.end)):
            _read_day(text, option)
        if self.start and self.end and self.start > self.end:
            raise UserError(f"{self.start} lies after {self.end}.", "--from", "Give the earlier day to --from.")

    @property
    def chosen(self) -> Chosen:
        """The customers the question is about."""
        return Chosen(where=self.where, by=self.by)

    @property
    def start_on(self) -> dt.date:
        """The first day on which a chosen period may start."""
        return _read_day(self.start, "--from") or dt.date.min

    @property
    def end_on(self) -> dt.date:
        """The last day on which a chosen period may start."""
        return _read_day(self.end, "--to") or dt.date.max


def choose_periods(rows: pl.DataFrame, question: Question, column: str = "period") -> pl.DataFrame:
    """The rows whose period starts between the question's `start` and `end`, both included."""
    return rows.filter(pl.col(column).cast(pl.Date).is_between(question.start_on, question.end_on))


def name_groups(rows: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The rows with `segment` as the last column, `group`, when the question breaks down, else without it."""
    if not question.by:
        return rows.drop("segment")
    return rows.with_columns(pl.col("segment").fill_null(BLANK).alias("group")).drop("segment")


def read_groups(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per group: segment (null for the blank group, and where nothing is broken down), customers.

    UserError when the attribute has more values than a table can show, or when nobody meets the condition.
    """
    groups = dataset.query("groups", question.chosen).sort("segment")
    if groups.is_empty():
        raise UserError("no customer meets the condition.", question.where, "Widen the condition.")
    if groups.height > MOST_GROUPS:
        raise UserError(
            f"{question.by!r} has {groups.height} values.", "--by", f"Choose a column with at most {MOST_GROUPS}."
        )
    return groups


def require_dates(dataset: Dataset, asked: str) -> None:
    """UserError when the data set is a snapshot: it has no dates, so nothing can be followed over time."""
    if dataset.info.is_snapshot:
        raise UserError(
            f"{asked} needs dates, and a snapshot has none: one row per customer says who has left, not when.",
            dataset.name.name,
            "Bring subscriptions (started_at, ended_at) or events (occurred_at); here, ask for tenure bands.",
        )


def require_table(dataset: Dataset, table: str, columns: str, asked: str) -> None:
    """UserError naming the table and columns without which the number cannot be computed."""
    require_dates(dataset, asked)
    if not dataset.info.has(table):
        raise UserError(f"{asked} needs the table {table}.", dataset.name.name, f"Bring {table} with {columns}.")


def _read_day(text: str, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"{text!r} is not a date.", option, "Write it as YYYY-MM-DD, such as 2024-12-31.") from None

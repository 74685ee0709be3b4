"""What comes of our contacts: how many are answered, and whether customers do more afterwards than before."""

from collections.abc import Mapping

import polars as pl

from analytics.metrics.estimates import clustered_mean
from analytics.metrics.intervals import with_wilson
from analytics.metrics.layout import KEYS, name_cells, with_total
from analytics.metrics.question import Question
from analytics.store.dataset import Dataset

DAYS = 14  # a contact's answer and its effect are looked for in so many days
RIPENS = dict.fromkeys(("outreach_response_rate", "actions_per_engagement", "actions_gained"), DAYS)


def measure_outreach(dataset: Dataset, question: Question, n_known: Mapping[str, int]) -> list[pl.DataFrame]:
    """Cells of the outreach metrics by the period and kind of a contact; the control arm of a test was not contacted.

    n_known: how many contacts have an `answer`, and how many `event` days there are: without any, that metric is
    left out. Actions are the events of the 14 days after the day of the contact against the 14 before, for contacts
    with both windows in the time the customer is known; the interval takes each customer as one.
    """
    cells = []
    if n_known.get("answer"):
        cells.append(_answer_rate(dataset, question))
    if n_known.get("event"):
        cells += _actions(dataset, question)
    return cells


def _answer_rate(dataset: Dataset, question: Question) -> pl.DataFrame:
    rows = with_total(dataset.query("touch_answers", question.chosen, grain=question.period, days=DAYS))
    sums = rows.group_by(KEYS).agg(pl.col("answered").sum(), n=pl.col("contacts").sum())
    return name_cells(with_wilson(sums, "answered", "n").rename({"rate": "value"}), "outreach_response_rate")


def _actions(dataset: Dataset, question: Question) -> list[pl.DataFrame]:
    info = dataset.info
    rows = dataset.query(
        "touch_actions", question.chosen, grain=question.period, days=DAYS, first_on=info.first_on, as_of=info.as_of
    )
    rows = with_total(rows).with_columns(gained=pl.col("after") - pl.col("before"))
    columns = {"actions_per_engagement": "after", "actions_gained": "gained"}
    return [name_cells(clustered_mean(rows, column, KEYS), metric) for metric, column in columns.items()]

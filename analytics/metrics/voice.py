"""What customers say of us when asked: recommendation, satisfaction, effort."""

from collections.abc import Mapping

import polars as pl

from analytics.metrics.estimates import clustered_mean, net_share
from analytics.metrics.intervals import with_wilson
from analytics.metrics.layout import KEYS, name_cells
from analytics.metrics.question import Question
from analytics.store.dataset import Dataset

PROMOTER, PASSIVE = 9, 7  # F. Reichheld (2003): 9 and 10 promote, 0 to 6 detract
SATISFIED, BEST = 4, 5  # of the marks 1 to 5
LARGEST_EFFORT_MARK = 7


def measure_voice(dataset: Dataset, question: Question, n_known: Mapping[str, int]) -> list[pl.DataFrame]:
    """Cells of the survey metrics by the period of the answer; a survey never made (`n_known`) is left out.

    NPS in points from −100 to 100; CSAT the share of 4 and 5 among marks of 1 to 5; CES the mean of marks of 1 to 7.
    Marks outside their scale are not counted.
    """
    answers = dataset.query("survey_answers", question.chosen, grain=question.period)
    answers = answers.with_columns(category=pl.lit(None, dtype=pl.String))
    makers = {"nps": _promoters, "csat": _satisfied, "ces": _effort}
    made = [(kind, maker) for kind, maker in makers.items() if n_known.get(kind)]
    return [maker(answers.filter(pl.col("kind") == kind)) for kind, maker in made]


def _promoters(answers: pl.DataFrame) -> pl.DataFrame:
    score = pl.col("score")
    cells = answers.group_by(KEYS).agg(
        n=pl.len(), promoters=(score >= PROMOTER).sum(), detractors=(score < PASSIVE).sum()
    )
    low, high = net_share(cells["promoters"], cells["detractors"], cells["n"])
    net = (pl.col("promoters").cast(pl.Int64) - pl.col("detractors").cast(pl.Int64)) / pl.col("n")
    bounds = {"low": pl.Series(low) * 100, "high": pl.Series(high) * 100}
    return name_cells(cells.with_columns(value=net * 100, **bounds), "nps")


def _satisfied(answers: pl.DataFrame) -> pl.DataFrame:
    marks = answers.filter(pl.col("score").is_between(1, BEST))
    cells = marks.group_by(KEYS).agg(n=pl.len(), satisfied=(pl.col("score") >= SATISFIED).sum())
    return name_cells(with_wilson(cells, "satisfied", "n").rename({"rate": "value"}), "csat")


def _effort(answers: pl.DataFrame) -> pl.DataFrame:
    marks = answers.filter(pl.col("score").is_between(1, LARGEST_EFFORT_MARK))
    return name_cells(clustered_mean(marks, "score", KEYS), "ces")

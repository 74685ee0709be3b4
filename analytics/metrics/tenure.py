"""What a snapshot can say about time: the share who have left at each tenure. Never a retention curve."""

import math

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.intervals import with_wilson
from analytics.metrics.question import Question, name_groups, read_groups
from analytics.store.dataset import Dataset

MOST_BANDS = 8
UNKNOWN = "unknown"
_NICE = {
    "days": (1, 7, 14, 30, 60, 90, 180, 365),
    "weeks": (1, 2, 4, 13, 26, 52),
    "months": (1, 3, 6, 12, 24, 60),
    "years": (1, 2, 5, 10),
}


def tenure_bands(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per band of tenure of a snapshot.

    band (in the file's own unit, both ends included; `unknown` where tenure is empty), customers, churned,
    share (0-1), low, high (95 % Wilson), group. A share of those in the file, not a retention curve: who left
    long ago may not be in it. UserError when the data set has dates, or no tenure, or no outcome.
    """
    if not dataset.info.is_snapshot:
        raise UserError(
            "tenure bands describe a snapshot; this data set has dates.",
            dataset.name.name,
            "Ask for survival or retention.",
        )
    counts = dataset.query("tenure_counts", question.chosen)
    if counts["tenure"].null_count() == counts.height:
        raise UserError(
            "no customer has both a tenure and an outcome.",
            dataset.name.name,
            "Map a column to tenure and one to churned.",
        )
    read_groups(dataset, question)
    width = _choose_width(float(counts["tenure"].drop_nulls().to_numpy().max()), dataset.info.tenure_unit)
    start = (pl.col("tenure") // width) * width
    rows = counts.group_by("segment", start.alias("start")).agg(pl.col("customers", "churned").sum())
    rows = with_wilson(rows, "churned", "customers").rename({"rate": "share"}).sort("segment", "start", nulls_last=True)
    rows = rows.with_columns(
        band=pl.col("start").map_elements(lambda first: _name(first, width), return_dtype=pl.String).fill_null(UNKNOWN)
    )
    return name_groups(rows.select("band", "customers", "churned", "share", "low", "high", "segment"), question)


def _choose_width(longest: float, unit: str) -> float:
    """The narrowest usual width that needs no more than eight bands."""
    decade = 10.0 ** max(0, math.floor(math.log10(max(longest, 1))))
    decades = (decade / 10, decade / 5, decade / 2, decade, 2 * decade)
    for width in (*_NICE.get(unit, ()), *decades):
        if width >= 1 and longest // width < MOST_BANDS:
            return float(width)
    return 2 * decade


def _name(first: float, width: float) -> str:
    return f"{first:g}" if width == 1 else f"{first:g}–{first + width - 1:g}"

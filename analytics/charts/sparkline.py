"""The small line in a metric card, which the page draws itself from a list."""

import polars as pl


def sparkline(points: pl.DataFrame, column: str = "value", last: int = 24) -> list[float]:
    """The latest `last` final values of a column, oldest first, without what is unknown.

    points: one row per period in order of time; with a `state` column only its final rows count, so that
    a card never ends in the false plunge of a period that is not over.
    """
    final = points.filter(pl.col("state") == "final") if "state" in points.columns else points
    return final[column].drop_nulls().tail(last).cast(pl.Float64).to_list()

"""Measured cells laid over every metric, kind, group and period, so that what was not measured shows as a gap."""

from collections.abc import Mapping, Sequence

import polars as pl

from analytics.metrics.periods import FINAL, UNFINISHED, read_periods
from analytics.metrics.question import BLANK, Question, choose_periods, name_groups, read_groups
from analytics.store.dataset import Dataset

KEYS = ["segment", "category", "period_index"]
CELL_COLUMNS = ("metric", *KEYS, "value", "low", "high", "n", "is_decided")
ROW_COLUMNS = ("metric", "category", "period", "value", "low", "high", "n", "state", "segment")


def with_total(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows twice: once with category null, for all categories together, once under their own (`(blank)`).

    Rows without any category are not repeated.
    """
    total = rows.with_columns(category=pl.lit(None, dtype=pl.String))
    if rows["category"].null_count() == rows.height:
        return total
    return pl.concat([total, rows.with_columns(pl.col("category").fill_null(BLANK))])


def name_cells(cells: pl.DataFrame, metric: str) -> pl.DataFrame:
    """The cells in the common columns: metric, segment, category, period_index, value, low, high, n, is_decided.

    is_decided: false while what happened before the data end may still change the value; true where not given.
    """
    given = {"is_decided": pl.lit(True)} if "is_decided" not in cells.columns else {}
    cells = cells.with_columns(metric=pl.lit(metric), **given)
    numbers = [pl.col(name).cast(pl.Float64) for name in ("value", "low", "high")]
    keys = (pl.col("category").cast(pl.String), pl.col("period_index").cast(pl.Int32))
    return cells.select("metric", "segment", *keys, *numbers, pl.col("n").cast(pl.Int64), "is_decided")


def lay_out(
    dataset: Dataset,
    question: Question,
    metrics: Sequence[str],
    cells: Sequence[pl.DataFrame],
    ripens: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """One row per metric, category, group and period, from the cells of `name_cells`.

    metric, category (null: all together), period (local first day), value, low, high, n (0 where nothing was
    measured), state, group. A period is final once it is over, everything in it is decided and, for the metrics in
    `ripens`, so many days have passed since.
    """
    measured = pl.concat(cells)
    names = pl.DataFrame(
        {"metric": list(metrics), "category": None}, schema={"metric": pl.String, "category": pl.String}
    )
    kinds = pl.concat([names, measured.select("metric", "category")]).unique(maintain_order=True)
    order = pl.DataFrame({"metric": list(metrics)}).with_row_index("nth")
    kinds = kinds.join(order, on="metric").sort("nth", "category")
    grid = read_groups(dataset, question).select("segment").join(kinds, how="cross")
    grid = grid.join(read_periods(dataset, question), how="cross")
    rows = grid.join(measured, on=["metric", *KEYS], how="left", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(pl.col("n").fill_null(0), _state(dataset, ripens or {}))
    return choose_periods(name_groups(rows.select(ROW_COLUMNS), question), question)


def _state(dataset: Dataset, ripens: Mapping[str, int]) -> pl.Expr:
    days = pl.col("metric").replace_strict(dict(ripens), default=0, return_dtype=pl.Int64)
    after = pl.lit(dataset.info.as_of) + pl.duration(days=1)
    is_ripe = pl.col("ends_on") + pl.duration(days=days) <= after
    is_final = (pl.col("state") == FINAL) & is_ripe & pl.col("is_decided").fill_null(True)
    return pl.when(is_final).then(pl.lit(FINAL)).otherwise(pl.lit(UNFINISHED)).alias("state")

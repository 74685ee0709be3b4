"""The cells of a cohort triangle: every cohort at every age, with or without anybody in it, and how ripe each is."""

from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.frozen import is_frozen
from analytics.metrics.intervals import divide, with_wilson
from analytics.metrics.periods import FINAL, UNFINISHED, UNOBSERVED
from analytics.metrics.question import Question, choose_periods, read_groups
from analytics.metrics.rule import RetentionRule
from analytics.store.dataset import Dataset

MOST_CELLS = 3_000_000
_COHORT = ("segment", "cohort_index")
COLUMNS = ("cohort", "size", "age", "retained", "eligible", "rate", "low", "high", "state", "segment")


@dataclass(frozen=True)
class Counts:
    """What was counted: `sizes` (segment, cohort_index, size; base where revenue is measured), `retained` (segment,
    cohort_index, age, retained), and `eligible` (segment, cohort_index, age, eligible) where ages are personal."""

    sizes: pl.DataFrame
    retained: pl.DataFrame
    eligible: pl.DataFrame | None = None


def lay_out(
    dataset: Dataset, question: Question, rule: RetentionRule, counts: Counts, periods: pl.DataFrame
) -> pl.DataFrame:
    """One row per group, cohort and age, with the columns of the retention table.

    Cohorts run from the first with a customer to the as-of day; ages to the last of the first cohort. UserError when
    that makes more cells than a table can hold.
    """
    cohorts = _list_cohorts(periods, counts.sizes)
    ages = _list_ages(rule, cohorts.height, counts)
    cohorts, groups = choose_periods(cohorts, question, "cohort"), read_groups(dataset, question).select("segment")
    if is_frozen(dataset, question) and counts.sizes.height:
        groups = counts.sizes.select("segment").unique()
    n_cells = cohorts.height * ages.height * groups.height
    if n_cells > MOST_CELLS:
        remedy = "Choose cohorts with --from and --to, fewer with --ages, or a longer period."
        raise UserError(f"that table would have {n_cells:,} cells.", "--period", remedy)
    cells = groups.join(cohorts, how="cross").join(ages, how="cross")
    cells = cells.join(counts.sizes, on=_COHORT, how="left", nulls_equal=True).with_columns(pl.col("size").fill_null(0))
    cells = cells.join(counts.retained, on=[*_COHORT, "age"], how="left", nulls_equal=True)
    told = _judge_personal(cells, counts.eligible) if counts.eligible is not None else _judge_calendar(cells, periods)
    return _rate(told, rule).sort("segment", "cohort_index", "age").select(COLUMNS)


def _list_cohorts(periods: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """cohort_index, cohort, own_state of every period from the first cohort on; none when there is no cohort."""
    first = None if sizes.is_empty() else int(sizes["cohort_index"].to_numpy().min())
    later = periods.filter(pl.col("period_index") >= first) if first is not None else periods.clear()
    index = pl.col("period_index").cast(pl.Int64).alias("cohort_index")
    return later.select(index, pl.col("period").alias("cohort"), pl.col("state").alias("own_state"))


def _list_ages(rule: RetentionRule, n_cohorts: int, counts: Counts) -> pl.DataFrame:
    """age, and the first and last period it stands for, counted from the cohort's own."""
    if rule.brackets:
        rows = [(0, 0, 0), *((end, before + 1, end) for before, end in pairwise((0, *rule.brackets)))]
    else:
        longest = n_cohorts if counts.eligible is None else _count_ages(counts.eligible)
        rows = [(age, age, age) for age in range(rule.ages or longest)]
    return pl.DataFrame(rows, schema=dict.fromkeys(("age", "from_age", "to_age"), pl.Int64), orient="row")


def _count_ages(eligible: pl.DataFrame) -> int:
    seen = eligible.filter(pl.col("eligible") > 0)["age"]
    return int(seen.to_numpy().max()) + 1 if seen.len() else 1


def _judge_calendar(cells: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Adds eligible and state: a cell is final when its last period is, unobserved while its first has not begun."""
    last_index, n_final = periods.height - 1, periods.filter(pl.col("state") == FINAL).height
    from_index, to_index = (pl.col("cohort_index") + pl.col(name) for name in ("from_age", "to_age"))
    is_final = (pl.col("own_state") == FINAL) & (to_index < n_final)
    seen = pl.when(is_final).then(pl.lit(FINAL)).otherwise(pl.lit(UNFINISHED))
    state = pl.when(from_index > last_index).then(pl.lit(UNOBSERVED)).otherwise(seen)
    cells = cells.with_columns(state=state)
    return cells.with_columns(eligible=pl.when(pl.col("state") == UNOBSERVED).then(0).otherwise(pl.col("size")))


def _judge_personal(cells: pl.DataFrame, eligible: pl.DataFrame) -> pl.DataFrame:
    """Adds eligible and state where ages run from each customer's own instant: final once all have reached the age."""
    cells = cells.join(eligible, on=[*_COHORT, "age"], how="left", nulls_equal=True)
    cells = cells.with_columns(pl.col("eligible").fill_null(0))
    is_final = (pl.col("own_state") == FINAL) & (pl.col("eligible") == pl.col("size"))
    seen = pl.when(is_final).then(pl.lit(FINAL)).otherwise(pl.lit(UNFINISHED))
    nobody = (pl.col("eligible") == 0) & ((pl.col("size") > 0) | (pl.col("own_state") != FINAL))
    return cells.with_columns(state=pl.when(nobody).then(pl.lit(UNOBSERVED)).otherwise(seen))


def _rate(cells: pl.DataFrame, rule: RetentionRule) -> pl.DataFrame:
    """Adds rate, low and high; retained is null where nothing could be seen, 0 where nobody was."""
    is_seen = pl.col("state") != UNOBSERVED
    cells = cells.with_columns(retained=pl.when(is_seen).then(pl.col("retained").fill_null(0)))
    if rule.measure == "customers":
        return with_wilson(cells, "retained", "eligible")
    none = pl.lit(None, dtype=pl.Float64)
    cells = cells.with_columns(eligible=pl.when(is_seen).then(pl.col("base").fill_null(0.0)).otherwise(0.0))
    return cells.with_columns(rate=divide("retained", "eligible"), low=none, high=none)

"""How long customers wait for an answer and for a solution."""

from collections.abc import Mapping

import polars as pl

from analytics.metrics.estimates import rank_interval
from analytics.metrics.instants import observed_span
from analytics.metrics.intervals import with_wilson
from analytics.metrics.layout import KEYS, name_cells, with_total
from analytics.metrics.question import Question
from analytics.store.dataset import Dataset

SLOW_HOURS = 24.0  # a first answer later than this is slow, where no target is set
TARGET = "first_response_hours"  # in [targets]; "first_response_hours.CATEGORY" for one category
_NEVER = 1e12  # hours: how long a request that still waits may wait yet


def measure_tickets(dataset: Dataset, question: Question, n_known: Mapping[str, int]) -> list[pl.DataFrame]:
    """Cells of the ticket metrics by the period a request was opened in, in hours.

    n_known: how many requests of the data set have a `first_response` and a `resolution`; a time that is
    never recorded is left out. A request that still waits counts with the time it has waited so far; where the
    outcome could still change the number, the cell is not decided.
    """
    _, until = observed_span(dataset)
    times = dataset.query("ticket_times", question.chosen, grain=question.period, seen_until=until)
    rows = with_total(times.with_columns(own=pl.col("category")))
    cells = []
    if n_known.get("first_response"):
        cells += [
            measure_quantile(rows, "response_hours", 0.5, TARGET),
            measure_quantile(rows, "response_hours", 0.9, "first_response_p90_hours"),
            _share_within(rows, dataset.info.settings.targets),
        ]
    if n_known.get("resolution"):
        cells.append(measure_quantile(rows, "resolution_hours", 0.5, "resolution_hours"))
    return cells


def measure_quantile(rows: pl.DataFrame, column: str, quantile: float, metric: str) -> pl.DataFrame:
    """Cells of a quantile with the interval of its order statistics.

    rows: KEYS, the column (null: not over yet) and, where that occurs, seen_hours (how long it has lasted so far).
    """
    least = pl.col(column).fill_null(pl.col("seen_hours")) if "seen_hours" in rows.columns else pl.col(column)
    most = pl.col(column).fill_null(_NEVER)
    cells = rows.group_by(KEYS).agg(
        n=pl.len(),
        value=least.quantile(quantile, "linear"),
        latest=most.quantile(quantile, "linear"),
        least=least.sort(),
        most=most.sort(),
    )
    low, high = rank_interval(cells["n"], quantile)
    # rank 0 and a rank beyond the last value are no values
    cells = cells.with_columns(low_at=pl.Series(low), high_at=pl.Series(high)).with_columns(
        low=pl.when(pl.col("low_at") > 0).then(pl.col("least").list.get(pl.col("low_at") - 1, null_on_oob=True)),
        high=pl.col("most").list.get(pl.col("high_at") - 1, null_on_oob=True),
        is_decided=pl.col("value") == pl.col("latest"),
    )
    cells = cells.with_columns(high=pl.when(pl.col("high") < _NEVER).then(pl.col("high")))
    return name_cells(cells, metric)


def _share_within(rows: pl.DataFrame, targets: Mapping[str, float]) -> pl.DataFrame:
    """Cells of the share answered within the target of their category; n counts what is decided and has a target."""
    prefix = f"{TARGET}."
    own = {name.removeprefix(prefix): hours for name, hours in targets.items() if name.startswith(prefix)}
    target = pl.col("own").replace_strict(own, default=targets.get(TARGET), return_dtype=pl.Float64)
    waited = pl.col("response_hours").fill_null(pl.col("seen_hours"))
    has_target, is_answered = pl.col("target").is_not_null(), pl.col("response_hours").is_not_null()
    hit = pl.when(waited > pl.col("target")).then(0).when(is_answered).then(1)
    rows = rows.with_columns(target=target).with_columns(is_within=pl.when(has_target).then(hit))
    cells = rows.group_by(KEYS).agg(
        within=pl.col("is_within").sum(),
        n=pl.col("is_within").count(),
        is_decided=(~has_target | pl.col("is_within").is_not_null()).all(),
    )
    return name_cells(with_wilson(cells, "within", "n").rename({"rate": "value"}), "first_response_within_target")

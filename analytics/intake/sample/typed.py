"""From numbers (codes, days, seconds) to the columns of a table."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.intake.sample.draws import Flags, Ints
from analytics.intake.sample.timeline import DAY_SECONDS, Timeline

Columns = dict[str, NDArray[Any]]
_MICROSECONDS = 1_000_000
_NO_DAY = 5_000_000  # beyond: no such day


def _epoch_days(timeline: Timeline) -> int:
    return int(np.datetime64(timeline.first_on).astype("datetime64[D]").astype(int))


def instants(timeline: Timeline, seconds: Ints) -> pl.Series:
    """Seconds since day 0 as UTC instants; negative is none."""
    micros = (seconds + _epoch_days(timeline) * DAY_SECONDS) * _MICROSECONDS
    return where_known(micros.astype(np.int64), seconds >= 0).cast(pl.Datetime("us"))


def known_instants(timeline: Timeline, seconds: Ints) -> pl.Series:
    """The same, none where it lies after the last day of data."""
    return instants(timeline, np.where(seconds < timeline.n_days * DAY_SECONDS, seconds, -1))


def dates(timeline: Timeline, days: Ints) -> pl.Series:
    """Day numbers as dates; far beyond the calendar is none."""
    return where_known((days + _epoch_days(timeline)).astype(np.int32), days < _NO_DAY).cast(pl.Date)


def labels(codes: Ints, words: tuple[str, ...]) -> pl.Series:
    """Words by code; a negative code is none."""
    return where_known(np.array(words)[np.maximum(codes, 0)], codes >= 0).cast(pl.String)


def where_known(values: NDArray[Any], is_known: Flags) -> pl.Series:
    """The values, null where they are not known."""
    frame = pl.DataFrame({"value": values, "is_known": is_known})
    return frame.select(pl.when("is_known").then("value")).to_series()


def numbered(ids: pl.Series, rows: Ints, letter: str) -> pl.Series:
    """Ids of things sorted by customer: the customer's id, a letter and a running number, as in C0000001-E12."""
    starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])[: len(rows)])
    running = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows)))) + 1
    frame = pl.DataFrame({"id": ids.gather(rows), "number": running})
    return frame.select(pl.concat_str("id", pl.lit("-" + letter), "number")).to_series()


def sorted_columns(columns: Columns, by: Ints, is_kept: Flags) -> Columns:
    """The kept rows in order of customer and `by`."""
    order = np.lexsort((by, columns["row"]))
    order = order[is_kept[order]]
    return {name: values[order] for name, values in columns.items()}

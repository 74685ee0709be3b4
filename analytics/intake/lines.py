"""The line of the file each row stands on: quoted line breaks, blank lines and rows set aside are accounted for."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from analytics.intake.encoding import CHUNK, count_lines, open_bytes
from analytics.intake.sniff import FileLook


def correct_lines(staged: Path, source: Path, look: FileLook, errors: pl.DataFrame) -> pl.DataFrame:
    """Corrects `__line` in `staged`, where rows are numbered on from the header, and returns `errors` with their line.

    `errors` has position (1-based byte in the unpacked file), text and kind, in file order.
    """
    rows = pl.scan_parquet(staged)
    n_rows = rows.select(pl.len()).collect().item()
    if errors.height or n_rows + look.skip != count_lines(source):
        lost = _lost_lines(source, look, errors)
        corrected = staged.with_suffix(".corrected")
        _shifted(rows, lost).sink_parquet(corrected)
        corrected.replace(staged)
    return errors.with_columns(pl.Series("line", _error_lines(source, errors), dtype=pl.Int64))


def _shifted(rows: pl.LazyFrame, lost: list[tuple[int, int]]) -> pl.LazyFrame:
    cells = pl.exclude("__line").str.count_matches("\n", literal=True).fill_null(0)
    breaks = pl.sum_horizontal(cells).cast(pl.Int64)
    line = pl.col("__line") + breaks.cum_sum() - breaks
    many = (
        rows.select(line.alias("line"), breaks.alias("breaks")).filter(pl.col("breaks") > 0).collect(engine="streaming")
    )
    rows = rows.with_columns(line.alias("__line")) if many.height else rows
    if not lost:
        return rows
    shift = _shifts(lost, many["line"].to_numpy(), many["breaks"].to_numpy())
    return rows.with_columns(pl.col("__line").map_batches(shift, return_dtype=pl.Int64, is_elementwise=True))


def _lost_lines(source: Path, look: FileLook, errors: pl.DataFrame) -> list[tuple[int, int]]:
    """(line, lines taken) of everything that is no row: blank lines, and rows set aside."""
    lines = [
        (line, max(text.strip("\r\n").count("\n") + 1, 1))
        for line, text in zip(_error_lines(source, errors), errors["text"], strict=True)
    ]
    if len(look.names) == 1:
        return lines  # in a file of one column a blank line is a row
    taken = {line + at for line, n in lines for at in range(n)}
    return sorted(lines + [(line, 1) for line in _blank_lines(source) if line > look.skip and line not in taken])


def _shifts(
    lost: list[tuple[int, int]], multi_from: np.ndarray, multi_breaks: np.ndarray
) -> Callable[[pl.Series], pl.Series]:
    """A function from the line without lost lines to the line in the file."""
    at, total, starts, sums = 0, 0, [], [0]
    for line, taken in lost:
        start = line - total  # where the lost line would stand if those before it were not there
        at = int(np.searchsorted(multi_from, start, side="left")) - 1
        inside = at >= 0 and multi_from[at] < start <= multi_from[at] + multi_breaks[at]
        if inside:
            continue  # a blank line inside a quoted value is part of its row
        total += taken
        starts.append(start)
        sums.append(total)
    known, offsets = np.array(starts), np.array(sums)
    return lambda lines: pl.Series(
        lines.name, lines.to_numpy() + offsets[np.searchsorted(known, lines.to_numpy(), side="right")]
    )


def _error_lines(source: Path, errors: pl.DataFrame) -> list[int]:
    """The line on which each row that was set aside begins; its text may begin with blank lines."""
    ends = [position - 1 for position in errors["position"].to_list()]
    leading = [len(text) - len(text.lstrip("\r\n")) for text in errors["text"].to_list()]
    counted = _count_line_ends(source, ends)
    return [
        1 + n + text[:blank].count("\n")
        for n, blank, text in zip(counted, leading, errors["text"].to_list(), strict=True)
    ]


def _count_line_ends(source: Path, ends: list[int]) -> list[int]:
    counts: list[int] = []
    n_seen = offset = 0
    if not ends:
        return counts
    with open_bytes(source) as file:
        while chunk := file.read(CHUNK):
            while len(counts) < len(ends) and ends[len(counts)] <= offset + len(chunk):
                counts.append(n_seen + chunk.count(b"\n", 0, ends[len(counts)] - offset))
            n_seen += chunk.count(b"\n")
            offset += len(chunk)
    return counts + [n_seen] * (len(ends) - len(counts))


def _blank_lines(source: Path) -> list[int]:
    with open_bytes(source) as file:
        return [at for at, line in enumerate(file, 1) if line in (b"\n", b"\r\n")]

"""Writes the sample company: block by block, so that a company of millions needs the memory of one block."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from analytics.contract.errors import UserError
from analytics.contract.settings import Stages
from analytics.intake.sample.customers import draw_customers
from analytics.intake.sample.draws import Draws
from analytics.intake.sample.process import History, write_history
from analytics.intake.sample.readme import README
from analytics.intake.sample.stages import StageSums, no_stage_sums, sum_stages
from analytics.intake.sample.tables import Tables
from analytics.intake.sample.timeline import AS_OF, Timeline
from analytics.intake.sample.truth import describe_truth, kept_steps, measure_causes, true_hazards

MIN_CUSTOMERS = 20
BLOCK_CUSTOMERS = 10_000
Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class SampleSummary:
    """What was written: folder, number of customers, last day of data, rows per table."""

    folder: Path
    customers: int
    as_of: date
    rows: dict[str, int]


def write_sample(
    out: Path, customers: int = 5000, months: int = 36, seed: int = 1, progress: Progress | None = None
) -> SampleSummary:
    """Simulate the sample company and write its nine tables, truth.json, truth_hazards.parquet and README.md
    into `out`.

    `progress(step, share done)` is called as it goes. The same arguments give the same bytes.
    Raises UserError for fewer than 20 customers, fewer than 12 months, or a folder that cannot be made.
    """
    if customers < MIN_CUSTOMERS:
        raise UserError(f"{customers} customers are too few.", "--customers", f"Ask for at least {MIN_CUSTOMERS}.")
    timeline, report = Timeline(months), progress or (lambda step, share: None)
    _make_folder(out)
    rules, sums, causes = Stages(), no_stage_sums(), {}
    with _open_tables(out) as tables:
        for number, (first, history) in enumerate(_blocks(timeline, customers, seed)):
            share = first / customers
            report("customers simulated", share)
            _write_block(tables, timeline, history, is_first=number == 0)
            sums = sums + sum_stages(timeline, history, rules)
            if number == 0:
                report("true effects measured", share + 0.3 * len(history.customers.numbers) / customers)
                causes = measure_causes(timeline, history)
    _write_truth(out, timeline, causes, sums, rules)
    report("sample company written", 1.0)
    return SampleSummary(folder=out, customers=customers, as_of=AS_OF, rows=tables.rows)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"the folder cannot be made ({error.strerror}).", str(out), "Choose another folder.") from error


def _blocks(timeline: Timeline, n_customers: int, seed: int) -> Iterator[tuple[int, History]]:
    """Number of the first customer and the history of each block; no history depends on how the blocks are cut."""
    for first in range(0, n_customers, BLOCK_CUSTOMERS):
        numbers = np.arange(first, min(first + BLOCK_CUSTOMERS, n_customers))
        draws = Draws.of(seed, numbers)
        people = draw_customers(draws, numbers, n_customers, timeline)
        steps = kept_steps(timeline) if first == 0 else [timeline.n_steps]
        yield first, write_history(timeline, draws, people, steps)


class _TableFiles:
    """Parquet files that grow by one row group per block."""

    def __init__(self, out: Path, stack: ExitStack) -> None:
        self.out, self.stack = out, stack
        self.writers: dict[str, Any] = {}
        self.rows: dict[str, int] = {}

    def append(self, name: str, rows: pl.DataFrame) -> None:
        """Append rows to `name`.parquet; the first call makes the file."""
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self.writers:
            writer = pq.ParquetWriter(self.out / f"{name}.parquet", table.schema, compression="zstd")
            self.writers[name] = self.stack.enter_context(writer)
        self.writers[name].write_table(table)
        self.rows[name] = self.rows.get(name, 0) + rows.height


@contextmanager
def _open_tables(out: Path) -> Iterator[_TableFiles]:
    with ExitStack() as stack:
        yield _TableFiles(out, stack)


def _write_block(tables: _TableFiles, timeline: Timeline, history: History, *, is_first: bool) -> None:
    for name, rows in Tables(timeline, history).build().items():
        tables.append(name, rows)
    tables.append("truth_hazards", true_hazards(timeline, history, is_first=is_first))


def _write_truth(out: Path, timeline: Timeline, causes: dict[str, Any], sums: StageSums, rules: Stages) -> None:
    truth = describe_truth(timeline, causes, sums, rules)
    (out / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8")
    (out / "README.md").write_text(README, encoding="utf-8")

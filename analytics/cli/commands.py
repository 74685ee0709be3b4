"""The commands about data: sample, inspect, build."""

import argparse
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from analytics.cli.output import print_object, print_rows, progress_bar, say
from analytics.contract.errors import UserError
from analytics.contract.settings import read_settings
from analytics.intake.check import check_source
from analytics.intake.inspect import inspect_file
from analytics.intake.sample import write_sample
from analytics.store.build import build_dataset
from analytics.store.publish import check_name


def sample(args: argparse.Namespace) -> None:
    """Writes the sample company's tables and prints their row counts."""
    for name, value in (("--customers", args.customers), ("--months", args.months)):
        if value < 1:
            raise UserError(f"{value} is too few.", name, "Give a number of at least 1.")
    with progress_bar() as progress:
        summary = write_sample(
            args.out, customers=args.customers, months=args.months, seed=args.seed, progress=by_share(progress)
        )
    print_rows(pl.DataFrame({"table": list(summary.rows), "rows": list(summary.rows.values())}), args.format)


def by_share(progress: Callable[[float, str], None]) -> Callable[[str, float], None]:
    """The same progress for callers who name the step first."""
    return lambda doing, share: progress(share, doing)


def inspect(args: argparse.Namespace) -> None:
    """Prints what a file looks like; open questions go to standard error too."""
    values: dict[str, Any] = asdict(inspect_file(args.path))
    for question in values["questions"]:
        say(f"question: {question}")
    columns = [{**column, "warnings": "; ".join(column["warnings"])} for column in values["columns"]]
    print_object(values, pl.DataFrame(columns), args.format)


def build(args: argparse.Namespace) -> None:
    """Checks the source, builds and publishes; prints the row counts of each table."""
    with progress_bar() as progress:
        values = build_from(args.source, args.out, args.settings, args.map, progress)
    for warning in values["warnings"]:
        say(f"warning: {warning}")
    say(f"as of {values['as_of']}; {values['rules']}")
    if values["rejects"]:
        say(f"rejected rows: {values['rejects']}")
    print_object(
        {key: values[key] for key in ("tables", "rejects", "as_of", "warnings")},
        pl.DataFrame(values["tables"]),
        args.format,
    )


def build_from(
    source: Path,
    out: Path,
    settings: Path | None,
    mapping: Path | None,
    progress: Callable[[float, str], None],
) -> dict[str, Any]:
    """Builds a data set from files: `tables` (counts), `rejects` (path or None), `as_of`, `warnings`, `rules` (in
    words).
    """
    check_name(out)
    with tempfile.TemporaryDirectory(prefix="holdfast-") as staging:
        raw = read_settings(settings) if settings else {}
        checked = check_source(
            source, raw, mapping, Path(staging), progress=lambda share, doing: progress(share / 2, doing)
        )
        dataset = build_dataset(checked, out, progress=lambda share, doing: progress(0.5 + share / 2, doing))
        rejects = out.with_suffix(".rejects.csv")
        rejects.unlink(missing_ok=True)
        if checked.rejects:
            shutil.copyfile(checked.rejects, rejects)
    info = dataset.info
    rules = "; ".join(
        [f"churn recognised by {info.recognised}", *(f"rows left out: {rule}" for rule in info.drop_rules)]
    )
    return {
        "tables": [asdict(count) for count in checked.counts],
        "rejects": str(rejects) if checked.rejects else None,
        "as_of": info.as_of,
        "warnings": list(info.warnings),
        "rules": rules,
    }

"""The commands about data and serving: sample, inspect, build, demo, serve."""

import argparse
import os
import shutil
import subprocess
import sys
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
from analytics.risk.pipeline import train_dataset
from analytics.store.build import build_dataset
from analytics.store.dataset import open_dataset
from analytics.store.publish import check_name

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "data" / "company.duckdb"
SAMPLE = ROOT / "data" / "sample"


def sample(args: argparse.Namespace) -> None:
    """Writes the sample company's tables and prints their row counts."""
    for name, value in (("--customers", args.customers), ("--months", args.months)):
        if value < 1:
            raise UserError(f"{value} is too few.", name, "Give a number of at least 1.")
    with progress_bar() as progress:
        summary = write_sample(
            args.out, customers=args.customers, months=args.months, seed=args.seed, progress=_by_share(progress)
        )
    print_rows(pl.DataFrame({"table": list(summary.rows), "rows": list(summary.rows.values())}), args.format)


def _by_share(progress: Callable[[float, str], None]) -> Callable[[str, float], None]:
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


def demo(args: argparse.Namespace) -> None:
    """The sample company from nothing to the dashboard; what is there already is kept."""
    if not COMPANY.exists():
        with progress_bar() as progress:
            write_sample(SAMPLE, customers=args.customers, progress=_by_share(progress))
        say("The sample company is simulated; its true effects are in data/sample/truth.json.")
        with progress_bar() as progress:
            build_from(SAMPLE, COMPANY, None, None, progress)
    dataset = open_dataset(COMPANY)
    if not dataset.info.verdict:
        with progress_bar() as progress:
            dataset = train_dataset(dataset, horizon_days=None, progress=progress)
    say(dataset.info.verdict)
    if not args.no_serve:
        _serve(COMPANY, args.port)


def serve(args: argparse.Namespace) -> None:
    """Opens the dashboard on localhost until it is stopped."""
    name = args.file or COMPANY
    open_dataset(name)  # a wrong name is said here, not in the browser
    _serve(name, args.port)


def _serve(name: Path, port: int) -> None:
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        "--server.port",
        str(port),
        "--server.address",
        "localhost",
    ]
    environment = {**os.environ, "HOLDFAST_FILE": str(name.absolute()), "OMP_WAIT_POLICY": "passive"}
    say(f"Holdfast runs at http://localhost:{port} (Ctrl+C ends it).")
    subprocess.run(command, cwd=ROOT, env=environment, check=False)

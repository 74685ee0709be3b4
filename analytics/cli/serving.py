"""The commands that open the dashboard: demo and serve."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from analytics.cli.commands import build_from, by_share
from analytics.cli.output import progress_bar, say
from analytics.intake.sample import write_sample
from analytics.risk.pipeline import train_dataset
from analytics.store.dataset import open_dataset

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "data" / "company.duckdb"
SAMPLE = ROOT / "data" / "sample"


def demo(args: argparse.Namespace) -> None:
    """The sample company from nothing to the dashboard; what is there already is kept."""
    if not COMPANY.exists():
        with progress_bar() as progress:
            write_sample(SAMPLE, customers=args.customers, progress=by_share(progress))
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

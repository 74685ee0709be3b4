"""The commands that open the dashboard: demo and serve."""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

from analytics.cli.commands import build_from, by_share
from analytics.cli.output import progress_bar, say
from analytics.contract.errors import UserError
from analytics.intake.sample import write_sample
from analytics.risk.pipeline import train_dataset
from analytics.store.dataset import open_dataset

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "data" / "company.duckdb"
SAMPLE = ROOT / "data" / "sample"


def demo(args: argparse.Namespace) -> None:
    """The sample company from nothing to the dashboard; what is there already is kept."""
    if not _is_ready(COMPANY):
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


def _is_ready(name: Path) -> bool:
    """Whether this version of Holdfast can open the data set as it is."""
    try:
        open_dataset(name)
    except UserError:
        return False
    return True


def serve(args: argparse.Namespace) -> None:
    """Opens the dashboard on localhost until it is stopped."""
    name = args.file or COMPANY
    open_dataset(name)  # a wrong name is said here, not in the browser
    _serve(name, args.port)


def _find_port(port: int) -> int:
    """The port asked for, or the next one that is free."""
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", candidate)):
                return candidate
    raise UserError(f"ports {port} to {port + 49} are all in use.", "--port", "Name another one.")


def _serve(name: Path, port: int) -> None:
    port = _find_port(port)
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

"""Runs the command line in this process and hands back what a person would see."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest

from analytics.cli import main


@dataclass(frozen=True)
class Outcome:
    """Exit status, standard output and standard error of one command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


def run_command(*arguments: object) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse ends the process itself
            status = int(stop.code or 0)
    return Outcome(status, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def run() -> Run:
    return run_command

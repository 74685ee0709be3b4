"""Every command, declared once: its words, its options and an example; `--help` and the docs are read from here."""

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from analytics.cli import show
from analytics.cli.asking import add_common_options
from analytics.cli.output import FORMATS

Run = Callable[[argparse.Namespace], None]


def _later(module: str, name: str) -> Run:
    """The command's function, imported when it runs: the model's libraries take seconds that `--help` need not wait."""
    return lambda args: getattr(importlib.import_module(f"analytics.cli.{module}"), name)(args)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of listing every option; commands are parsers of this kind too."""

    def error(self, message: str) -> NoReturn:
        """Ends with status 2."""
        self.exit(2, f"holdfast: {message.rstrip('.')}. `{self.prog} --help` says what there is.\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; each command's `run` default takes the parsed arguments."""
    parser = Parser(prog="holdfast", description="Who is leaving, where in the journey, why, and what would keep them.")
    sub = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_data_commands(sub)
    _add_model_commands(sub)
    _add_questions(sub)
    _add_show(sub)
    _add_serving(sub)
    return parser


def _command(sub: "argparse._SubParsersAction[Parser]", name: str, run: Run, words: str, example: str) -> Parser:
    command = sub.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ".",
        epilog=f"example:\n  holdfast {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_format(command: argparse.ArgumentParser) -> None:
    default = "table" if sys.stdout.isatty() else "csv"
    command.add_argument("--format", choices=FORMATS, default=default, help="table on a terminal, csv in a pipe")


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("--file", required=True, type=Path, metavar="FILE.duckdb", help="the data set")


def _add_data_commands(sub: "argparse._SubParsersAction[Parser]") -> None:
    sample = _command(
        sub,
        "sample",
        _later("commands", "sample"),
        "writes the tables of a simulated company",
        "sample --out company --customers 2000 --seed 7",
    )
    sample.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the tables and truth.json")
    sample.add_argument("--customers", type=int, default=5000, metavar="N", help="how many customers ever join")
    sample.add_argument("--months", type=int, default=36, metavar="M", help="months of history")
    sample.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same company")
    _add_format(sample)
    inspect = _command(
        sub,
        "inspect",
        _later("commands", "inspect"),
        "says what a file looks like and how it would be read",
        "inspect customers.csv --format json",
    )
    inspect.add_argument("path", type=Path, metavar="FILE", help="the file")
    _add_format(inspect)
    build = _command(
        sub,
        "build",
        _later("commands", "build"),
        "checks files and builds a data set",
        "build exports/ --out company.duckdb --map map.toml",
    )
    build.add_argument("source", type=Path, metavar="SOURCE", help="a folder with one file per table, or one file")
    build.add_argument("--out", required=True, type=Path, metavar="FILE.duckdb", help="the data set's name")
    build.add_argument("--settings", type=Path, metavar="settings.toml", help="settings that differ from the defaults")
    build.add_argument("--map", type=Path, metavar="map.toml", help="how the files' columns map onto the contract")
    _add_format(build)


def _add_model_commands(sub: "argparse._SubParsersAction[Parser]") -> None:
    train = _command(
        sub,
        "train",
        _later("ask", "train"),
        "trains the risk model and scores every customer",
        "train --file company.duckdb",
    )
    _add_file(train)
    train.add_argument("--horizon", type=int, metavar="DAYS", help="days after the gap in which churn is predicted")
    _add_format(train)
    score = _command(
        sub,
        "score",
        _later("ask", "score"),
        "scores and explains every customer with the model there is",
        "score --file company.duckdb",
    )
    _add_file(score)
    _add_format(score)


def _add_questions(sub: "argparse._SubParsersAction[Parser]") -> None:
    explain = _command(
        sub,
        "explain",
        _later("ask", "explain"),
        "shows why one customer has the score they have",
        "explain C00042 --file company.duckdb",
    )
    explain.add_argument("customer_id", metavar="CUSTOMER_ID", help="the customer")
    _add_file(explain)
    _add_format(explain)
    whatif = _command(
        sub,
        "whatif",
        _later("ask", "whatif"),
        "re-scores customers with levers moved",
        "whatif --file company.duckdb --set first_response_hours=4 --where \"plan = 'pro'\"",
    )
    _add_file(whatif)
    whatif.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="LEVER=VALUE",
        help="absolute (4), a shift (+1) or relative (-20%%)",
    )
    whatif.add_argument("--where", default="", metavar="CONDITION", help="only customers who meet it")
    _add_format(whatif)


def _add_show(sub: "argparse._SubParsersAction[Parser]") -> None:
    command = _command(
        sub,
        "show",
        show.show,
        "prints a table of numbers",
        "show retention --file company.duckdb --period month --format json",
    )
    names = command.add_subparsers(dest="name", metavar="NAME", required=True)
    for table in show.SHOWN:
        one = _command(
            names,
            table.name,
            show.show,
            table.words,
            f"show {table.name} --file company.duckdb {table.example}".rstrip(),
        )
        one.set_defaults(table=table)
        if table.needs_file:
            _add_file(one)
        else:
            one.add_argument("--file", type=Path, metavar="FILE.duckdb", help="not needed: the same for every data set")
        add_common_options(one)
        for option in table.options:
            option(one)
        _add_format(one)


def _add_serving(sub: "argparse._SubParsersAction[Parser]") -> None:
    demo = _command(
        sub,
        "demo",
        _later("serving", "demo"),
        "makes the sample company, builds, trains, and opens the dashboard",
        "demo",
    )
    demo.add_argument("--customers", type=int, default=5000, metavar="N", help="how many customers ever join")
    demo.add_argument("--no-serve", action="store_true", help="stop before the dashboard opens")
    demo.add_argument("--port", type=int, default=8501, help="port of the dashboard on localhost")
    serve = _command(
        sub, "serve", _later("serving", "serve"), "opens the dashboard on a data set", "serve --file company.duckdb"
    )
    serve.add_argument("--file", type=Path, metavar="FILE.duckdb", help="the data set; without it, the sample company")
    serve.add_argument("--port", type=int, default=8501, help="port of the dashboard on localhost")

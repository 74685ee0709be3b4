"""Options that every table over a data set takes: who, per what, and when."""

import argparse
import datetime as dt
from typing import Any

from analytics.cli.output import say
from analytics.contract.errors import UserError
from analytics.metrics.question import PERIODS, Question
from analytics.store.dataset import Dataset

CUSTOMERS = ("--by", "--where")
EVERYTHING = (*CUSTOMERS, "--period", "--from", "--to")

_DECLARED: dict[str, dict[str, Any]] = {
    "--by": {"default": "", "metavar": "COLUMN", "help": "one answer per value of this customer attribute"},
    "--where": {"default": "", "metavar": "CONDITION", "help": "only customers who meet it, such as \"plan = 'pro'\""},
    "--period": {"choices": PERIODS, "default": "month", "help": "length of a period (default month)"},
    "--from": {"dest": "start", "default": "", "metavar": "DATE", "help": "first period, by its start"},
    "--to": {"dest": "end", "default": "", "metavar": "DATE", "help": "last period, by its start"},
    "--as-of": {"default": "", "metavar": "DATE", "help": "the last day of the data; must be the data set's own"},
    "--timezone": {"default": "", "metavar": "ZONE", "help": "zone of the days; must be the data set's own"},
    "--week-start": {
        "choices": ("monday", "sunday"),
        "default": "",
        "help": "first day of the week; must be the data set's own",
    },
}


def add_common_options(command: argparse.ArgumentParser) -> None:
    """Every common option, on every table: scripts may pass them without knowing which table reads which."""
    for name, words in _DECLARED.items():
        command.add_argument(name, **words)


def read_question(args: argparse.Namespace, dataset: Dataset, taken: tuple[str, ...]) -> Question:
    """The question asked. What the table does not read is said on standard error, never passed over in silence.

    UserError for a text that is no date, and for days, zones and weeks other than the data set's own.
    """
    _check_calendar(args, dataset)
    asked: dict[str, str] = {}
    for option in EVERYTHING:
        field = _DECLARED[option].get("dest", option.removeprefix("--"))
        value = vars(args)[field]
        if option in taken:
            asked[field] = _day(value, option) if option in ("--from", "--to") else value
        elif value != _DECLARED[option]["default"]:
            say(f"`show {args.table.name}` does not read {option}: it has no effect.")
    return Question(**asked)


def _check_calendar(args: argparse.Namespace, dataset: Dataset) -> None:
    settings = dataset.info.settings
    own = {
        "--as-of": (_day(args.as_of, "--as-of"), str(dataset.info.as_of or ""), "as_of"),
        "--timezone": (args.timezone, settings.timezone, "timezone"),
        "--week-start": (args.week_start, settings.first_weekday, "first_weekday"),
    }
    for option, (asked, built, key) in own.items():
        if asked and asked != built:
            remedy = f'Set {key} = "{asked}" in settings.toml and build again with --settings.'
            raise UserError(f"this data set was built with {key} = {built or 'no day'}.", option, remedy)


def _day(text: str, option: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UserError(f"{text!r} is not a date.", option, "Write it as YYYY-MM-DD, such as 2024-12-31.") from None

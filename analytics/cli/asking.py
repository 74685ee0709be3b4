"""Options that every table over a data set takes: who, per what, and when."""

import argparse
import datetime as dt
from typing import Any

from analytics.cli.output import progress_bar, say
from analytics.contract.errors import UserError
from analytics.metrics.question import PERIODS, Question
from analytics.store.dataset import Dataset
from analytics.store.variant import variant

CUSTOMERS = ("--by", "--where")
EVERYTHING = (*CUSTOMERS, "--period", "--from", "--to")
_CALENDAR = {"--as-of": "as_of", "--timezone": "timezone", "--week-start": "first_weekday"}  # option: setting
_SCORED = ("risk", "model")  # tables that read the risk model

_DECLARED: dict[str, dict[str, Any]] = {
    "--by": {
        "default": "",
        "metavar": "COLUMN",
        "help": "one answer per value of this customer attribute (in retention, plan and stage of the day of entry)",
    },
    "--where": {
        "default": "",
        "metavar": "CONDITION",
        "help": "only customers who meet it on the as-of day, such as \"plan = 'pro'\"",
    },
    "--period": {"choices": PERIODS, "default": "month", "help": "length of a period (default month)"},
    "--from": {"dest": "start", "default": "", "metavar": "DATE", "help": "first period, by its start"},
    "--to": {"dest": "end", "default": "", "metavar": "DATE", "help": "last period, by its start"},
    "--as-of": {"default": "", "metavar": "DATE", "help": "the last day seen (default the data set's own)"},
    "--timezone": {"default": "", "metavar": "ZONE", "help": "zone of the days (default the data set's own)"},
    "--week-start": {
        "choices": ("monday", "sunday"),
        "default": "",
        "help": "first day of the week (default the data set's own)",
    },
}


def add_common_options(command: argparse.ArgumentParser) -> None:
    """Every common option, on every table: scripts may pass them without knowing which table reads which."""
    for name, words in _DECLARED.items():
        command.add_argument(name, **words)


def read_question(args: argparse.Namespace, taken: tuple[str, ...]) -> Question:
    """The question asked. What the table does not read is said on standard error, never passed over in silence.

    UserError for a text that is no date.
    """
    asked: dict[str, str] = {}
    for option in EVERYTHING:
        field = _DECLARED[option].get("dest", option.removeprefix("--"))
        value = vars(args)[field]
        if option in taken:
            asked[field] = _day(value, option) if option in ("--from", "--to") else value
        elif value != _DECLARED[option]["default"]:
            say(f"`show {args.table.name}` does not read {option}: it has no effect.")
    return Question(**asked)


def in_calendar(args: argparse.Namespace, dataset: Dataset) -> Dataset:
    """The data set as of the day, in the zone and by the weeks asked for; what that takes is said on standard error.

    UserError for a text that is no date, and for a day or a zone that cannot be.
    """
    asked = {option: vars(args)[option.removeprefix("--").replace("-", "_")] for option in _CALENDAR}
    asked = {option: _day(text, option) if option == "--as-of" else text for option, text in asked.items() if text}
    if not asked:
        return dataset
    named = ", ".join(asked)
    if dataset.info.is_snapshot:
        say(f"A snapshot has no dates: {named} has no effect.")
        return dataset
    with progress_bar() as progress:
        found = variant(dataset, {_CALENDAR[option]: text for option, text in asked.items()}, progress, named)
    if args.table.name in _SCORED and dataset.info.verdict and found != dataset:
        say(f"Scores hold for the day, zone and weeks of their build: with {named}, build and train again.")
    return found


def _day(text: str, option: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UserError(f"{text!r} is not a date.", option, "Write it as YYYY-MM-DD, such as 2024-12-31.") from None

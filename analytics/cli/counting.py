"""The options of retention: one for each field of its rule."""

import argparse
from typing import Any

from analytics.cli.table import Option, choice, number, text
from analytics.contract.errors import UserError
from analytics.metrics.rule import BASES, COHORTS, MEASURES, MODES, WINDOWS

COUNTING: tuple[Option, ...] = (
    choice("--cohorts", COHORTS, COHORTS[0], "how customers enter a cohort"),
    text("--start-event", "NAME", "the event that enters a cohort (default any, or being subscribed)"),
    text("--return-event", "NAME", "the event that counts as coming back (default any, or being subscribed)"),
    choice("--mode", MODES, MODES[0], "at which ages coming back counts"),
    lambda command: command.add_argument(
        "--brackets", default="", metavar="1,3,7", help="with --mode bracket: the last age of each bracket"
    ),
    choice("--window", WINDOWS, WINDOWS[0], "calendar periods, or 24-hour days from each customer's own instant"),
    number("--min-occurrences", 1, "N", "how many events within the period it takes"),
    choice("--measure", MEASURES, MEASURES[0], "count customers, or add up their revenue"),
    number("--ages", 0, "N", "ages 0 … N−1; 0 for as many as the first cohort has"),
    lambda command: command.add_argument(
        "--activity", choices=BASES, default="", help="being active by events or by subscription (default: by the data)"
    ),
)


def counting(args: argparse.Namespace) -> dict[str, Any]:
    """The fields of a retention rule from parsed options; UserError when the brackets are no numbers."""
    names = ("cohorts", "start_event", "return_event", "mode", "window", "min_occurrences", "measure", "ages")
    return {name: getattr(args, name) for name in names} | {
        "basis": args.activity,
        "brackets": _read_brackets(args.brackets),
    }


def _read_brackets(written: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in written.split(",") if part.strip())
    except ValueError:
        raise UserError(f"{written!r} is not a list of ages.", "--brackets", "Write it like 1,3,7.") from None

"""The options of retention: one for each field of its rule."""

import argparse
from collections.abc import Callable
from typing import Any

from analytics.contract.errors import UserError
from analytics.metrics.rule import BASES, COHORTS, MEASURES, MODES, WINDOWS

Option = Callable[[argparse.ArgumentParser], object]


def _choice(name: str, values: tuple[str, ...], words: str) -> Option:
    default = values[0]
    help_text = f"{words} (default {default})"
    return lambda command: command.add_argument(name, choices=values, default=default, help=help_text)


def _event(name: str, words: str) -> Option:
    return lambda command: command.add_argument(name, default="", metavar="NAME", help=words)


def _count(name: str, default: int, words: str) -> Option:
    return lambda command: command.add_argument(name, type=int, default=default, metavar="N", help=words)


COUNTING: tuple[Option, ...] = (
    _choice("--cohorts", COHORTS, "how customers enter a cohort"),
    _event("--start-event", "the event that enters a cohort (default any, or being subscribed)"),
    _event("--return-event", "the event that counts as coming back (default any, or being subscribed)"),
    _choice("--mode", MODES, "at which ages coming back counts"),
    lambda command: command.add_argument(
        "--brackets", default="", metavar="1,3,7", help="with --mode bracket: the last age of each bracket"
    ),
    _choice("--window", WINDOWS, "calendar periods, or 24-hour days from each customer's own instant"),
    _count("--min-occurrences", 1, "how many events within the period it takes (default 1)"),
    _choice("--measure", MEASURES, "count customers, or add up their revenue"),
    _count("--ages", 0, "ages 0 … N−1 (default: as many as the first cohort has)"),
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


def _read_brackets(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise UserError(f"{text!r} is not a list of ages.", "--brackets", "Write it like 1,3,7.") from None

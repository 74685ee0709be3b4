"""The options of customer value and of incidence, and the sentence that stands beside each."""

import argparse
from collections.abc import Callable

import polars as pl

from analytics.cli.output import say
from analytics.metrics.incidence import CAUSES, incidence
from analytics.metrics.question import Question
from analytics.metrics.repeat_buying import MODELS
from analytics.metrics.survival import UNIT_DAYS, say_duration
from analytics.metrics.value import HORIZON_MONTHS, say_convention, value
from analytics.metrics.value_fits import value_fits
from analytics.store.dataset import Dataset

Option = Callable[[argparse.ArgumentParser], object]

VALUING: tuple[Option, ...] = (
    lambda command: command.add_argument(
        "--horizon",
        type=int,
        default=HORIZON_MONTHS,
        metavar="MONTHS",
        help=f"months ahead that count (default {HORIZON_MONTHS})",
    ),
    lambda command: command.add_argument("--summary", action="store_true", help="one row: the mean of all customers"),
    lambda command: command.add_argument(
        "--fit", action="store_true", help="the models behind it and their parameters"
    ),
    lambda command: command.add_argument(
        "--model",
        choices=MODELS,
        default=MODELS[0],
        help=f"without subscriptions: how buying ends (default {MODELS[0]})",
    ),
    lambda command: command.add_argument(
        "--event", default="", metavar="NAME", help="without subscriptions: the event that is an order (default any)"
    ),
)

CAUSING: tuple[Option, ...] = (
    lambda command: command.add_argument(
        "--unit", choices=tuple(UNIT_DAYS), default="days", help="unit of time (default days)"
    ),
    lambda command: command.add_argument(
        "--causes", choices=CAUSES, default=CAUSES[0], help="reasons as stated, or by choice against failed payment"
    ),
)


def answer_value(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    """Customer value, or with --fit the models behind it; the convention goes to standard error."""
    if args.fit:
        return value_fits(dataset, question, model=args.model, event=args.event)
    rows = value(dataset, question, horizon=args.horizon, summary=args.summary, model=args.model, event=args.event)
    say(say_convention(dataset, args.horizon))
    return rows


def answer_incidence(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    """Incidence by cause; what its time is goes to standard error."""
    rows = incidence(dataset, question, unit=args.unit, causes=args.causes)
    say(say_duration(dataset, args.unit))
    return rows

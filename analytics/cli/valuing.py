"""The options of customer value and of incidence, and the sentence that stands beside each."""

import argparse

import polars as pl

from analytics.cli.output import say
from analytics.cli.table import Option, choice, flag, number, text
from analytics.metrics.incidence import CAUSES, incidence
from analytics.metrics.question import Question
from analytics.metrics.repeat_buying import MODELS
from analytics.metrics.survival import UNIT_DAYS, say_duration
from analytics.metrics.value import HORIZON_MONTHS, say_convention, value
from analytics.metrics.value_fits import value_fits
from analytics.store.dataset import Dataset

VALUING: tuple[Option, ...] = (
    number("--horizon", HORIZON_MONTHS, "MONTHS", "months ahead that count"),
    flag("--summary", "one row: the mean of all customers"),
    flag("--fit", "the models behind it and their parameters"),
    choice("--model", MODELS, MODELS[0], "without subscriptions: how buying ends"),
    text("--event", "NAME", "without subscriptions: the event that is an order (default any)"),
)

CAUSING: tuple[Option, ...] = (
    choice("--unit", tuple(UNIT_DAYS), "days", "unit of time"),
    choice("--causes", CAUSES, CAUSES[0], "reasons as stated, or by choice against failed payment"),
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

"""`holdfast show NAME`: every table of numbers, with its options, declared once."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from analytics.cli.asking import CUSTOMERS, EVERYTHING, read_question
from analytics.cli.counting import COUNTING, counting
from analytics.cli.output import print_card, print_rows, say
from analytics.cli.valuing import CAUSING, VALUING, answer_incidence, answer_value
from analytics.metrics.changes import change_of_churn, change_of_mrr
from analytics.metrics.churn import CONVENTIONS, churn
from analytics.metrics.definitions import definitions
from analytics.metrics.departures import departures
from analytics.metrics.economics import economics, project_point
from analytics.metrics.loyalty import loyalty
from analytics.metrics.movements import movements, revenue
from analytics.metrics.question import Question
from analytics.metrics.retention import AVERAGES, retention, retention_average
from analytics.metrics.scorecard import scorecard
from analytics.metrics.service import service
from analytics.metrics.stages import stages
from analytics.metrics.survival import say_duration, survival
from analytics.store.dataset import Dataset, open_dataset

Answer = Callable[[Dataset, Question, argparse.Namespace], pl.DataFrame]
Option = Callable[[argparse.ArgumentParser], object]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One table: its name, what it says, the call behind it, the options only it has, the common ones it takes."""

    name: str
    words: str
    answer: Answer
    options: tuple[Option, ...] = ()
    common: tuple[str, ...] = EVERYTHING
    example: str = ""
    needs_file: bool = True
    show: Callable[[pl.DataFrame, str], None] = print_rows


def _choice(name: str, values: tuple[str, ...], default: str, words: str) -> Option:
    return lambda command: command.add_argument(
        name, choices=values, default=default, help=f"{words} (default {default})"
    )


def _flag(name: str, words: str) -> Option:
    return lambda command: command.add_argument(name, action="store_true", help=words)


# The model's libraries take seconds to load; no other table needs them.
def _answer_risk(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    from analytics.risk.scores import show_risk

    return show_risk(dataset, question.where, question.by)


def _answer_model(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    from analytics.risk.scores import model_card

    return model_card(dataset)


SHOWN: tuple[Shown, ...] = (
    Shown(
        name="retention",
        words="the share of each cohort that is active again, by age",
        answer=lambda dataset, question, args: retention(dataset, question, **counting(args)),
        options=COUNTING,
        example="--mode on_or_after --return-event purchase",
    ),
    Shown(
        name="retention_average",
        words="retention by age over all mature cohorts",
        answer=lambda dataset, question, args: retention_average(
            dataset, question, average=args.average, **counting(args)
        ),
        options=(_choice("--average", AVERAGES, "pooled", "how cohorts are averaged"), *COUNTING),
    ),
    Shown(
        name="churn",
        words="churn by period, under a stated convention",
        answer=lambda dataset, question, args: churn(dataset, question, convention=args.convention),
        options=(_choice("--convention", (*CONVENTIONS, "all"), "start", "who is divided by whom"),),
        example="--convention all",
    ),
    Shown(
        name="movements",
        words="monthly recurring revenue from opening to closing",
        answer=lambda dataset, question, args: movements(dataset, question, basis=args.basis, detail=args.detail),
        options=(
            _choice("--basis", ("event", "snapshot"), "event", "each change on its date, or first days compared"),
            _flag("--detail", "one row per customer and change"),
        ),
    ),
    Shown(
        name="revenue",
        words="revenue, retention of revenue and quick ratio by period",
        answer=lambda dataset, question, args: revenue(dataset, question),
    ),
    Shown(
        name="survival",
        words="the share still customers after a time (Kaplan-Meier)",
        answer=lambda dataset, question, args: _follow(dataset, question, args),
        options=(
            _choice("--unit", ("days", "weeks", "months"), "days", "unit of time"),
            _flag("--summary", "one row per group: median, restricted mean"),
            _flag("--test", "log-rank test between the groups"),
        ),
        example="--by plan --summary",
    ),
    Shown(
        name="incidence",
        words="the share gone for each reason after a time, the reasons competing",
        answer=answer_incidence,
        options=CAUSING,
        example="--causes kind --unit months",
    ),
    Shown(
        name="value",
        words="what customers are expected to bring within a horizon",
        answer=answer_value,
        options=VALUING,
        common=CUSTOMERS,
        example="--by plan --horizon 12",
    ),
    Shown(
        name="stages",
        words="losses by stage of the journey",
        answer=lambda dataset, question, args: stages(dataset, question),
    ),
    Shown(
        name="scorecard",
        words="the headline metrics of the last final period",
        answer=lambda dataset, question, args: scorecard(dataset, question),
    ),
    Shown(
        name="departures",
        words="who left by choice, and who through a payment that failed",
        answer=lambda dataset, question, args: departures(dataset, question),
    ),
    Shown(
        name="service",
        words="answer times, contacts and surveys by period and category",
        answer=lambda dataset, question, args: service(dataset, question),
    ),
    Shown(
        name="loyalty",
        words="repeat purchases and the time between them",
        answer=lambda dataset, question, args: loyalty(dataset, question),
    ),
    Shown(
        name="economics",
        words="what one point of monthly retention is worth over a year",
        answer=lambda dataset, question, args: (project_point if args.working else economics)(dataset, question),
        options=(_flag("--working", "the projection month by month"),),
        common=CUSTOMERS,
    ),
    Shown(
        name="changes",
        words="the last change of churn (or revenue) in parts that add up to it",
        answer=lambda dataset, question, args: (change_of_mrr if args.of == "mrr" else change_of_churn)(
            dataset, question
        ),
        options=(_choice("--of", ("churn", "mrr"), "churn", "what changed"),),
        example="--by plan",
    ),
    Shown(
        name="risk",
        words="every customer's probability of leaving, with reasons",
        answer=_answer_risk,
        common=CUSTOMERS,
    ),
    Shown(
        name="model",
        words="the risk model's card",
        show=print_card,
        answer=_answer_model,
        common=(),
    ),
    Shown(
        name="definitions",
        words="every metric: name, unit, direction, definition, formula, source",
        answer=lambda dataset, question, args: definitions(),
        common=(),
        needs_file=False,
    ),
)


def _follow(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    """Survival; what its time is goes to standard error."""
    rows = survival(dataset, question, unit=args.unit, summary=args.summary, test=args.test)
    say(say_duration(dataset, args.unit))
    return rows


def show(args: argparse.Namespace) -> None:
    """Prints the table asked for; the rules in force go to standard error."""
    if not args.table.needs_file:
        print_rows(definitions(), args.format)
        return
    dataset = open_dataset(args.file)
    question = read_question(args, dataset, args.table.common)
    rows = args.table.answer(dataset, question, args)
    say(describe(dataset))
    args.table.show(rows, args.format)


def describe(dataset: Dataset) -> str:
    """One line on what is in force: as-of day, churn definition, dropped rows, definition version."""
    info = dataset.info
    parts = [
        f"as of {info.as_of}" if info.as_of else "a snapshot without dates",
        f"churn recognised by {info.recognised}",
        f"definitions {info.definition_version}",
    ]
    parts += [f"rows left out: {rule}" for rule in info.drop_rules]
    return "; ".join(parts)

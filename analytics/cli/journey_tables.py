"""Tables of the journey: where customers are lost, what went wrong there, and which signs come first."""

import argparse

import polars as pl

from analytics.cli.asking import CUSTOMERS
from analytics.cli.output import say
from analytics.cli.table import Shown, choice, flag, number, text
from analytics.metrics.activation import activation
from analytics.metrics.activation_time import activation_time
from analytics.metrics.activity import activity
from analytics.metrics.flows import flows
from analytics.metrics.friction import friction
from analytics.metrics.lifecycle import lifecycle
from analytics.metrics.question import Question
from analytics.metrics.reasons import coverage, reasons
from analytics.metrics.rule import BASES
from analytics.metrics.service import service
from analytics.metrics.signals import signals
from analytics.metrics.stages import stages
from analytics.metrics.thresholds import stage_thresholds
from analytics.metrics.timeline import timeline
from analytics.metrics.unusual import unusual_periods
from analytics.metrics.unusual_groups import unusual_groups
from analytics.store.dataset import Dataset

_ACTIVITY_EVENT = text("--event", "NAME", "only this event (default: each of them)")
_PER = text("--per", "NAME", "a second event: how often the first comes per one of these")


def _answer_reasons(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    """Reasons; how many departures state one goes to standard error."""
    known = coverage(dataset, question)
    stated, departures = known["stated"].sum(), known["departures"].sum()
    say(f"{stated} of {departures} departures state a reason that a family of reasons knows; the rest are inferred.")
    return reasons(dataset, question, detail=args.detail, texts=args.texts)


def _answer_unusual(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    look = unusual_groups if args.groups else unusual_periods
    return look(dataset, question, event=args.event, per=args.per)


JOURNEY_TABLES: tuple[Shown, ...] = (
    Shown(
        name="stages",
        words="losses by stage of the journey",
        answer=lambda dataset, question, args: stages(dataset, question),
    ),
    Shown(
        name="flows",
        words="moves between stages, and where those in a stage today will be after some days",
        answer=lambda dataset, question, args: flows(dataset, question, days=args.days),
        options=(number("--days", 90, "N", "how far ahead, and how far back the moves behind it lie"),),
        example="--days 90",
    ),
    Shown(
        name="lifecycle",
        words="who is new, stays, comes back or falls silent in each period",
        answer=lambda dataset, question, args: lifecycle(dataset, question, event=args.event, basis=args.activity),
        options=(
            text("--event", "NAME", "being active is this event (default: as for retention)"),
            choice("--activity", ("", *BASES), "", "being active by events or by subscription, else by the data"),
        ),
        example="--event purchase --period week",
    ),
    Shown(
        name="thresholds",
        words="the customer-days that each threshold of the stages puts into another stage",
        answer=lambda dataset, question, args: stage_thresholds(dataset, question),
        common=("--where", "--period", "--from", "--to"),
    ),
    Shown(
        name="activation_time",
        words="the share at first value after so many days, and the share gone without it",
        answer=lambda dataset, question, args: activation_time(
            dataset, question, event=args.event, summary=args.summary
        ),
        options=(
            text("--event", "NAME", "the event that is first value (default: value_event of the settings)"),
            flag("--summary", "one row per group: median and shares"),
        ),
        example="--summary",
    ),
    Shown(
        name="service",
        words="answer times, contacts and surveys by period and category",
        answer=lambda dataset, question, args: service(dataset, question),
    ),
    Shown(
        name="activity",
        words="events over time, by an attribute of customers or of the events",
        answer=lambda dataset, question, args: activity(dataset, question, event=args.event, per=args.per),
        options=(_ACTIVITY_EVENT, _PER),
        example="--event purchase --per cart --by platform --period week",
    ),
    Shown(
        name="unusual",
        words="periods in which activity departs from what is usual, or groups that differ",
        answer=_answer_unusual,
        options=(_ACTIVITY_EVENT, _PER, flag("--groups", "groups of --by against all others, not periods")),
        example="--event purchase --per cart --period day",
    ),
    Shown(
        name="friction",
        words="which signs are more frequent before leaving than among those as far into the same stage",
        answer=lambda dataset, question, args: friction(dataset, question),
    ),
    Shown(
        name="reasons",
        words="why customers left: what they stated beside what was recorded before",
        answer=_answer_reasons,
        options=(
            flag("--detail", "one row per departure"),
            flag("--texts", "one row per reason as given, with the family it is counted in"),
        ),
    ),
    Shown(
        name="signals",
        words="early signs: how often a departure follows, how long after, and which tell nothing",
        answer=lambda dataset, question, args: signals(dataset, question),
        common=CUSTOMERS,
    ),
    Shown(
        name="activation",
        words="which event, how often, by which day marks those who stay: a marker, not a cause",
        answer=lambda dataset, question, args: activation(dataset, question, every=args.every),
        options=(flag("--every", "every count and day tried, not only the best of each event"),),
        common=("--where",),
    ),
    Shown(
        name="timeline",
        words="everything that has happened with one customer",
        answer=lambda dataset, question, args: timeline(dataset, args.customer),
        options=(text("--customer", "ID", "the customer's id"),),
        common=(),
        example="--customer C0000003",
    ),
)

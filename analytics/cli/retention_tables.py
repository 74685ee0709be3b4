"""Tables of who stays: retention, churn, survival."""

import argparse

import polars as pl

from analytics.cli.counting import AVERAGING, COUNTING, counting
from analytics.cli.output import say
from analytics.cli.table import Shown, choice, flag, text
from analytics.cli.valuing import CAUSING, answer_incidence
from analytics.metrics.churn import CONVENTIONS, churn
from analytics.metrics.question import Question
from analytics.metrics.reconcile import explain_steps, reconcile_churn
from analytics.metrics.retention import retention, retention_average
from analytics.metrics.survival import say_duration, survival
from analytics.store.dataset import Dataset


def _follow(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    """Survival; what its time is goes to standard error."""
    rows = survival(dataset, question, unit=args.unit, summary=args.summary, test=args.test)
    say(say_duration(dataset, args.unit))
    return rows


RETENTION_TABLES: tuple[Shown, ...] = (
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
        options=(AVERAGING, *COUNTING),
    ),
    Shown(
        name="churn",
        words="churn by period, under a stated convention",
        answer=lambda dataset, question, args: churn(dataset, question, convention=args.convention),
        options=(choice("--convention", (*CONVENTIONS, "all"), "start", "who is divided by whom"),),
        example="--convention all",
    ),
    Shown(
        name="reconcile",
        words="where each churn convention counts every customer who came or left (default: the last final period)",
        answer=lambda dataset, question, args: (
            explain_steps(dataset, question, "start", args.steps) if args.steps else reconcile_churn(dataset, question)
        ),
        options=(text("--steps", "CONVENTION", "instead: the steps from the convention start to this one"),),
        example="--from 2024-06-01 --to 2024-06-01 --steps net_of_returns",
    ),
    Shown(
        name="survival",
        words="the share still customers after a time (Kaplan-Meier)",
        answer=lambda dataset, question, args: _follow(dataset, question, args),
        options=(
            choice("--unit", ("days", "weeks", "months"), "days", "unit of time"),
            flag("--summary", "one row per group: median, restricted mean"),
            flag("--test", "log-rank test between the groups"),
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
)

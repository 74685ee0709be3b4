"""`holdfast show NAME`: every table of numbers."""

import argparse

from analytics.cli.asking import read_question
from analytics.cli.journey_tables import JOURNEY_TABLES
from analytics.cli.money_tables import MONEY_TABLES
from analytics.cli.output import print_rows, say
from analytics.cli.retention_tables import RETENTION_TABLES
from analytics.cli.risk_tables import RISK_TABLES
from analytics.cli.table import Shown, choice
from analytics.metrics.changes import change_of_churn, change_of_mrr
from analytics.metrics.definitions import definitions
from analytics.metrics.scorecard import scorecard
from analytics.store.dataset import Dataset, open_dataset

_OVERVIEW: tuple[Shown, ...] = (
    Shown(
        name="scorecard",
        words="the headline metrics of the last final period",
        answer=lambda dataset, question, args: scorecard(dataset, question),
    ),
    Shown(
        name="changes",
        words="the last change of churn (or revenue) in parts that add up to it",
        answer=lambda dataset, question, args: (change_of_mrr if args.of == "mrr" else change_of_churn)(
            dataset, question
        ),
        options=(choice("--of", ("churn", "mrr"), "churn", "what changed"),),
        example="--by plan",
    ),
    Shown(
        name="definitions",
        words="every metric: name, unit, direction, definition, formula, source",
        answer=lambda dataset, question, args: definitions(),
        common=(),
        needs_file=False,
    ),
)
SHOWN: tuple[Shown, ...] = (*_OVERVIEW, *RETENTION_TABLES, *MONEY_TABLES, *JOURNEY_TABLES, *RISK_TABLES)


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

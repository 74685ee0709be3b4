"""`holdfast show NAME`: every table of numbers."""

import argparse

from analytics.cli.asking import in_calendar, read_question
from analytics.cli.journey_tables import JOURNEY_TABLES
from analytics.cli.money_tables import MONEY_TABLES
from analytics.cli.output import print_rows, say
from analytics.cli.retention_tables import RETENTION_TABLES
from analytics.cli.risk_tables import RISK_TABLES
from analytics.cli.table import Shown, choice
from analytics.metrics.changes import change_of_churn, change_of_mrr
from analytics.metrics.definitions import definitions
from analytics.metrics.scorecard import scorecard
from analytics.metrics.stage_changes import change_of_stages, stage_history
from analytics.store.dataset import Dataset, open_dataset

_CHANGES = {
    "churn": change_of_churn,
    "mrr": change_of_mrr,
    "stages": change_of_stages,
    "stages_by_period": stage_history,
}

_OVERVIEW: tuple[Shown, ...] = (
    Shown(
        name="scorecard",
        words="the headline metrics of the last final period",
        answer=lambda dataset, question, args: scorecard(dataset, question),
    ),
    Shown(
        name="changes",
        words="the last change of churn (of stages, of revenue) in parts that add up to it",
        answer=lambda dataset, question, args: _CHANGES[args.of](dataset, question),
        options=(choice("--of", tuple(_CHANGES), "churn", "what changed; stages_by_period: all periods"),),
        example="--of stages --period quarter",
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
    dataset = in_calendar(args, open_dataset(args.file))
    question = read_question(args, args.table.common)
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

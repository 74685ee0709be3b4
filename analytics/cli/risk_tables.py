"""Tables of the risk model."""

import argparse

import polars as pl

from analytics.cli.asking import CUSTOMERS
from analytics.cli.output import print_card
from analytics.cli.table import Shown
from analytics.metrics.question import Question
from analytics.store.dataset import Dataset


# The model's libraries take seconds to load; no other table needs them.
def _answer_risk(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    from analytics.risk.scores import show_risk

    return show_risk(dataset, question.where, question.by)


def _answer_model(dataset: Dataset, question: Question, args: argparse.Namespace) -> pl.DataFrame:
    from analytics.risk.scores import model_card

    return model_card(dataset)


RISK_TABLES: tuple[Shown, ...] = (
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
)

"""The commands about the risk model: train, score, explain, whatif."""

import argparse

import polars as pl

from analytics.cli.output import print_card, print_object, print_rows, progress_bar, say
from analytics.levers.moves import parse_moves
from analytics.levers.whatif import whatif_customers
from analytics.risk.pipeline import score_dataset, train_dataset
from analytics.risk.scores import explain_customer, model_card
from analytics.store.dataset import open_dataset


def train(args: argparse.Namespace) -> None:
    """Trains, scores and publishes; prints the model card. A refusal ends well and says why."""
    with progress_bar() as progress:
        dataset = train_dataset(open_dataset(args.file), horizon_days=args.horizon, progress=progress)
    say(dataset.info.verdict)
    print_card(model_card(dataset), args.format)


def score(args: argparse.Namespace) -> None:
    """Scores every customer with the stored model and publishes; prints how many."""
    with progress_bar() as progress:
        dataset = score_dataset(open_dataset(args.file), progress=progress)
    say(dataset.info.verdict)
    print_rows(pl.DataFrame({"customers": [dataset.fact("scores").height], "build": [dataset.build_id]}), args.format)


def explain(args: argparse.Namespace) -> None:
    """Prints one customer's base, prediction and contributions."""
    values = explain_customer(open_dataset(args.file), args.customer_id)
    print_object(values, pl.DataFrame(values["contributions"], infer_schema_length=None, strict=False), args.format)


def whatif(args: argparse.Namespace) -> None:
    """Prints what the moved levers would do to the customers chosen, and how that is known."""
    dataset = open_dataset(args.file)
    values = whatif_customers(dataset, parse_moves(args.set), args.where)
    for warning in values["warnings"]:
        say(warning)
    row = {key: value for key, value in values.items() if key not in ("levers", "warnings")}
    print_object(values, pl.DataFrame([row]), args.format)

"""One table of `holdfast show`, as it is declared: name, words, the call behind it, its options."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from analytics.cli.asking import EVERYTHING
from analytics.cli.output import print_rows
from analytics.metrics.question import Question
from analytics.store.dataset import Dataset

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


def choice(name: str, values: tuple[str, ...], default: str, words: str) -> Option:
    """An option that takes one of a few words."""
    return lambda command: command.add_argument(
        name, choices=values, default=default, help=f"{words} (default {default})"
    )


def flag(name: str, words: str) -> Option:
    """An option that is given or not."""
    return lambda command: command.add_argument(name, action="store_true", help=words)


def text(name: str, metavar: str, words: str) -> Option:
    """An option that takes any text; empty by default."""
    return lambda command: command.add_argument(name, default="", metavar=metavar, help=words)


def number(name: str, default: int, metavar: str, words: str) -> Option:
    """An option that takes a whole number."""
    return lambda command: command.add_argument(
        name, type=int, default=default, metavar=metavar, help=f"{words} (default {default})"
    )

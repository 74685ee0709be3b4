"""Results on standard output, in one of three formats; everything else goes to standard error."""

import datetime as dt
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import polars as pl
from tqdm import tqdm

FORMATS = ("table", "csv", "json")
INSTANT = "%Y-%m-%dT%H:%M:%S"  # local, so without an offset; dates are written by ISO 8601 anyway


def print_rows(rows: pl.DataFrame, format_: str) -> None:
    """A frame as a table, as CSV, or as a JSON list of row objects."""
    if format_ == "json":
        _print_json(rows.to_dicts())
    elif format_ == "csv":
        sys.stdout.write(rows.write_csv(datetime_format=INSTANT))
    else:
        with pl.Config(
            tbl_rows=-1,
            tbl_cols=-1,
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            fmt_str_lengths=80,
            tbl_width_chars=200,
        ):
            print(rows)


def print_card(rows: pl.DataFrame, format_: str) -> None:
    """The model card: `value` is a number, or for the verdict its first word (usable, refused)."""
    word = pl.when(pl.col("metric") == "verdict").then(pl.col("text").str.extract(r"^([\w ]+)"))
    if format_ == "json":
        words = rows.select(word.alias("word"))["word"].to_list()
        cards = rows.to_dicts()
        _print_json(
            [{**card, "value": said if said else card["value"]} for card, said in zip(cards, words, strict=True)]
        )
        return
    print_rows(rows.with_columns(value=pl.coalesce(word, pl.col("value").cast(pl.String))), format_)


def print_object(values: Mapping[str, Any], rows: pl.DataFrame, format_: str) -> None:
    """One JSON object; in the other formats the table of rows that matters most in it."""
    if format_ == "json":
        _print_json(dict(values))
    else:
        print_rows(rows, format_)


def say(message: str) -> None:
    """A line for people, on standard error."""
    print(message, file=sys.stderr)


@contextmanager
def progress_bar() -> Iterator[Callable[[float, str], None]]:
    """Yields a callback (share done, what is being done) that draws a bar on standard error once it has taken two
    seconds.
    """
    with tqdm(
        total=100,
        file=sys.stderr,
        bar_format="{desc:<28}{bar:30}{percentage:4.0f}%  {elapsed}",
        leave=False,
        delay=2,
        mininterval=0.2,
    ) as bar:

        def show(share: float, doing: str) -> None:
            bar.set_description_str(doing[:28], refresh=False)
            bar.update(max(0.0, share * 100 - bar.n))

        yield show


def _print_json(value: Any) -> None:
    print(json.dumps(_plain(value), default=str, ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.datetime):
        return value.strftime(INSTANT)
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value

"""What can be chosen in a data set: the values of its customer attributes, and the period still open."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from analytics.store.dataset import Chosen, Dataset

MOST_VALUES = 40  # above it a list is no longer a choice
_LISTED = ("text", "flag")
# Names are no groups; and the stage of the as-of day holds the outcome: those who left are in "churned".
_NO_GROUPS = ("customer_id", "name", "stage")


@dataclass(frozen=True, kw_only=True)
class OpenPeriod:
    """A period that is not over on the as-of day: its first day, and the first day after it."""

    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True, kw_only=True)
class EventChoices:
    """The names of events, in the order of the alphabet, and their attributes that have 2 to 40 values."""

    names: tuple[str, ...]
    attributes: tuple[str, ...]


def event_choices(dataset: Dataset) -> EventChoices:
    """What can be asked about events; empty without them."""
    names = tuple(name for name in dataset.query("event_names")["name"].sort().to_list() if name)
    listed = tuple(name for name in dataset.event_attributes() if 2 <= _count_marks(dataset, name) <= MOST_VALUES)
    return EventChoices(names=names, attributes=listed)


def attribute_choices(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """The values of every attribute that has between 2 and 40 of them, most customers first.

    Text and yes/no attributes only, in the source's order: numbers take a condition (`seats > 20`), no list.
    """
    rows = dataset.fact("attributes")
    listed = [name for name, kind in dataset.info.attributes.items() if kind in _LISTED and name not in _NO_GROUPS]
    counted = {name: _values(rows[name]) for name in listed}
    return {name: values for name, values in counted.items() if 2 <= len(values) <= MOST_VALUES}


def open_period(dataset: Dataset, grain: str) -> OpenPeriod | None:
    """The week, month, quarter or year not over on the as-of day; None when all are, or without dates."""
    if dataset.info.is_snapshot:
        return None
    rows = dataset.fact("periods", "grain = $grain and is_final = 0", grain=grain).sort("starts_on")
    return OpenPeriod(starts_on=rows["starts_on"][-1], ends_on=rows["ends_on"][-1]) if rows.height else None


def _count_marks(dataset: Dataset, name: str) -> int:
    return dataset.query("event_marks", Chosen(event_by=name)).height


def _values(column: pl.Series) -> tuple[str, ...]:
    counts = column.drop_nulls().cast(pl.String).value_counts(sort=True)
    return tuple(counts[column.name].to_list())

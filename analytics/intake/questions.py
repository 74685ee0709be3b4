"""The questions about a column that can be read in two ways."""

import re
from dataclasses import replace

from analytics.intake.facts import ColumnFacts
from analytics.intake.mapfile import MapColumn
from analytics.intake.numbers import both_readings
from analytics.intake.proposal import Question


def day_or_month(name: str, fact: ColumnFacts) -> Question:
    """Whether the dates of a column, which fills the contract column `name`, begin with the day or the month."""
    mark = re.sub(r"\d", "", fact.example)[:1] or "/"
    year = "%Y" if re.match(r"^\d+\D\d+\D\d{4}", fact.example) else "%y"
    choices = {
        "day first": MapColumn(column=fact.name, format=f"%d{mark}%m{mark}{year}"),
        "month first": MapColumn(column=fact.name, format=f"%m{mark}%d{mark}{year}"),
    }
    return Question(
        key=name,
        text=f"Is {fact.example!r} in column {fact.name!r} day first or month first?",
        choices=choices,
    )


def thousands_or_decimals(name: str, form: MapColumn, fact: ColumnFacts) -> Question:
    """Whether the mark in the numbers of a column, from which `form` fills `name`, is of thousands or of decimals."""
    thousands, decimals = both_readings(fact.open_mark)
    mark, other = (".", ",") if "." in fact.open_mark else (",", ".")
    return Question(
        key=name,
        text=f"Is {fact.open_mark!r} in column {fact.name!r} {thousands} (thousands) or {decimals} (decimals)?",
        choices={"thousands": replace(form, decimal=other), "decimals": replace(form, decimal=mark)},
    )

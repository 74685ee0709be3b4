"""What one column and one table of the data contract are."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["text", "instant", "number", "count", "flag"]

DTYPES: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "instant": pl.Datetime("us"),  # UTC, without zone
    "number": pl.Float64(),
    "count": pl.Int64(),
    "flag": pl.Boolean(),
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the contract: what it holds, in which unit, and what is allowed in it."""

    name: str
    kind: Kind
    meaning: str
    example: str
    unit: str = ""
    required: bool = False
    is_id: bool = False  # stays text whatever it looks like: leading zeros survive, `17850.0` becomes `17850`
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()  # other people's names for it, normalised: lower case, no blanks or marks

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the checked column."""
        return DTYPES[self.kind]

    @property
    def day_name(self) -> str:
        """The name of an instant's local day: `opened_at` → `opened_on`."""
        return self.name.removesuffix("_at") + "_on"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A named condition between columns of one row; a row that breaks it goes to the rejects."""

    name: str
    sentence: str
    columns: tuple[str, ...]
    broken: pl.Expr  # true where the row breaks the rule; null counts as kept


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the contract: what a row is, its columns in order, and the rules between them."""

    name: str
    row: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in contract order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a file must bring."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def instants(self) -> tuple[Column, ...]:
        """Columns that hold a point in time; each has a local-day twin in the checked table."""
        return tuple(column for column in self.columns if column.kind == "instant")

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Names and types of the checked table: every contract column, and `_on` (date) beside every `_at`."""
        types: dict[str, pl.DataType] = {}
        for column in self.columns:
            types[column.name] = column.dtype
            if column.kind == "instant":
                types[column.day_name] = pl.Date()
        return types

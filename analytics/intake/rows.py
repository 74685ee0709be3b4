"""The rows of one table before they are typed: all its files together, and what was counted over whole columns."""

from dataclasses import dataclass, field

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.intake.dates import DateReading, find_reading, stated_reading
from analytics.intake.numbers import NumberCounts, count_numbers, find_open_mark
from analytics.intake.read import FILE, LINE, Staged

ROW = "__row"
HIDDEN = (LINE, FILE, ROW)


@dataclass(frozen=True, kw_only=True)
class TableRows:
    """The rows of all files of one table: their columns, `__line`, `__file`, and `__row` (1, 2, … over all files)."""

    rows: pl.LazyFrame
    schema: dict[str, pl.DataType]  # the files' own columns
    where: str  # the file, or the first of several
    timezone: str
    n_rows: int
    numbers: dict[str, NumberCounts] = field(default_factory=dict)
    dates: dict[tuple[str, str], DateReading] = field(default_factory=dict)

    @property
    def text_columns(self) -> list[str]:
        """Columns still to be typed."""
        return [name for name, dtype in self.schema.items() if dtype == pl.String()]

    def need(self, column: str) -> str:
        """The column's own spelling; UserError with the nearest name when the file has none of it."""
        found = self.find(column)
        if found is None:
            raise UserError(f"there is no column {column!r}.", self.where, suggest(column, self.schema))
        return found

    def find(self, column: str) -> str | None:
        """The column of this name, whatever its case; None without one."""
        if column in self.schema:
            return column
        return next((name for name in self.schema if name.lower() == column.lower()), None)

    def counted(self, column: str) -> NumberCounts:
        """How the numbers of one text column are written, over all rows."""
        if column not in self.numbers:
            self.numbers.update(count_numbers(self.rows, [column]))
        return self.numbers[column]

    def read_dates(self, column: str, pattern: str = "") -> DateReading:
        """How the dates of one column are written: as stated, else found over all rows; AmbiguousDatesError asks."""
        if (column, pattern) not in self.dates:
            text = pl.col(column).cast(pl.String)
            as_text = self.rows if self.schema[column] == pl.String() else self.rows.with_columns(text)
            self.dates[column, pattern] = stated_reading(pattern) if pattern else find_reading(as_text, column)
        return self.dates[column, pattern]

    def open_mark(self, column: str, currency: str = "") -> str:
        """A value such as 1.200 where nothing in the column tells thousands from decimals; empty elsewhere."""
        if self.schema[column] != pl.String():
            return ""
        counts = self.counted(column)
        return "" if counts.whole == counts.filled else find_open_mark(self.rows, column, currency)

    def count_all(self, columns: list[str]) -> None:
        """Counts several text columns in one pass."""
        self.numbers.update(count_numbers(self.rows, [column for column in columns if column not in self.numbers]))


def join_files(files: list[Staged], timezone: str) -> TableRows:
    """All files of one table as one; UserError when their columns differ."""
    first = files[0]
    schema = first.rows.drop(FILE, LINE).collect_schema()
    for other in files[1:]:
        difference = set(other.look.names) ^ set(first.look.names)
        if difference:
            name = sorted(difference)[0]
            raise UserError(
                f"its columns differ from those of {first.path.name}: {name!r} is in one of them only.",
                other.path.name,
                "Give both files the same columns.",
            )
    names = [LINE, FILE, *schema.names()]
    rows = pl.concat([file.rows.select(names) for file in files], how="vertical_relaxed").with_row_index(ROW, offset=1)
    joined = rows.collect_schema()
    return TableRows(
        rows=rows,
        schema={name: dtype for name, dtype in joined.items() if name not in HIDDEN},
        where=first.path.name,
        timezone=timezone,
        n_rows=sum(file.n_rows for file in files),
    )


def all_blank(schema: dict[str, pl.DataType]) -> pl.Expr:
    """True for a row in which no column says anything."""
    return pl.all_horizontal(_is_blank(name, dtype) for name, dtype in schema.items())


def _is_blank(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    return column.is_null() | (column.str.strip_chars() == "") if dtype == pl.String() else column.is_null()

"""What one look at a file's columns tells: kind, how many values, how many different ones, their levels."""

from dataclasses import dataclass

import polars as pl

from analytics.intake.attributes import SAMPLE, is_number, may_be_date, may_be_number
from analytics.intake.dates import AmbiguousDates, find_reading
from analytics.intake.rows import TableRows
from analytics.intake.words import FALSE, NO_TEXT, TRUE

MANY_LEVELS = 50
DATE_WORDS = ("date", "time", "timestamp", "day", "_at", "_on", " ts")


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """One column of a file. `kind`: text, number, flag, instant or empty; `levels` only where there are few."""

    name: str
    kind: str
    filled: int
    different: int  # estimated above some thousands
    levels: tuple[str, ...] = ()
    high: float | None = None
    is_ambiguous: bool = False
    example: str = ""

    @property
    def plain(self) -> str:
        """The name as synonyms are compared: lower case, letters and digits only."""
        return plain_name(self.name)


def plain_name(name: str) -> str:
    """A column name as synonyms are compared: lower case, letters and digits only."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def find_facts(rows: TableRows) -> list[ColumnFacts]:
    """The facts of every column, in file order."""
    texts = {name: _text(name, dtype) for name, dtype in rows.schema.items() if not dtype.is_nested() and dtype != pl.Binary()}
    sample = rows.rows.select(text.alias(name) for name, text in texts.items()).head(SAMPLE).collect()
    rows.count_all([name for name in texts if rows.schema[name] == pl.String() and may_be_number(sample[name])])
    filled = rows.rows.select(text.count().alias(name) for name, text in texts.items()).collect(engine="streaming").row(0, named=True)
    different = rows.rows.select(text.drop_nulls().approx_n_unique().alias(name) for name, text in texts.items()).collect(engine="streaming").row(0, named=True)
    return [_facts(name, rows, sample[name], filled[name], different[name], texts[name]) for name in texts]


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    text = pl.col(name) if dtype == pl.String() else pl.col(name).cast(pl.String)
    text = text.str.strip_chars()
    return pl.when(~text.str.to_lowercase().is_in(list(NO_TEXT))).then(text)


def _facts(name: str, rows: TableRows, sample: pl.Series, filled: int, different: int, text: pl.Expr) -> ColumnFacts:
    levels: tuple[str, ...] = ()
    if 0 < different <= MANY_LEVELS:
        counts = rows.rows.select(text.alias("level")).drop_nulls().group_by("level").len().sort("len", "level", descending=[True, False])
        levels = tuple(counts.collect(engine="streaming")["level"])
    kind, is_ambiguous, example = _kind(name, rows, sample, filled, levels)
    high = _high(name, rows) if kind == "number" else None
    return ColumnFacts(name=name, kind=kind, filled=filled, different=different, levels=levels, high=high, is_ambiguous=is_ambiguous, example=example)


def _kind(name: str, rows: TableRows, sample: pl.Series, filled: int, levels: tuple[str, ...]) -> tuple[str, bool, str]:
    dtype, example = rows.schema[name], str(next(iter(sample.drop_nulls()), ""))
    if filled == 0:
        return "empty", False, example
    if levels and {level.lower() for level in levels} <= {*TRUE, *FALSE} and len(levels) <= 2:
        return "flag", False, example
    if dtype.is_temporal():
        return "instant", False, example
    is_numeric = dtype.is_numeric() or name in rows.numbers and is_number(name, rows)
    if may_be_date(sample) or is_numeric and _is_called_date(name):
        try:
            as_text = rows.rows if dtype == pl.String() else rows.rows.with_columns(pl.col(name).cast(pl.String))
            reading = find_reading(as_text, name)
        except AmbiguousDates as doubt:
            return "instant", True, doubt.example
        if reading.formats and reading.fitting >= 0.9 * reading.filled:
            return "instant", False, example
    return ("number" if is_numeric else "text"), False, example


def _is_called_date(name: str) -> bool:
    return any(word in name.lower() for word in DATE_WORDS)


def _high(name: str, rows: TableRows) -> float | None:
    number = pl.col(name).cast(pl.Float64, strict=False) if rows.schema[name].is_numeric() else pl.col(name).str.strip_chars().cast(pl.Float64, strict=False)
    found: float | None = rows.rows.select(number.max()).collect(engine="streaming").item()
    return found

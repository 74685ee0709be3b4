"""What one look at a file's columns tells: kind, how many values, how many different ones, their levels."""

from dataclasses import dataclass

import polars as pl

from analytics.intake.attributes import SAMPLE, is_number, likely_numbers, may_be_date
from analytics.intake.dates import AmbiguousDatesError, find_reading
from analytics.intake.rows import TableRows
from analytics.intake.words import FALSE, TRUE, trimmed

MANY_LEVELS = 50
DATE_SHARE = 0.9  # of the values must read as dates before a column is taken for one
DATE_WORDS = ("date", "time", "timestamp", "day", "_at", "_on", " ts")


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """One column of a file. `kind`: text, number, flag, instant or empty; `levels` only where there are few."""

    name: str
    kind: str
    filled: int
    levels: tuple[str, ...] = ()  # most frequent first
    is_ambiguous: bool = False  # day and month of its dates could be swapped
    example: str = ""
    open_mark: str = ""  # a number of it that could have thousands or decimals behind its mark

    @property
    def plain(self) -> str:
        """The name as synonyms are compared: lower case, letters and digits only."""
        return plain_name(self.name)


def plain_name(name: str) -> str:
    """A column name as synonyms are compared: lower case, letters and digits only."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def find_facts(rows: TableRows) -> list[ColumnFacts]:
    """The facts of every column, in file order; columns of lists or bytes have none."""
    texts = {name: _text(name, dtype) for name, dtype in rows.schema.items() if _can_be_text(dtype)}
    sample = rows.rows.select(trimmed(text).alias(name) for name, text in texts.items()).head(SAMPLE).collect()
    rows.count_all(likely_numbers(sample.select(rows.text_columns)))
    counts = [(text.str.strip_chars() != "").sum().alias(f"{name}.filled") for name, text in texts.items()]
    counts += [text.drop_nulls().approx_n_unique().alias(f"{name}.different") for name, text in texts.items()]
    counted = rows.rows.select(counts).collect(engine="streaming").row(0, named=True)
    facts = []
    for name, text in texts.items():
        filled, different = counted[f"{name}.filled"], counted[f"{name}.different"]
        levels = _levels(rows, text) if 0 < different <= MANY_LEVELS else ()
        kind, ambiguous, example = _kind(name, rows, sample[name], filled, levels)
        facts.append(
            ColumnFacts(
                name=name,
                kind=kind,
                filled=filled,
                levels=levels,
                is_ambiguous=ambiguous,
                example=example,
                open_mark=rows.open_mark(name) if kind == "number" else "",
            )
        )
    return facts


def _can_be_text(dtype: pl.DataType) -> bool:
    return not dtype.is_nested() and dtype not in (pl.Binary(), pl.Object())


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name) if dtype == pl.String() else pl.col(name).cast(pl.String)


def _levels(rows: TableRows, text: pl.Expr) -> tuple[str, ...]:
    counts = rows.rows.group_by(text.alias("level")).len().with_columns(trimmed(pl.col("level")))
    counts = counts.drop_nulls().group_by("level").agg(pl.col("len").sum())
    return tuple(counts.sort("len", "level", descending=[True, False]).collect(engine="streaming")["level"])


def _kind(name: str, rows: TableRows, sample: pl.Series, filled: int, levels: tuple[str, ...]) -> tuple[str, bool, str]:
    """(kind, whether day and month could be swapped, an example)."""
    dtype, example = rows.schema[name], str(next(iter(sample.drop_nulls()), ""))
    if filled == 0 or (sample.len() < SAMPLE and sample.null_count() == sample.len()):
        return "empty", False, example
    if 0 < len(levels) <= 2 and {level.lower() for level in levels} <= {*TRUE, *FALSE}:
        return "flag", False, example
    if dtype.is_temporal():
        return "instant", False, example
    is_numeric = dtype.is_numeric() or (name in rows.numbers and is_number(name, rows))
    if may_be_date(sample) or (is_numeric and (_is_called_date(name) or _is_compact(sample))):
        try:
            as_text = rows.rows if dtype == pl.String() else rows.rows.with_columns(pl.col(name).cast(pl.String))
            reading = find_reading(as_text, name)
        except AmbiguousDatesError as doubt:
            return "instant", True, doubt.example
        if reading.formats and reading.fitting >= DATE_SHARE * reading.filled:
            return "instant", False, example
    return ("number" if is_numeric else "text"), False, example


def _is_compact(sample: pl.Series) -> bool:
    """Whether all are eight digits that read as a date of these centuries: too many coincidences for a number."""
    text = sample.drop_nulls()
    is_date = text.str.contains(r"^(19|20)\d{6}$") & text.str.to_date("%Y%m%d", strict=False).is_not_null()
    return text.len() > 0 and bool(is_date.all())


def _is_called_date(name: str) -> bool:
    return any(word in name.lower() for word in DATE_WORDS)

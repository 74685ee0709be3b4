"""Text → numbers: decimal point or comma found from the whole column, thousands marks, currency signs, percent."""

import re
from dataclasses import dataclass

import polars as pl

from analytics.intake.words import stated

SAMPLE = 2_000  # rows that mostly tell a decimal point from a comma, before all are asked
POINT = r"^[-+]?([1-9]\d{0,2}((,\d{3})+|( \d{3})+|('\d{3})+)|\d+)?(\.\d*)?([eE][-+]?\d+)?$"
COMMA = r"^[-+]?([1-9]\d{0,2}((\.\d{3})+|( \d{3})+|('\d{3})+)|\d+)?(,\d*)?$"
LONGEST_NUMBER = 15  # digits
KEY = rf"^0\d|^\d{{{LONGEST_NUMBER + 1},}}$"
WHOLE = r"^[-+]?\d+$"
CODES = "USD|EUR|GBP|CHF|JPY|INR|AUD|CAD|SEK|NOK|DKK|PLN|BRL"
CURRENCY = rf"[$€£¥₹₽₺₩₫₪฿]|^(?:{CODES})\b|\b(?:{CODES}|kr|zł)$"


class AmbiguousNumbersError(Exception):
    """A thousands mark and a decimal mark both fit the whole column."""

    def __init__(self, column: str, example: str) -> None:
        self.column, self.example = column, example
        super().__init__(f"{column}: {example}")


@dataclass(frozen=True, kw_only=True)
class NumberStyle:
    """How the numbers of one column are written."""

    decimal: str = "."
    currency: str = ""  # a sign or code stated in the map
    is_plain: bool = False  # every value reads as it stands


@dataclass(frozen=True, kw_only=True)
class NumberCounts:
    """Of one column's values that say something: how many there are, and how many fit each reading."""

    filled: int
    plain: int  # as they stand
    point: int  # with a decimal point
    comma: int  # with a decimal comma
    keys: int  # leading zeros, or more digits than a number has: keys, whatever they look like
    whole: int  # digits alone

    @property
    def best(self) -> int:
        """Values that are numbers in the better reading."""
        return max(self.plain, self.point, self.comma)

    @property
    def style(self) -> NumberStyle:
        """The reading that fits most values; the decimal point where both fit."""
        if self.plain == self.filled:
            return NumberStyle(is_plain=True)
        return NumberStyle(decimal="," if self.comma > self.point else ".")


def count_numbers(rows: pl.LazyFrame, columns: list[str]) -> dict[str, NumberCounts]:
    """For each text column, over all rows: how many values fit each way of writing numbers."""
    if not columns:
        return {}
    named = {f"{at}": pl.col(column).str.strip_chars() for at, column in enumerate(columns)}
    asked = [count.alias(f"{at}.{key}") for at, text in named.items() for key, count in _simple_counts(text).items()]
    found = rows.select(asked).collect(engine="streaming").row(0, named=True)
    counts = {}
    for at, column in zip(named, columns, strict=True):
        simple = {key: found[f"{at}.{key}"] for key in SIMPLE}
        is_plain = simple["filled"] == simple["plain"]
        counts[column] = (
            NumberCounts(**simple, point=simple["plain"], comma=0) if is_plain else _count_styles(rows, column)
        )
    return counts


SIMPLE = ("filled", "plain", "keys", "whole")


def _simple_counts(text: pl.Expr) -> dict[str, pl.Expr]:
    """Counts that cost little, of a column's trimmed texts."""
    counts = (
        (text != "").sum(),
        _plain(text).is_finite().sum(),
        text.str.contains(KEY).sum(),
        text.str.contains(WHOLE).sum(),
    )
    return dict(zip(SIMPLE, counts, strict=True))


def _count_styles(rows: pl.LazyFrame, column: str) -> NumberCounts:
    """Counts the distinct values of a column that does not read as it stands."""
    text, n = pl.col("text"), pl.col("n").cast(pl.Int64)
    bare = _bare(text, "")
    values = rows.group_by(stated(pl.col(column)).alias("text")).agg(pl.len().alias("n")).filter(text.is_not_null())
    counted = values.select(
        n.sum().alias("filled"),
        n.filter(_plain(text).is_finite()).sum().alias("plain"),
        n.filter(bare.str.contains(POINT) & _has_digit(bare)).sum().alias("point"),
        n.filter(bare.str.contains(COMMA) & _has_digit(bare)).sum().alias("comma"),
        n.filter(text.str.contains(KEY)).sum().alias("keys"),
        n.filter(text.str.contains(WHOLE)).sum().alias("whole"),
    )
    return NumberCounts(**counted.collect(engine="streaming").row(0, named=True))


def find_open_mark(rows: pl.LazyFrame, column: str, currency: str = "") -> str:
    """A value such as 1.200 where no value of a text column tells thousands from decimals; empty where one does."""
    bare = _bare(stated(pl.col(column)), currency)
    point, comma = (bare.str.contains(pattern) & _has_digit(bare) for pattern in (POINT, COMMA))
    asked = ((point != comma).any().alias("is_decided"), bare.filter(point & comma & bare.str.contains("[.,]")).min())
    example = None
    for part in (rows.head(SAMPLE), rows):
        marked = part.filter(pl.col(column).str.contains("[.,]"))  # the others fit both, and are mostly many
        is_decided, example = marked.select(asked).collect(engine="streaming").row(0)
        if is_decided:
            return ""
    return example or ""


def both_readings(example: str) -> tuple[str, str]:
    """What a value with one open mark means: (mark of thousands, mark of decimals), `1.200` → (`1200`, `1.2`)."""
    return re.sub("[.,]", "", example), f"{float(example.replace(',', '.')):g}"


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().cast(pl.Float64, strict=False)


def read_number(text: pl.Expr, style: NumberStyle) -> pl.Expr:
    """The number in a text that says something (percent as a fraction), null where it is none."""
    if style.is_plain:
        return _plain(text)
    bare = _bare(text, style.currency)
    if style.decimal == ",":
        fits, number = (
            bare.str.contains(COMMA),
            bare.str.replace_all(r"[. ']", "").str.replace(",", ".", literal=True),
        )
    else:
        fits, number = bare.str.contains(POINT), bare.str.replace_all(r"[, ']", "")
    value = pl.when(fits & _has_digit(bare)).then(number).cast(pl.Float64, strict=False)
    value = pl.when(value.is_finite()).then(value)
    return pl.when(text.str.ends_with("%")).then(value / 100).otherwise(value)


def _bare(text: pl.Expr, currency: str) -> pl.Expr:
    bare = (
        text.str.replace_all("[\u00a0\u202f\u2009\t]", " ")
        .str.replace_all("[’´`]", "'")
        .str.replace("−", "-", literal=True)
    )
    if currency:
        bare = bare.str.replace(currency, "", literal=True)
    bare = bare.str.replace_all(CURRENCY, "").str.strip_suffix("%").str.strip_chars()
    bare = bare.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^([\d.,' ]+)-$", "-$1")
    return bare.str.replace(r"^([-+])\s+", "$1")


def _has_digit(text: pl.Expr) -> pl.Expr:
    return text.str.contains(r"\d")

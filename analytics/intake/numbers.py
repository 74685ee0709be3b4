"""Text → numbers: decimal point or comma found from the whole column, thousands marks, currency signs, percent."""

from dataclasses import dataclass

import polars as pl

from analytics.intake.words import stated

POINT = r"^[-+]?(\d{1,3}([, ']\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?$"
COMMA = r"^[-+]?(\d{1,3}([. ']\d{3})+|\d+)?(,\d*)?$"
GROUPED_COMMA = r"^[-+]?\d{1,3}(,\d{3})+$"  # 1,234: a thousands mark, or three decimals
CODES = "USD|EUR|GBP|CHF|JPY|INR|AUD|CAD|SEK|NOK|DKK|PLN|BRL"
CURRENCY = rf"[$€£¥₹₽₺₩₫₪฿]|^(?:{CODES})\b|\b(?:{CODES}|kr|zł)$"


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
    plain: int
    point: int
    comma: int
    grouped: int

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
    filled = [(pl.col(column).str.strip_chars() != "").sum().alias(f"{at}.filled") for at, column in enumerate(columns)]
    plain = [_plain(pl.col(column)).is_finite().sum().alias(f"{at}.plain") for at, column in enumerate(columns)]
    found = rows.select(*filled, *plain).collect(engine="streaming").row(0, named=True)
    counts = {}
    for at, column in enumerate(columns):
        n_filled, n_plain = found[f"{at}.filled"], found[f"{at}.plain"]
        is_plain = n_filled == n_plain
        counts[column] = (
            NumberCounts(filled=n_filled, plain=n_plain, point=n_plain, comma=0, grouped=0)
            if is_plain
            else _count_styles(rows, column)
        )
    return counts


def _count_styles(rows: pl.LazyFrame, column: str) -> NumberCounts:
    """Counts the distinct values of a column that does not read as it stands."""
    text = stated(pl.col("text"))
    bare = _bare(pl.col("text"), "")
    n = pl.col("n").cast(pl.Int64)
    values = (
        rows.select(pl.col(column).alias("text"))
        .group_by("text")
        .agg(pl.len().alias("n"))
        .select(text.alias("text"), "n")
        .filter(pl.col("text").is_not_null())
    )
    counted = values.select(
        n.sum().alias("filled"),
        n.filter(_plain(pl.col("text")).is_finite()).sum().alias("plain"),
        n.filter(bare.str.contains(POINT) & _has_digit(bare)).sum().alias("point"),
        n.filter(bare.str.contains(COMMA) & _has_digit(bare)).sum().alias("comma"),
        n.filter(bare.str.contains(GROUPED_COMMA)).sum().alias("grouped"),
    )
    return NumberCounts(**counted.collect(engine="streaming").row(0, named=True))


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

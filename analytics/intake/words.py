"""Which words stand for nothing, for yes and for no."""

import re

import polars as pl

NO_TEXT = ("", "?", "n/a", "#n/a", "null", "nan", "\\n")  # "None" and "NA" are levels of many a text column
NO_VALUE = (
    *NO_TEXT,
    "none",
    "na",
    "-",
    "--",
    "nil",
    "nat",
    "missing",
    "unknown",
    "(blank)",
)  # where a number, date or flag is due
TRUE = ("yes", "true", "1", "t", "y", "1.0")
FALSE = ("no", "false", "0", "f", "n", "0.0")
_NO_TEXT, _NO_VALUE = (f"(?i)^(?:{'|'.join(re.escape(word) for word in words)})$" for words in (NO_TEXT, NO_VALUE))


def trimmed(source: pl.Expr) -> pl.Expr:
    """The text without blanks around it, null where it says nothing."""
    text = source.str.strip_chars()
    return pl.when(~text.str.contains(_NO_TEXT)).then(text)


def stated(source: pl.Expr) -> pl.Expr:
    """As `trimmed`, for numbers, dates and flags: there, words such as None say nothing too."""
    text = source.str.strip_chars()
    return pl.when(~text.str.contains(_NO_VALUE)).then(text)


def as_flag(text: pl.Expr) -> pl.Expr:
    """True, false, or null where the text is neither."""
    word = text.str.to_lowercase()
    return pl.when(word.is_in(list(TRUE))).then(True).when(word.is_in(list(FALSE))).then(False)


def is_one_of(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    """Whether the text is one of the words, whatever their case."""
    return text.str.strip_chars().str.to_lowercase().is_in([word.strip().lower() for word in words])

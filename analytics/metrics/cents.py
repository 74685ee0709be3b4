"""Money is counted in whole cents and shown in currency units."""

import polars as pl


def in_currency(cents: str | pl.Expr) -> pl.Expr:
    """A column of cents in currency units, exact to the last digit that is printed.

    Polars divides by a constant through its reciprocal, which misses one amount in eight by the last bit.
    """
    amount = pl.col(cents) if isinstance(cents, str) else cents
    return (amount / 100).round(2)

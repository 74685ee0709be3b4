"""Texts in a file to take away that a spreadsheet would otherwise run as a formula."""

import polars as pl

STARTS = ("=", "+", "-", "−", "@", "\t", "\r")


def make_harmless(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with an apostrophe before every text that begins like a formula; numbers stay numbers."""
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    return rows.with_columns(
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(start) for start in STARTS))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )

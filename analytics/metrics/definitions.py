"""The glossary: every metric as it is declared."""

from dataclasses import asdict

import polars as pl

from analytics.contract.metrics import METRICS

_COLUMNS = ("key", "name", "unit", "direction", "definition", "formula", "source", "example")


def definitions() -> pl.DataFrame:
    """One row per metric: key, name, unit, direction (up, down, neither), definition, formula, source, example."""
    return pl.DataFrame([asdict(metric) for metric in METRICS]).select(_COLUMNS)

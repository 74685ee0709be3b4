"""Unusual periods, named from the data by a stated rule."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.periods import FINAL
from analytics.metrics.question import BLANK, Question, choose_periods
from analytics.metrics.scan import LEVEL, Counts, Stretch, scan_series
from analytics.metrics.series import read_series
from analytics.store.dataset import Dataset

LEAST_PERIODS = 12  # below, there is no telling what is usual
LEAST_EVENTS = 20  # a series with fewer is not looked at
_LEAST_SPREAD_OF_SHARES = 0.2
INCIDENTS = {
    "series": pl.String,
    "event": pl.String,
    "group": pl.String,
    "from": pl.Date,
    "to": pl.Date,
    "observed": pl.Int64,
    "expected": pl.Float64,
    "ratio": pl.Float64,
    "adjusted_p": pl.Float64,
    "said": pl.String,
}


def unusual_periods(dataset: Dataset, question: Question, *, event: str = "", per: str = "") -> pl.DataFrame:
    """Stretches in which a series of `activity` departs from what its other periods lead to expect, likeliest first.

    One row per incident: series (its name), event, group (null without `by`), from, to (first and last day, or
    hour), observed (events), expected (events), ratio (observed ÷ expected), adjusted_p, said (a sentence). The rule:
    every final period of every series with at least 20 events is looked at; what is expected is a broken line with
    weekdays (and hours, and months from four years on) fitted to the usual periods (`expectation.expect`; with `per`,
    to n ÷ n_per); stretches of one period up to a quarter of all are compared with it (`scan.scan_series`). Series are
    chosen by their strongest stretch after Benjamini and Hochberg, and in the R chosen of m a stretch is named when
    its p-value × m ÷ R is at most 5 % (Y. Benjamini, M. Bogomolov, 2014). Neighbouring stretches to the same side are
    one incident. UserError with fewer than 12 final periods.
    """
    rows = read_series(dataset, question, event, per).filter(pl.col("state") == FINAL)
    rows = choose_periods(rows, question)
    if rows.is_empty() or rows["period"].n_unique() < LEAST_PERIODS:
        raise UserError(
            f"{rows['period'].n_unique()} complete periods are too few to tell what is usual.",
            "--period",
            f"Choose a shorter period: it takes {LEAST_PERIODS}.",
        )
    series = [
        (part, scan_series(_counts(part, question.period, bool(per))))
        for part in rows.partition_by("segment", "event", maintain_order=True)
        if part["n"].sum() >= LEAST_EVENTS
    ]
    incidents = [_describe(part, one, question, per) for part, one in _name(series)]
    kind = pl.Datetime("us") if question.period == "hour" else pl.Date
    table = pl.DataFrame(incidents, schema={**INCIDENTS, "from": kind, "to": kind}, orient="row")
    return table.sort("adjusted_p", "from", "series")


def _counts(part: pl.DataFrame, period: str, is_ratio: bool) -> Counts:
    """One series of `read_series` as the scan reads it."""
    columns = {name: part[name].to_numpy().astype(np.float64) for name in ("n", "customers", "squares")}
    exposure, squares = np.ones(part.height), columns["squares"]
    if is_ratio:
        exposure, own = (part[name].to_numpy().astype(np.float64) for name in ("n_per", "squares_per"))
        rate = columns["n"].sum() / max(exposure.sum(), 1.0)
        squares = squares - 2 * rate * part["crossed"].to_numpy() + rate**2 * own
    return Counts(
        n=columns["n"],
        exposure=exposure,
        customers=columns["customers"],
        squares=squares,
        period=period,
        seasons=_seasons(part["period"], period),
        least_spread=_LEAST_SPREAD_OF_SHARES if is_ratio else 1.0,
    )


def _seasons(periods: pl.Series, period: str) -> list[np.ndarray]:
    """The recurring places of each period: weekday, hour of the day, month or quarter of the year."""
    places = {
        "hour": (periods.dt.weekday(), periods.dt.hour()) if period == "hour" else (),
        "day": (periods.dt.weekday(),),
        "month": (periods.dt.month(),),
        "quarter": (periods.dt.quarter(),),
    }
    return [place.cast(pl.Int64).to_numpy() for place in places.get(period, ())]


def _name(series: list[tuple[pl.DataFrame, list[Stretch]]]) -> list[tuple[pl.DataFrame, Stretch]]:
    """The stretches that are named, p adjusted for all series, touching ones joined."""
    scanned = [(part, stretches) for part, stretches in series if stretches]
    firsts = adjust_p_values(np.array([stretches[0].p for _, stretches in scanned]))
    factor = len(scanned) / max(int((firsts <= LEVEL).sum()), 1)
    named = []
    for (part, stretches), first in zip(scanned, firsts, strict=True):
        adjusted = [replace(one, p=max(float(first), min(1.0, one.p * factor))) for one in stretches]
        kept = sorted((one for one in adjusted if one.p <= LEVEL), key=lambda one: one.first)
        named += [(part, one) for one in _join(kept)]
    return named


def _join(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches that touch and depart to the same side become one, at the smaller p-value."""
    joined: list[Stretch] = []
    for one in stretches:
        last = joined[-1] if joined else None
        if last and last.last + 1 == one.first and _rose(last) == _rose(one):
            observed, expected = last.observed + one.observed, last.expected + one.expected
            joined[-1] = replace(last, last=one.last, p=min(last.p, one.p), observed=observed, expected=expected)
        else:
            joined.append(one)
    return joined


def _rose(one: Stretch) -> bool:
    return one.observed > one.expected


def _describe(part: pl.DataFrame, one: Stretch, question: Question, per: str) -> tuple[object, ...]:
    start, end = part["period"][one.first], part["period"][one.last]
    if question.period != "hour":
        end = part["ends_on"][one.last] - dt.timedelta(days=1)
    event, group = part["event"][0], part["segment"][0]
    group = (BLANK if group is None else group) if question.by else None
    series = event + (f" per {per}" if per else "") + (f", {question.by} {group}" if question.by else "")
    ratio = one.observed / one.expected if one.expected else None
    said = (
        f"{series}, {_say_span(start, end)}: {one.observed:,.0f} where {one.expected:,.1f} were to be expected"
        f"{'' if ratio is None else f' ({ratio:.2f} times)'}."
    )
    return series, event, group, start, end, int(one.observed), one.expected, ratio, one.p, said


def _say_span(start: dt.date, end: dt.date) -> str:
    return f"on {start}" if start == end else f"from {start} to {end}"

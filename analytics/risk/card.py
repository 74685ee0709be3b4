"""The model card: what the score is worth on rows it was not trained on, and the verdict that follows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from analytics.risk.accuracy import (
    Z_95,
    Interval,
    Ranking,
    measure_auc,
    measure_brier,
    measure_calibration_error,
    measure_calibration_floor,
    measure_lift,
    measure_line,
    measure_log_loss,
    measure_pr_auc,
    measure_spiegelhalter_z,
)
from analytics.risk.calibration import Floats, Ints, fit_line, to_log_odds

REFUSED: Final = "refused"
NO_SIGNAL: Final = "no usable signal"
USABLE: Final = "usable"
FEWEST_CHURNERS: Final = 30

CARD_SCHEMA: Final = pl.Schema(
    {
        "metric": pl.String(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "baseline": pl.Float64(),
        "text": pl.String(),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CardRow:
    """One figure of the card: its 95 % limits and what a model without knowledge would show, or a text. None
    where undefined.
    """

    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedRows:
    """Rows a model was judged on: margins (for the order), probabilities, 0/1 outcomes, account codes and
    weights.
    """

    margins: Floats
    probabilities: Floats
    outcomes: Floats
    accounts: Ints
    weights: Floats


def count_rows(outcomes: Floats, accounts: Ints) -> list[CardRow]:
    """Rows, customers (distinct accounts) and churners (accounts with at least one churn)."""
    churners = len(np.unique(accounts[outcomes > 0.5]))
    counts = {"rows": len(outcomes), "customers": len(np.unique(accounts)), "churners": churners}
    return [CardRow(metric=metric, value=float(count)) for metric, count in counts.items()]


def measure_card(judged: JudgedRows, *, seed: int = 0) -> list[CardRow]:
    """The out-of-fold figures, in the order they are shown.

    Intervals: AUC by Obuchowski's variance, slope and intercept by the sandwich, everything else 1.96
    standard deviations of 40 to 200 bootstrap draws of whole accounts. The baseline of `calibration_error` is
    its noise floor.
    """
    base_rate = float(np.average(judged.outcomes, weights=judged.weights))
    constant = np.full(len(judged.outcomes), base_rate)
    spreads = _bootstrap(judged, seed)
    figures = _measure_figures(judged, Ranking.of(judged.margins), judged.weights)
    baselines = {
        "pr_auc": base_rate,
        "lift_top_decile": 1.0,
        "log_loss": measure_log_loss(constant, judged.outcomes, judged.weights),
        "log_loss_skill": 0.0,
        "brier": measure_brier(constant, judged.outcomes, judged.weights),
        "mean_error": 0.0,
    }
    rows = [_write_row("roc_auc", measure_auc(judged.margins, judged.outcomes, judged.accounts), 0.5)]
    for metric, baseline in baselines.items():
        value, error = figures[metric], Z_95 * spreads[metric]
        rows.append(_write_row(metric, Interval(value=value, low=value - error, high=value + error), baseline))
    return [*rows, *_measure_calibration(judged, seed), CardRow(metric="base_rate", value=base_rate)]


def _measure_figures(judged: JudgedRows, ranking: Ranking, weights: Floats) -> dict[str, float]:
    rate = float(np.average(judged.outcomes, weights=weights))
    loss = measure_log_loss(judged.probabilities, judged.outcomes, weights)
    base_loss = -(rate * math.log(rate) + (1 - rate) * math.log1p(-rate)) if 0 < rate < 1 else float("nan")
    return {
        "pr_auc": measure_pr_auc(ranking, judged.outcomes, weights),
        "lift_top_decile": measure_lift(ranking, judged.outcomes, weights),
        "log_loss": loss,
        "log_loss_skill": 1.0 - loss / base_loss,
        "brier": measure_brier(judged.probabilities, judged.outcomes, weights),
        "mean_error": float(np.average(judged.probabilities, weights=weights)) - rate,
    }


def _bootstrap(judged: JudgedRows, seed: int) -> dict[str, float]:
    _, codes = np.unique(judged.accounts, return_inverse=True)
    n_accounts = int(codes.max()) + 1
    ranking = Ranking.of(judged.margins)
    n_draws = int(np.clip(20_000_000 // len(codes), 40, 200))
    generator = np.random.default_rng(seed)
    draws = []
    for _ in range(n_draws):
        counts = np.bincount(generator.integers(n_accounts, size=n_accounts), minlength=n_accounts)
        draws.append(_measure_figures(judged, ranking, judged.weights * counts[codes]))
    return {metric: float(np.std([draw[metric] for draw in draws], ddof=1)) for metric in draws[0]}


def _measure_calibration(judged: JudgedRows, seed: int) -> list[CardRow]:
    probabilities, outcomes, weights = judged.probabilities, judged.outcomes, judged.weights
    error = measure_calibration_error(probabilities, outcomes, weights)
    floor = measure_calibration_floor(probabilities, weights, seed=seed)
    if np.ptp(probabilities) < 1e-9:
        slope, intercept = Interval(value=float("nan")), Interval(value=float("nan"))
    else:
        line = fit_line(to_log_odds(probabilities), outcomes, weights)
        slope, intercept = measure_line(probabilities, outcomes, weights, judged.accounts, line)
    is_good = error < floor and slope.low <= 1.0 <= slope.high
    words = "well calibrated" if is_good else "not shown to be well calibrated"
    return [
        CardRow(metric="calibration_error", value=error, baseline=floor, text=words),
        _write_row("calibration_slope", slope, 1.0),
        _write_row("calibration_intercept", intercept, 0.0),
        _write_row("spiegelhalter_z", Interval(value=measure_spiegelhalter_z(probabilities, outcomes)), 0.0),
    ]


def measure_out_of_time(judged: JudgedRows, training_rate: float, held_out: str) -> list[CardRow]:
    """The figures on held-out later snapshots; the baseline of log-loss is the training rate, all that was
    known then.
    """
    auc = measure_auc(judged.margins, judged.outcomes, judged.accounts)
    constant = np.full(len(judged.outcomes), training_rate)
    loss = measure_log_loss(judged.probabilities, judged.outcomes, judged.weights)
    base_loss = measure_log_loss(constant, judged.outcomes, judged.weights)
    gap = float(np.average(judged.probabilities - judged.outcomes, weights=judged.weights))
    return [
        _write_row("roc_auc_out_of_time", auc, 0.5, held_out),
        _write_row("log_loss_out_of_time", Interval(value=loss), base_loss, held_out),
        _write_row("mean_error_out_of_time", Interval(value=gap), 0.0, held_out),
    ]


def judge_counts(outcomes: Floats, accounts: Ints) -> str:
    """Why these rows are too few to learn from, or an empty text."""
    for word, chosen in (("churners", outcomes > 0.5), ("customers who stayed", outcomes <= 0.5)):
        n_found = len(np.unique(accounts[chosen]))
        if n_found < FEWEST_CHURNERS:
            return f"{n_found} {word}, {FEWEST_CHURNERS} are needed; {FEWEST_CHURNERS - n_found} more"
    return ""


def judge_card(rows: Sequence[CardRow]) -> tuple[str, str]:
    """(verdict, reason) of measured rows: usable only if every AUC is surely above chance and log-loss beats
    the base rate.
    """
    by_metric = {row.metric: row for row in rows}
    for metric, words in (("roc_auc_out_of_time", "out-of-time AUC"), ("roc_auc", "out-of-fold AUC")):
        row = by_metric.get(metric)
        if row is None or row.value is None:
            continue
        if row.low is None or row.low <= 0.5:
            limits = "no interval" if row.low is None else f"95 % interval {row.low:.3f} to {row.high:.3f}"
            return NO_SIGNAL, f"{words} {row.value:.3f}, {limits}: not surely above the .5 of a coin"
    skill = by_metric["log_loss_skill"].value
    if skill is None or skill <= 0.0:
        return (
            NO_SIGNAL,
            "the probabilities are no better than giving everyone the base rate (log-loss skill not above 0)",
        )
    auc = by_metric["roc_auc"]
    return USABLE, f"out-of-fold AUC {auc.value:.3f}, 95 % interval {auc.low:.3f} to {auc.high:.3f}"


def write_card(rows: Sequence[CardRow], verdict: str, reason: str) -> tuple[CardRow, ...]:
    """The rows followed by verdict and reason (for a refusal the verdict's text carries the reason too)."""
    text = f"{verdict}: {reason}" if verdict == REFUSED else verdict
    return (*rows, CardRow(metric="verdict", text=text), CardRow(metric="reason", text=reason))


def show_card(rows: Sequence[CardRow]) -> pl.DataFrame:
    """One row per metric: metric, value, low, high, baseline (numbers; null where undefined), text."""
    return pl.DataFrame(
        [[r.metric, r.value, r.low, r.high, r.baseline, r.text] for r in rows],
        schema=CARD_SCHEMA,
        orient="row",
    )


def _write_row(metric: str, figure: Interval, baseline: float, text: str | None = None) -> CardRow:
    value, low, high = (None if math.isnan(x) else x for x in (figure.value, figure.low, figure.high))
    return CardRow(metric=metric, value=value, low=low, high=high, baseline=baseline, text=text)

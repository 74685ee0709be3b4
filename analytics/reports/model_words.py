"""The model card in sentences: what each figure means to somebody who has never heard its name."""

from typing import Any

import polars as pl

from analytics.charts.wording import say_percent

USABLE, REFUSED, UNTRAINED = "usable", "refused", ""


def split_verdict(verdict: str) -> tuple[str, str]:
    """(`usable`, `refused` or empty before training, the reason) of a data set's verdict."""
    state, _, reason = verdict.partition(": ")
    return (state, reason) if state in (USABLE, REFUSED) else (UNTRAINED, verdict)


def say_model(card: pl.DataFrame) -> list[str]:
    """One sentence per figure that a reader needs before trusting the score. card: the rows of `model_card`."""
    rows = {row["metric"]: row for row in card.iter_rows(named=True)}
    said = [
        _say_auc(rows.get("roc_auc")),
        _say_later(rows.get("roc_auc_out_of_time")),
        _say_loss(rows.get("log_loss")),
        _say_calibration(rows.get("calibration_error")),
        _say_lift(rows.get("lift_top_decile")),
        _say_basis(rows),
    ]
    return [sentence for sentence in said if sentence]


def _say_auc(row: dict[str, Any] | None) -> str:
    if row is None or row["value"] is None:
        return ""
    return (
        f"**Ranking: AUC {_short(row['value'])}**{_range(row)}. Take a customer who left and one who stayed: the score "
        f"puts the one who left first in {row['value'] * 100:.0f} of 100 such pairs; a coin does in 50."
    )


def _say_later(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    if row["value"] is None:
        return f"**Later months: not measured**, as {row['text']}." if row["text"] else ""
    return (
        f"**Later months: out-of-time AUC {_short(row['value'])}**{_range(row)}. The same count on months the model "
        "had not seen, which is how it is used."
    )


def _say_loss(row: dict[str, Any] | None) -> str:
    if row is None or row["value"] is None:
        return ""
    compared = f" against {_short(row['baseline'])} for giving everybody the average rate" if row["baseline"] else ""
    return f"**Probabilities: log-loss {_short(row['value'])}**{_range(row)}{compared}. Lower is better."


def _say_calibration(row: dict[str, Any] | None) -> str:
    if row is None or row["value"] is None:
        return ""
    floor = ""
    if row["baseline"] is not None:
        floor = f"; a perfect score would show up to {row['baseline'] * 100:.1f} by chance"
    words = f" It is {row['text']}." if row["text"] else ""
    return f"**Calibration error {row['value'] * 100:.1f} points** between promised and observed rates{floor}.{words}"


def _say_lift(row: dict[str, Any] | None) -> str:
    if row is None or row["value"] is None:
        return ""
    return (
        f"**Top tenth: {row['value']:.1f} times the average.** So much more often did the tenth with the highest "
        "scores leave."
    )


def _say_basis(rows: dict[str, dict[str, Any]]) -> str:
    if "customers" not in rows or "churners" not in rows:
        return ""
    rate = rows.get("base_rate", {}).get("value")
    customers, churners = rows["customers"]["value"], rows["churners"]["value"]
    average = f"; {say_percent(rate)} of the rows it learnt from are departures" if rate is not None else ""
    return f"**Basis: {customers:,.0f} customers**, of whom {churners:,.0f} left{average}."


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _range(row: dict[str, Any]) -> str:
    if row["low"] is None or row["high"] is None:
        return ""
    return f" ({_short(row['low'])} to {_short(row['high'])})"

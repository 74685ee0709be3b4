"""Re-scoring customers with levers moved: an association of the model, and said to be one."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.contract.errors import UserError, suggest
from analytics.contract.levers import Lever
from analytics.levers.moves import Move
from analytics.risk.ensemble import Ensemble
from analytics.risk.frames import read_scoring_rows
from analytics.risk.model import Z_80, RiskModel
from analytics.risk.pipeline import read_model
from analytics.store.dataset import Chosen, Dataset

ASSUMED: Final = "assumed"
ASSOCIATION: Final = (
    "assumed: this is what the model associates with the move, not what the move is known to cause; "
    "read it as “would save if causal”."
)
_RANGE: Final = (0.05, 0.95)  # quantiles of the customers chosen: moves end where nobody has been seen


@dataclass(frozen=True, kw_only=True)
class LeverColumn:
    """A lever as this data set knows it: the column, the observed range a slider may span, and the mean today."""

    lever: Lever
    low: float
    high: float
    mean: float


def list_levers(dataset: Dataset, where: str = "") -> list[LeverColumn]:
    """Levers that can be moved here: declared ones, and on an uploaded snapshot every numeric column of the model.

    UserError when the model was refused or is not trained.
    """
    model, rows = read_model(dataset).require_usable(), _read_rows(dataset, where)
    return [entry for lever in _known_levers(dataset, model).values() if (entry := _measure(lever, rows)) is not None]


def whatif_customers(dataset: Dataset, moves: list[Move], where: str = "") -> dict[str, Any]:
    """The object of `holdfast whatif`: expected churners (sum of probabilities) before and after, with the p10–p90
    band of the change
    over refits of the model, the MRR that would be saved if the association were causal (currency a month), cost,
    and how each effect is known. `levers` also says where each lever's mean stood (`mean_before`) and came to
    (`mean_after`, after the edges of what has been observed; both null where nobody has a value).

    Moves are applied jointly. No move changes nothing, exactly. UserError for an unknown lever, a category, nobody
    chosen, or a model
    that was refused.
    """
    model = read_model(dataset).require_usable()
    rows = _read_rows(dataset, where)
    if not rows.height:
        raise UserError("no customer meets the condition.", where or "the data set", "Widen the condition.")
    known = _known_levers(dataset, model)
    matrix = model.encode(rows)
    moved, eligible, warnings = _move(matrix, rows, model, [(_find(known, move.lever), move) for move in moves])
    churners = float(model.predict_probabilities(matrix).sum())
    changes = _changes(model, matrix, moved, eligible)
    money = rows["paid_mrr"].fill_null(0.0).to_numpy()
    shift, shift_sd = _sum_changes(changes, np.ones(rows.height))
    saved, saved_sd = _sum_changes(-changes, money)
    return {
        "levers": [_tell_move(move, _position(model, _find(known, move.lever)), matrix, moved) for move in moves],
        "customers": rows.height,
        "eligible": int(eligible.sum()),
        "churners_before": churners,
        "churners_after": churners + shift,
        "low": churners + shift - Z_80 * shift_sd,
        "high": churners + shift + Z_80 * shift_sd,
        "mrr_saved": saved,
        "mrr_saved_low": saved - Z_80 * saved_sd,
        "mrr_saved_high": saved + Z_80 * saved_sd,
        "cost": float(sum(_find(known, move.lever).cost for move in moves) * eligible.sum()),
        "warnings": [ASSOCIATION, *warnings],
    }


def _read_rows(dataset: Dataset, where: str) -> pl.DataFrame:
    rows = read_scoring_rows(dataset)
    chosen = dataset.query("paid_mrr", Chosen(where=where))
    return rows.join(chosen, on="customer_key", how="inner", maintain_order="left")


def _known_levers(dataset: Dataset, model: RiskModel) -> dict[str, Lever]:
    numeric = {spec.name: spec for spec in model.specs if spec.kind != "category"}
    levers = {lever.name: lever for lever in dataset.info.settings.all_levers() if lever.column in numeric}
    if dataset.info.is_snapshot:
        columns = {lever.column for lever in levers.values()}
        levers |= {
            name: _column_lever(name, spec.label, spec.monotone)
            for name, spec in numeric.items()
            if name not in columns
        }
    return levers


def _column_lever(name: str, label: str, monotone: int) -> Lever:
    direction: Any = monotone or 1
    return Lever(
        name=name,
        label=label,
        column=name,
        direction=direction,
        unit="",
        low=-np.inf,
        high=np.inf,
        meaning="a column of the uploaded file",
    )


def _find(known: dict[str, Lever], name: str) -> Lever:
    by_column = {lever.column: lever for lever in known.values()}
    found = known.get(name) or by_column.get(name)
    if found is None:
        raise UserError(f"{name!r} is no lever the model reads as a number.", "--set", suggest(name, known))
    return found


def _measure(lever: Lever, rows: pl.DataFrame) -> LeverColumn | None:
    values = rows[lever.column].cast(pl.Float64).drop_nulls().drop_nans().to_numpy()
    if len(np.unique(values)) < 2:
        return None
    low, high = _observed_range(values)
    return LeverColumn(lever=lever, low=max(low, lever.low), high=min(high, lever.high), mean=float(values.mean()))


def _observed_range(values: NDArray[np.float64]) -> tuple[float, float]:
    """Where enough customers stand: the middle 90 %, or everything where that is one single value."""
    low, high = np.nanquantile(values, _RANGE)
    return (float(low), float(high)) if low < high else (float(np.nanmin(values)), float(np.nanmax(values)))


def _move(
    matrix: NDArray[np.float32], rows: pl.DataFrame, model: RiskModel, moves: list[tuple[Lever, Move]]
) -> tuple[NDArray[np.float32], NDArray[np.bool_], list[str]]:
    """(moved matrix, who is moved by anything, warnings)."""
    moved, touched, warnings = matrix.copy(), np.zeros(rows.height, dtype=bool), []
    for lever, move in moves:
        position = _position(model, lever)
        old = matrix[:, position].astype(np.float64)
        if not np.isfinite(old).any():
            warnings.append(f"{lever.label}: nobody chosen has a value, so nobody is moved.")
            continue
        new, n_held = _hold(move.apply(old), old)
        if n_held:
            warnings.append(
                f"{lever.label}: {n_held:,} of {rows.height:,} customers stop at the edge of what has been observed."
            )
        moved[:, position] = np.where(new == old, matrix[:, position], new)
        touched |= (new != old) & np.isfinite(old)
    return moved, touched, warnings


def _hold(new: NDArray[np.float64], old: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Moves held inside the observed range, never back across where the customer stands; the missing stay missing."""
    low, high = _observed_range(old)
    held = np.where(new > old, np.minimum(new, np.maximum(high, old)), np.maximum(new, np.minimum(low, old)))
    held = np.where(np.isfinite(old), held, np.nan)
    return held, int(np.sum(np.isfinite(old) & (held != new)))


def _position(model: RiskModel, lever: Lever) -> int:
    return next(n for n, spec in enumerate(model.specs) if spec.name == lever.column)


def _changes(
    model: RiskModel, before: NDArray[np.float32], after: NDArray[np.float32], is_moved: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Change of every row's probability: first by the model, then by each refit; exactly 0 where nothing is moved."""
    changes = np.zeros((1 + len(model.refits), len(before)))
    if is_moved.any():
        here, there = before[is_moved], after[is_moved]
        changes[0, is_moved] = model.predict_probabilities(there) - model.predict_probabilities(here)
        for n, refit in enumerate(model.refits, 1):
            changes[n, is_moved] = _difference(refit, here, there)
    return changes


def _sum_changes(changes: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """(weighted sum by the model, its standard deviation over refits, 0 without refits)."""
    sums = changes @ weights
    return float(sums[0]), float(np.std(sums[1:], ddof=1)) if len(sums) > 2 else 0.0


def _difference(refit: Ensemble, before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float64]:
    apply = refit.calibrator.apply
    return apply(refit.predict_margins(after)) - apply(refit.predict_margins(before))


def _tell_move(move: Move, position: int, before: NDArray[np.float32], after: NDArray[np.float32]) -> dict[str, Any]:
    means = [_mean(matrix[:, position]) for matrix in (before, after)]
    return {
        "lever": move.lever,
        "value": _write(move),
        "evidence": ASSUMED,
        "mean_before": means[0],
        "mean_after": means[1],
    }


def _mean(values: NDArray[np.float32]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean(dtype=np.float64)) if len(known) else None


def _write(move: Move) -> str:
    sign = {"absolute": "", "shift": "+", "relative": "+"}[move.kind] if move.amount >= 0 else ""
    return f"{sign}{move.amount * 100:g}%" if move.kind == "relative" else f"{sign}{move.amount:g}"

"""Re-scoring customers with levers moved: an association of the model, and said to be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.contract.errors import UserError, suggest
from analytics.contract.levers import Lever
from analytics.levers.moves import Move
from analytics.levers.steps import Step, find_room, read_known, take_step
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


@dataclass(frozen=True, kw_only=True)
class LeverColumn:
    """A lever as this data set knows it: the column, the range moves are held in (observed over everybody scored, and
    declared), and the mean today of the customers chosen.
    """

    lever: Lever
    low: float
    high: float
    mean: float


def list_levers(dataset: Dataset, where: str = "") -> list[LeverColumn]:
    """Levers that can be moved here: declared ones, and on an uploaded snapshot every numeric column of the model.

    `where` chooses whose mean is told, never what counts as observed. UserError when the model was refused or is not
    trained.
    """
    model, everybody = read_model(dataset).require_usable(), read_scoring_rows(dataset)
    rows = _choose_rows(dataset, everybody, where)
    levers = _known_levers(dataset, model).values()
    return [entry for lever in levers if (entry := _measure(lever, rows, everybody)) is not None]


def whatif_customers(dataset: Dataset, moves: list[Move], where: str = "") -> dict[str, Any]:
    """The object of `holdfast whatif`: expected churners (sum of probabilities) before and after, with the p10–p90
    band of the change over refits of the model (never below 0 or above everybody), the MRR that would be saved if the
    association were causal (currency a month), cost, and how each effect is known. `levers` also says where each
    lever's mean stood (`mean_before`) and is expected to come to (`mean_after`, after acceptance and the edges; both
    null where nobody has a value).

    `where` chooses who is moved and summed; a lever moves only those of them its `applies_to` names, up to the edges
    `find_room` gives. Moves are applied jointly. `eligible` counts who is offered any move that changes something; of
    those, each lever's `acceptance` is the share that takes it up. Effects, MRR and cost are expectations over it:
    the cost is the sum over levers of cost × acceptance × the customers that lever itself moves. No move changes
    nothing, exactly. UserError for an unknown lever, a category, a column moved twice, nobody chosen, or a model
    that was refused.
    """
    model, everybody = read_model(dataset).require_usable(), read_scoring_rows(dataset)
    rows = _choose_rows(dataset, everybody, where)
    if not rows.height:
        raise UserError("no customer meets the condition.", where or "the data set", "Widen the condition.")
    matrix = model.encode(rows)
    steps = _take_steps(dataset, model, moves, matrix, rows["customer_key"], everybody)
    churners = float(model.predict_probabilities(matrix).sum())
    changes = _changes(model, matrix, steps)
    shift, shift_sd = _sum_changes(changes, np.ones(rows.height))
    saved, saved_sd = _sum_changes(-changes, rows["paid_mrr"].fill_null(0.0).to_numpy())
    return {
        "levers": [_tell_move(move, step, matrix) for move, step in zip(moves, steps, strict=True)],
        "customers": rows.height,
        "eligible": int(_join_moved(steps, rows.height).sum()),
        "churners_before": churners,
        "churners_after": churners + shift,
        "low": max(churners + shift - Z_80 * shift_sd, 0.0),
        "high": min(churners + shift + Z_80 * shift_sd, float(rows.height)),
        "mrr_saved": saved,
        "mrr_saved_low": saved - Z_80 * saved_sd,
        "mrr_saved_high": saved + Z_80 * saved_sd,
        "cost": float(sum(step.lever.cost * step.lever.acceptance * step.is_moved.sum() for step in steps)),
        "warnings": [ASSOCIATION, *(f"{step.lever.label}: {text}" for step in steps for text in step.warnings)],
    }


def _choose_rows(dataset: Dataset, everybody: pl.DataFrame, where: str) -> pl.DataFrame:
    chosen = dataset.query("paid_mrr", Chosen(where=where))
    return everybody.join(chosen, on="customer_key", how="inner", maintain_order="left")


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


def _measure(lever: Lever, rows: pl.DataFrame, everybody: pl.DataFrame) -> LeverColumn | None:
    values, room = read_known(rows, lever), find_room(lever, everybody)
    if room is None or not len(values):
        return None
    return LeverColumn(lever=lever, low=room[0], high=room[1], mean=float(values.mean()))


def _take_steps(
    dataset: Dataset,
    model: RiskModel,
    moves: list[Move],
    matrix: NDArray[np.float32],
    keys: pl.Series,
    everybody: pl.DataFrame,
) -> list[Step]:
    known = _known_levers(dataset, model)
    steps: list[Step] = []
    for move in moves:
        lever = _find(known, move.lever)
        position = _position(model, lever)
        if position in {step.position for step in steps}:
            raise UserError(f"the column {lever.column!r} is moved twice.", "--set", "Give each lever one value.")
        applies = _read_applies(dataset, lever, keys)
        steps.append(take_step(lever, move, position, matrix[:, position], applies, find_room(lever, everybody)))
    return steps


def _read_applies(dataset: Dataset, lever: Lever, keys: pl.Series) -> NDArray[np.bool_]:
    if not lever.applies_to:
        return np.ones(len(keys), dtype=bool)
    try:
        text, values = dataset.condition(lever.applies_to).to_sql("applies")
    except UserError as error:
        raise UserError(error.what, f"levers.{lever.name}.applies_to", error.remedy) from None
    return keys.is_in(dataset.fact("attributes", text, **values)["customer_key"].implode()).to_numpy()


def _position(model: RiskModel, lever: Lever) -> int:
    return next(n for n, spec in enumerate(model.specs) if spec.name == lever.column)


def _changes(model: RiskModel, matrix: NDArray[np.float32], steps: Sequence[Step]) -> NDArray[np.float64]:
    """Expected change of every row's probability over who accepts: first by the model, then by each refit.

    Acceptances are nested: whoever accepts an offer accepts every offer that is accepted at least as often. So the
    share of the least accepted lever takes all levers, the next slice all but that one, and so on; with one lever it
    is the change × its acceptance, and where everything is accepted the joint change itself.
    """
    changes, reached = np.zeros((1 + len(model.refits), len(matrix))), 0.0
    for share in sorted({step.lever.acceptance for step in steps if step.lever.acceptance > 0}):
        accepted = [step for step in steps if step.lever.acceptance >= share]
        changes += (share - reached) * _joint_changes(model, matrix, accepted)
        reached = share
    return changes


def _joint_changes(model: RiskModel, matrix: NDArray[np.float32], steps: Sequence[Step]) -> NDArray[np.float64]:
    """Change of every row's probability by the model and by each refit; exactly 0 where nothing is moved."""
    changes, is_moved = np.zeros((1 + len(model.refits), len(matrix))), _join_moved(steps, len(matrix))
    if is_moved.any():
        here = matrix[is_moved]
        there = here.copy()
        for step in steps:
            there[:, step.position] = step.values[is_moved]
        changes[0, is_moved] = model.predict_probabilities(there) - model.predict_probabilities(here)
        for n, refit in enumerate(model.refits, 1):
            changes[n, is_moved] = _difference(refit, here, there)
    return changes


def _join_moved(steps: Sequence[Step], n_rows: int) -> NDArray[np.bool_]:
    is_moved = np.zeros(n_rows, dtype=bool)
    for step in steps:
        is_moved |= step.is_moved
    return is_moved


def _sum_changes(changes: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """(weighted sum by the model, its standard deviation over refits, 0 without refits)."""
    sums = changes @ weights
    return float(sums[0]), float(np.std(sums[1:], ddof=1)) if len(sums) > 2 else 0.0


def _difference(refit: Ensemble, before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float64]:
    apply = refit.calibrator.apply
    return apply(refit.predict_margins(after)) - apply(refit.predict_margins(before))


def _tell_move(move: Move, step: Step, matrix: NDArray[np.float32]) -> dict[str, Any]:
    before, moved = _mean(matrix[:, step.position]), _mean(step.values)
    after = None if before is None or moved is None else before + step.lever.acceptance * (moved - before)
    return {
        "lever": move.lever,
        "value": _write(move),
        "evidence": ASSUMED,
        "mean_before": before,
        "mean_after": after,
    }


def _mean(values: NDArray[np.float32]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean(dtype=np.float64)) if len(known) else None


def _write(move: Move) -> str:
    sign = {"absolute": "", "shift": "+", "relative": "+"}[move.kind] if move.amount >= 0 else ""
    return f"{sign}{move.amount * 100:g}%" if move.kind == "relative" else f"{sign}{move.amount:g}"

"""Which of the configurations learns these rows best: the first, unless another is better by more than chance."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.calibration import Ints
from analytics.risk.calibrators import is_better, measure_losses
from analytics.risk.card import CardRow
from analytics.risk.ensemble import FittedEnsemble, fit_ensemble
from analytics.risk.recipe import CONFIGURATIONS, Progress, Recipe, TrainingSet
from analytics.risk.rivals import measure_rivals

FIRST: Final = "A"
MOST_ROWS: Final = (
    30_000  # beyond it the configurations are compared on some of the customers, the same ones every time
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BestFit:
    """The configuration chosen, fitted on all rows, and how all of them did, as rows of the card."""

    recipe: Recipe
    fitted: FittedEnsemble
    card: tuple[CardRow, ...]


def fit_best(
    training: TrainingSet,
    folds: Ints,
    *,
    seed: int = 0,
    nthread: int | None = None,
    progress: Progress | None = None,
) -> BestFit:
    """Fit every configuration with its own calibrator on the same folds; the first one stays unless the best of the
    others lowers the out-of-fold log-loss by more than one standard error, paired and by account.
    """
    how: dict[str, Any] = {"seed": seed, "nthread": nthread, "progress": progress}
    compared = choose_accounts(training)
    rows, own_folds = training.select(compared), folds[compared]
    fits = {
        name: fit_ensemble(rows, own_folds, recipe=recipe, phase=f"trying configuration {name}", **how)
        for name, recipe in CONFIGURATIONS.items()
    }
    losses = {name: measure_losses(fit.oof_probabilities, rows.outcomes) for name, fit in fits.items()}
    means = {name: float(np.average(loss, weights=rows.weights)) for name, loss in losses.items()}
    best = min(means, key=means.__getitem__)
    chosen = best if is_better(losses[best], losses[FIRST], rows.weights, rows.accounts) else FIRST
    recipe = CONFIGURATIONS[chosen]
    fitted = fits[chosen] if compared.all() else fit_ensemble(training, folds, recipe=recipe, **how)
    said = ", ".join(f"{name} {mean:.4f}" for name, mean in means.items())
    card = (
        CardRow(metric="configuration", text=f"{chosen}; log-loss of each: {said}"),
        CardRow(metric="calibrator", text=fitted.ensemble.calibrator.to_dict()["kind"]),
        *measure_rivals(rows, own_folds, fits[chosen].oof_probabilities, nthread=nthread),
    )
    return BestFit(recipe=recipe, fitted=fitted, card=card)


def choose_accounts(training: TrainingSet) -> NDArray[np.bool_]:
    """Which rows the configurations are compared on: all, or those of every n-th account."""
    n_parts = -(-len(training.outcomes) // MOST_ROWS)
    mask: NDArray[np.bool_] = training.accounts % n_parts == 0
    return mask

"""Judging a model on later snapshots than it learned from, without letting it see what was not yet known."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.risk.calibration import Floats, Ints
from analytics.risk.card import CardRow, JudgedRows, judge_counts, measure_out_of_time
from analytics.risk.ensemble import fit_ensemble
from analytics.risk.recipe import Progress, Recipe, TrainingSet, assign_folds

MOST_HELD_OUT: Final = 3
FEWEST_HELD_OUT_CHURNERS: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeSplit:
    """Masks over the rows: `learn` (outcome known before the first held-out day) and `held`; and the split in
    words.
    """

    learn: NDArray[np.bool_]
    held: NDArray[np.bool_]
    words: str


def split_by_time(
    snapshots_on: pl.Series, outcomes: Floats, accounts: Ints, *, horizon_days: int, gap_days: int
) -> TimeSplit | None:
    """Hold out the last three, two or one snapshot days, as many as leave enough churners on both sides; None
    when none does.

    A row may be learned from only if its day + gap + horizon is not after the first held-out day (the purge):
    otherwise its outcome overlaps what is to be predicted.
    """
    days = snapshots_on.cast(pl.Date).to_physical().to_numpy()
    distinct = np.unique(days)
    for n_held in range(min(MOST_HELD_OUT, len(distinct) - 1), 0, -1):
        first = int(distinct[-n_held])
        held, learn = days >= first, days + gap_days + horizon_days <= first
        if judge_counts(outcomes[learn], accounts[learn]) or _lacks_outcomes(outcomes[held], accounts[held]):
            continue
        n_churners = len(np.unique(accounts[held & (outcomes > 0.5)]))
        opened, closed = (date.fromordinal(_EPOCH + int(day)) for day in (first, distinct[-1]))
        words = f"held out: {n_held} of {len(distinct)} snapshots, {opened} to {closed}, {n_churners} churners"
        return TimeSplit(learn=learn, held=held, words=words)
    return None


_EPOCH: Final = date(1970, 1, 1).toordinal()


def _lacks_outcomes(outcomes: Floats, accounts: Ints) -> bool:
    return any(len(np.unique(accounts[rows])) < FEWEST_HELD_OUT_CHURNERS for rows in (outcomes > 0.5, outcomes <= 0.5))


def judge_out_of_time(
    training: TrainingSet,
    split: TimeSplit,
    *,
    recipe: Recipe,
    seed: int = 0,
    nthread: int | None = None,
    progress: Progress | None = None,
) -> list[CardRow]:
    """The card's out-of-time rows: the same recipe trained on the earlier rows alone, judged on the held-out
    ones.
    """
    earlier, later = training.select(split.learn), training.select(split.held)
    folds = assign_folds(earlier.outcomes, earlier.accounts, seed=seed)
    how: dict[str, Any] = {"recipe": recipe, "seed": seed, "nthread": nthread, "progress": progress}
    ensemble = fit_ensemble(earlier, folds, phase="out of time", **how).ensemble
    margins = ensemble.predict_margins(later.matrix)
    judged = JudgedRows(
        margins=margins,
        probabilities=ensemble.calibrator.apply(margins),
        outcomes=later.outcomes,
        accounts=later.accounts,
        weights=later.weights,
    )
    rate = float(np.average(earlier.outcomes, weights=earlier.weights))
    return measure_out_of_time(judged, rate, split.words)

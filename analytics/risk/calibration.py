"""From margins (log-odds of a bag of trees) to probabilities that mean what they say.

A calibrator is any monotone curve with `apply` and `slope_at`; the affine one is `logit p = a m + b` (Platt's
scaling on log-odds), and the default. `calibrators` has the others and the rule that chooses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_STEPS: Final = 100
# Keeps the slope finite when the margins separate the two outcomes completely; far below what any data set
# can be felt through.
_RIDGE: Final = 1e-4
_CLIP: Final = 1e-12


class Calibrator(Protocol):
    """A monotone curve from margin to probability."""

    def apply(self, margins: Floats) -> Floats:
        """The probability at each margin."""
        ...

    def slope_at(self, margins: Floats) -> Floats:
        """The derivative of `apply` at each margin."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """What `calibrators.read_calibrator` needs to make the same curve again."""
        ...


def to_probability(margins: Floats) -> Floats:
    """The logistic function, without overflow at either end."""
    half = 0.5 * np.asarray(margins, dtype=np.float64)
    return 0.5 * (1.0 + np.tanh(half))


def to_log_odds(probabilities: Floats) -> Floats:
    """The inverse of `to_probability`; 0 and 1 are taken as 1e-12 and 1 - 1e-12."""
    clipped = np.clip(probabilities, _CLIP, 1.0 - _CLIP)
    return np.log(clipped) - np.log1p(-clipped)


@dataclass(frozen=True, kw_only=True, slots=True)
class AffineCalibrator:
    """logit p = slope * m + intercept, with slope >= 0 so that the order of customers never turns."""

    slope: float
    intercept: float

    def apply(self, margins: Floats) -> Floats:
        """The probability at each margin."""
        return to_probability(self.slope * np.asarray(margins, dtype=np.float64) + self.intercept)

    def slope_at(self, margins: Floats) -> Floats:
        """The derivative a p (1 - p) at each margin."""
        probabilities = self.apply(margins)
        return self.slope * probabilities * (1.0 - probabilities)

    def to_dict(self) -> dict[str, Any]:
        """Kind, slope and intercept."""
        return {"kind": "affine", "slope": self.slope, "intercept": self.intercept}


FitCalibrator = Callable[[Floats, Floats, Floats], Calibrator]


def fit_affine(margins: Floats, outcomes: Floats, weights: Floats) -> AffineCalibrator:
    """The affine calibrator of greatest likelihood; where that would turn the order round, the base rate for
    everyone.
    """
    slope, intercept = fit_line(margins, outcomes, weights)
    if slope <= 0.0:
        base_rate = np.average(outcomes, weights=weights)
        return AffineCalibrator(slope=0.0, intercept=float(to_log_odds(np.array(base_rate))))
    return AffineCalibrator(slope=slope, intercept=intercept)


def fit_line(margins: Floats, outcomes: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of 0/1 `outcomes` on `margins`."""
    design = np.column_stack([np.asarray(margins, dtype=np.float64), np.ones(len(margins))])
    line = fit_logistic(design, outcomes, weights, np.array([1.0, 0.0]))
    return float(line[0]), float(line[1])


def fit_logistic(design: Floats, outcomes: Floats, weights: Floats, towards: Floats) -> Floats:
    """Coefficients of the logistic regression on the columns of `design`, the last one constant.

    By Newton's method with halved steps; a tiny ridge pulls to `towards`, so that separated outcomes end somewhere.
    """
    base_rate = float(np.average(outcomes, weights=weights))
    line = np.zeros(design.shape[1])
    line[-1] = float(to_log_odds(np.array(base_rate)))
    loss = _measure_loss(design, outcomes, weights, line, towards)
    for _ in range(_MOST_STEPS):
        fitted = to_probability(design @ line)
        gradient = design.T @ (weights * (fitted - outcomes)) + _RIDGE * (line - towards)
        curvature = design.T @ (design * (weights * fitted * (1.0 - fitted))[:, None]) + _RIDGE * np.eye(len(line))
        step = np.linalg.solve(curvature, gradient)
        while (moved := _measure_loss(design, outcomes, weights, line - step, towards)) > loss and (
            np.abs(step).max() > 1e-12
        ):
            step *= 0.5
        if moved > loss:
            break
        line, loss = line - step, moved
        if np.abs(step).max() < 1e-10:
            break
    return line


def _measure_loss(design: Floats, outcomes: Floats, weights: Floats, line: Floats, towards: Floats) -> float:
    margins = design @ line
    likelihood = np.sum(weights * (np.logaddexp(0.0, margins) - outcomes * margins))
    return float(likelihood + 0.5 * _RIDGE * np.sum((line - towards) ** 2))


def cross_fit(fit: FitCalibrator, margins: Floats, outcomes: Floats, weights: Floats, folds: Ints) -> Floats:
    """Out-of-fold probabilities whose calibrator has not seen the fold it is applied to, so that figures made
    from them are honest.
    """
    probabilities = np.empty(len(margins))
    for fold in np.unique(folds):
        held = folds == fold
        probabilities[held] = fit(margins[~held], outcomes[~held], weights[~held]).apply(margins[held])
    return probabilities

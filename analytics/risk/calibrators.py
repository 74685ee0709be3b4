"""Calibrators that bend, and the rule that chooses: affine unless another one is better by more than chance.

Beta: logit p = c + a ln s - b ln(1 - s) with s the logistic function of the margin (M. Kull, T. Silva Filho & P. Flach,
2017, AISTATS). Isotonic: the monotone regression of the outcomes on the margins, joined by straight lines and mixed
90 to 10 with the affine curve, so that nobody gets exactly 0 or 1 and different margins keep different probabilities.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import isotonic_regression

from analytics.risk.calibration import (
    AffineCalibrator,
    Calibrator,
    FitCalibrator,
    Floats,
    Ints,
    cross_fit,
    fit_affine,
    fit_logistic,
    to_probability,
)

ISOTONIC_SHARE: Final = 0.9
_CLIP: Final = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaCalibrator:
    """logit p = constant + rise ln s - fall ln(1 - s); rise and fall are not negative, so the order never turns."""

    rise: float
    fall: float
    constant: float

    def apply(self, margins: Floats) -> Floats:
        """The probability at each margin."""
        return to_probability(_bend(margins) @ np.array([self.rise, self.fall, self.constant]))

    def slope_at(self, margins: Floats) -> Floats:
        """The derivative p (1 - p) (rise (1 - s) + fall s) at each margin."""
        probabilities, share = self.apply(margins), to_probability(margins)
        return probabilities * (1.0 - probabilities) * (self.rise * (1.0 - share) + self.fall * share)

    def to_dict(self) -> dict[str, Any]:
        """Kind, rise, fall and constant."""
        return {"kind": "beta", "rise": self.rise, "fall": self.fall, "constant": self.constant}


@dataclass(frozen=True, kw_only=True, slots=True)
class IsotonicCalibrator:
    """90 % a rising broken line through (margin, probability) knots, level outside them, and 10 % an affine curve."""

    knots: tuple[float, ...]
    levels: tuple[float, ...]
    affine: AffineCalibrator

    def apply(self, margins: Floats) -> Floats:
        """The probability at each margin."""
        stepped = np.interp(np.asarray(margins, dtype=np.float64), self.knots, self.levels)
        return ISOTONIC_SHARE * stepped + (1.0 - ISOTONIC_SHARE) * self.affine.apply(margins)

    def slope_at(self, margins: Floats) -> Floats:
        """The derivative at each margin; at a knot that of the piece to its right."""
        knots, levels = np.array(self.knots), np.array(self.levels)
        # level before the first knot and behind the last one
        rates = np.concatenate([[0.0], np.diff(levels) / np.diff(knots), [0.0]])
        pieces = np.searchsorted(knots, np.asarray(margins, dtype=np.float64), side="right")
        return ISOTONIC_SHARE * rates[pieces] + (1.0 - ISOTONIC_SHARE) * self.affine.slope_at(margins)

    def to_dict(self) -> dict[str, Any]:
        """Kind, knots, levels and the affine part."""
        affine = self.affine.to_dict()
        return {"kind": "isotonic", "knots": list(self.knots), "levels": list(self.levels), "affine": affine}


def fit_beta(margins: Floats, outcomes: Floats, weights: Floats) -> Calibrator:
    """The beta calibrator of greatest likelihood; a part that would turn the order round is left out."""
    design = _bend(margins)
    used = [0, 1, 2]
    while True:
        towards = np.array([1.0, 1.0, 0.0])[used]
        line = dict(zip(used, fit_logistic(design[:, used], outcomes, weights, towards), strict=True))
        wrong = [column for column in used[:-1] if line[column] < 0.0]
        if not wrong:
            rise, fall, constant = (float(line.get(column, 0.0)) for column in range(3))
            return BetaCalibrator(rise=rise, fall=fall, constant=constant)
        used.remove(min(wrong, key=line.__getitem__))


def fit_isotonic(margins: Floats, outcomes: Floats, weights: Floats) -> Calibrator:
    """The mixed isotonic calibrator; each level stands at the mean margin of the rows it holds for.

    Falls back to the affine curve where the regression has a single level.
    """
    affine = fit_affine(margins, outcomes, weights)
    order = np.argsort(margins, kind="stable")
    # equal margins must have one level: they are one point with their weight and their rate
    points, where = np.unique(margins[order], return_inverse=True)
    mass = np.bincount(where, weights=weights[order])
    rates = np.bincount(where, weights=(weights * outcomes)[order]) / mass
    fitted = isotonic_regression(rates, weights=mass)
    starts = fitted.blocks[:-1]
    if len(starts) < 2:
        return affine
    knots = np.add.reduceat(points * mass, starts) / np.add.reduceat(mass, starts)
    return IsotonicCalibrator(knots=tuple(knots.tolist()), levels=tuple(fitted.x[starts].tolist()), affine=affine)


FITS: Final[dict[str, FitCalibrator]] = {"affine": fit_affine, "beta": fit_beta, "isotonic": fit_isotonic}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenCalibrator:
    """The kind chosen, fitted on all rows, and every row's probability from a fit that had not seen its fold."""

    kind: str
    calibrator: Calibrator
    out_of_fold: Floats


def choose_calibrator(
    margins: Floats, outcomes: Floats, weights: Floats, folds: Ints, accounts: Ints
) -> ChosenCalibrator:
    """Affine, unless the best of the others lowers the out-of-fold log-loss by more than one standard error.

    The differences are paired, and summed by account before their standard error is taken.
    """
    tried = {kind: cross_fit(fit, margins, outcomes, weights, folds) for kind, fit in FITS.items()}
    losses = {kind: measure_losses(probabilities, outcomes) for kind, probabilities in tried.items()}
    best = min(losses, key=lambda kind: float(np.average(losses[kind], weights=weights)))
    kind = best if is_better(losses[best], losses["affine"], weights, accounts) else "affine"
    return ChosenCalibrator(kind=kind, calibrator=FITS[kind](margins, outcomes, weights), out_of_fold=tried[kind])


def measure_losses(probabilities: Floats, outcomes: Floats) -> Floats:
    """The log-loss of every row."""
    clipped = np.clip(probabilities, _CLIP, 1.0 - _CLIP)
    return -(outcomes * np.log(clipped) + (1.0 - outcomes) * np.log1p(-clipped))


def is_better(losses: Floats, rival: Floats, weights: Floats, accounts: Ints) -> bool:
    """Whether the mean loss is below the rival's by more than one standard error of the paired difference."""
    gain, error = measure_gain(rival - losses, weights, accounts)
    return gain > error


def measure_gain(gains: Floats, weights: Floats, accounts: Ints) -> tuple[float, float]:
    """The weighted mean of a gain per row, and its standard error when rows of one account hang together."""
    sums, mass = np.bincount(accounts, weights=weights * gains), np.bincount(accounts, weights=weights)
    mean = float(sums.sum() / mass.sum())
    n_accounts = np.count_nonzero(mass)
    if n_accounts < 2:
        return mean, float("nan")
    spread = float(np.sqrt(np.sum((sums - mean * mass) ** 2) * n_accounts / (n_accounts - 1)))
    return mean, spread / float(mass.sum())


def read_calibrator(stored: Mapping[str, Any]) -> Calibrator:
    """The curve that `to_dict` described. Raises `ValueError` for a kind this version does not know."""
    if stored["kind"] == "affine":
        return AffineCalibrator(slope=float(stored["slope"]), intercept=float(stored["intercept"]))
    if stored["kind"] == "beta":
        return BetaCalibrator(**{name: float(stored[name]) for name in ("rise", "fall", "constant")})
    if stored["kind"] == "isotonic":
        affine = stored["affine"]
        return IsotonicCalibrator(
            knots=tuple(stored["knots"]),
            levels=tuple(stored["levels"]),
            affine=AffineCalibrator(slope=float(affine["slope"]), intercept=float(affine["intercept"])),
        )
    raise ValueError(f"a calibrator of kind {stored['kind']!r} was stored by another version")


def _bend(margins: Floats) -> Floats:
    """ln s, -ln(1 - s) and 1 at each margin."""
    values = np.asarray(margins, dtype=np.float64)
    return np.column_stack([-np.logaddexp(0.0, -values), np.logaddexp(0.0, values), np.ones(len(values))])

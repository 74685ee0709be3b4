"""The parameters at which a likelihood is greatest, and how well the data hold them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from analytics.metrics.intervals import Z

Floats = NDArray[np.float64]
LOG_BOUND = 12.0  # a parameter beyond e^±12 is one the data do not hold
_STEP = 1e-3  # of a logarithm, for second differences


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Positive parameters at which a likelihood is greatest.

    `covariance` is that of the parameters' logarithms (inverse of the observed information; NaN where the data
    do not hold them), `is_held` False when a parameter ran to the edge of what is searched.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    covariance: Floats
    is_held: bool


def maximise(log_likelihood: Callable[..., float], start: Sequence[float], bound: float = LOG_BOUND) -> Fit:
    """The fit of a log-likelihood that takes its positive parameters one by one.

    `start` is where the search begins, e^±`bound` where it ends.
    """

    def cost(logs: Floats) -> float:
        value = log_likelihood(*np.exp(logs))
        return -value if np.isfinite(value) else 1e15

    first = np.log(np.asarray(start, dtype=float))
    scale = max(abs(cost(first)), 1.0)
    found = minimize(
        lambda logs: cost(logs) / scale,
        first,
        method="L-BFGS-B",
        jac="3-point",
        bounds=[(-bound, bound)] * len(first),
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
    )
    return Fit(
        parameters=tuple(float(value) for value in np.exp(found.x)),
        log_likelihood=-cost(found.x),
        covariance=_invert(_second_differences(cost, found.x)),
        is_held=bool(np.all(np.abs(found.x) < bound - 0.01)),
    )


def propagate(values: Callable[..., Floats], fit: Fit) -> tuple[Floats, Floats]:
    """What follows from the parameters, and its derivatives by their logarithms.

    values (n), derivatives (n × parameters), by central differences.
    """
    logs = np.log(fit.parameters)
    slopes = [(values(*np.exp(logs + step)) - values(*np.exp(logs - step))) / (2 * _STEP) for step in _steps(len(logs))]
    return values(*fit.parameters), np.stack(slopes, axis=-1)


def log_interval(values: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """95 % interval (low, high) of positive values with that variance, by the delta method on the logarithm."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        spread = np.exp(Z * np.sqrt(variance) / values)
    return values / spread, values * spread


def _steps(n: int) -> Floats:
    return np.eye(n) * _STEP


def _second_differences(cost: Callable[[Floats], float], at: Floats) -> Floats:
    """The matrix of second derivatives: the observed information."""
    steps = _steps(len(at))
    corners = [
        [cost(at + one + two) - cost(at + one - two) - cost(at - one + two) + cost(at - one - two) for two in steps]
        for one in steps
    ]
    return np.array(corners) / (4 * _STEP**2)


def _invert(information: Floats) -> Floats:
    if not np.all(np.isfinite(information)) or np.linalg.eigvalsh(information).min() <= 0:
        return np.full_like(information, np.nan)
    return np.asarray(np.linalg.inv(information))

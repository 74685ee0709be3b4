"""What an order of each buyer is worth: the gamma-gamma model of spend per order."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from analytics.metrics.likelihood import Fit, Floats, maximise


def fit_spend(orders: ArrayLike, mean_spend: ArrayLike) -> Fit:
    """Gamma-gamma by maximum likelihood over buyers with repeat orders: parameters p, q, v (in the currency).

    `orders` (x > 0) and `mean_spend` (m > 0, their average) describe each buyer. Density Γ(px + q) ÷ (Γ(px) Γ(q))
    · v^q m^(px − 1) x^(px) ÷ (v + xm)^(px + q); assumes that spend does not depend on how often one buys.
    P. S. Fader & B. G. S. Hardie (2013), "The gamma-gamma model of monetary value".
    """
    x, m = np.asarray(orders, dtype=float), np.asarray(mean_spend, dtype=float)

    def log_likelihood(p: float, q: float, v: float) -> float:
        shape = p * x
        size = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
        return float(np.sum(size + (shape - 1) * np.log(m) + shape * np.log(x) - (shape + q) * np.log(v + x * m)))

    return maximise(log_likelihood, (1.0, 2.0, float(np.mean(m))))


def expected_spend(orders: ArrayLike, mean_spend: ArrayLike, p: float, q: float, v: float) -> Floats:
    """The expected spend per order of each buyer, p (v + xm) ÷ (px + q − 1): their own average, drawn to everybody's.

    NaN where no such mean exists (q ≤ 1 for buyers without a repeat order).
    """
    x, m = np.asarray(orders, dtype=float), np.asarray(mean_spend, dtype=float)
    below = p * x + q - 1
    return np.asarray(np.where(below > 0, p * (v + x * m) / np.where(below > 0, below, 1.0), np.nan))


def correlate(orders: ArrayLike, mean_spend: ArrayLike) -> float | None:
    """Pearson's correlation of orders and spend per order; the model wants it near 0. None where one does not vary."""
    x, m = np.asarray(orders, dtype=float), np.asarray(mean_spend, dtype=float)
    if x.size < 2 or not np.ptp(x) or not np.ptp(m):
        return None
    return float(np.corrcoef(x, m)[0, 1])

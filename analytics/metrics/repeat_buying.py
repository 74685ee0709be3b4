"""Buyers without a contract: how often each buys, and whether they still do (BG/NBD and MBG/NBD)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln, hyp2f1

from analytics.metrics.likelihood import Fit, Floats, maximise

MODELS = ("mbg_nbd", "bg_nbd")  # whether a buyer may be lost right after the first order, or only after a repeat
_START = (0.5, 5.0, 0.5, 1.0)
_LOG_BOUND = 7.0  # buyers who differ less than at e^7 might as well be alike, and ₂F₁ is still computable


@dataclass(frozen=True)
class Histories:
    """What is known of each buyer: repeat orders (x), and in one unit of time the age at the last order (t_x) and
    now (T), both since the first order; `buyers` are how many share that history.
    """

    repeats: Floats
    last: Floats
    age: Floats
    buyers: Floats

    @classmethod
    def of(cls, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> "Histories":
        """Histories of single buyers."""
        x, t_x, t = (np.asarray(values, dtype=float) for values in (repeats, last, age))
        return cls(x, t_x, t, np.ones_like(x))

    def compact(self) -> "Histories":
        """The distinct histories, with how many buyers share each: the same likelihood, sooner."""
        rows = np.column_stack([self.repeats, self.last, self.age])
        distinct, nth = np.unique(rows, axis=0, return_inverse=True)
        return Histories(
            distinct[:, 0], distinct[:, 1], distinct[:, 2], np.bincount(nth.ravel(), weights=self.buyers).astype(float)
        )


def fit_buying(histories: Histories, model: str = "mbg_nbd") -> Fit:
    """BG/NBD or MBG/NBD by maximum likelihood: parameters r, alpha (in the unit of time), a, b.

    While alive a buyer orders at a gamma-distributed rate; after each repeat order (MBG/NBD: after each order,
    the first included) they are lost with a beta-distributed chance. P. S. Fader, B. G. S. Hardie & K. L. Lee
    (2005), Marketing Science 24(2); E. P. Batislam, M. Denizel & A. Filiztekin (2007), IJRM 24(3).
    """
    seen = histories.compact()
    x, chances = seen.repeats, _chances(seen.repeats, model)

    def log_likelihood(r: float, alpha: float, a: float, b: float) -> float:
        rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        alive = betaln(a, b + chances) - (r + x) * np.log(alpha + seen.age)
        lost = betaln(a + 1, b + np.maximum(chances, 1) - 1) - (r + x) * np.log(alpha + seen.last)
        either = np.where(chances > 0, np.logaddexp(alive, lost), alive)
        return float(seen.buyers @ (rate + either))

    return maximise(log_likelihood, _START, _LOG_BOUND)


def alive_share(histories: Histories, model: str, r: float, alpha: float, a: float, b: float) -> Floats:
    """The probability that each buyer still buys.

    1 ÷ (1 + a ÷ (b + n − 1) · ((α + T) ÷ (α + t_x))^(r + x)), n the chances there were to be lost; 1 where there
    was none (BG/NBD: everybody with one order).
    """
    n = _chances(histories.repeats, model)
    growth = (r + histories.repeats) * np.log((alpha + histories.age) / (alpha + histories.last))
    odds = np.where(n > 0, a / (b + np.maximum(n, 1) - 1) * np.exp(np.minimum(growth, 700)), 0.0)
    return 1 / (1 + odds)


def expected_orders(histories: Histories, model: str, t: float, r: float, alpha: float, a: float, b: float) -> Floats:
    """Orders expected of each buyer in the next t units of time.

    P(alive) · (a + b + n − 1) ÷ (a − 1) · [1 − ((α + T) ÷ (α + T + t))^(r + x) · ₂F₁(r + x, b + n; a + b + n − 1;
    z)], z = t ÷ (α + T + t); written with Euler's transformation of ₂F₁, which stays small for frequent buyers.
    """
    n = _chances(histories.repeats, model)
    z = t / (alpha + histories.age + t)
    third = a + b + n - 1
    with np.errstate(all="ignore"):
        kept = (1 - z) ** (a - 1) * hyp2f1(third - r - histories.repeats, a - 1, third, z)
        if not np.all(np.isfinite(kept)):  # the transformed series overflows where a is very large
            plain = (1 - z) ** (r + histories.repeats) * hyp2f1(r + histories.repeats, b + n, third, z)
            kept = np.where(np.isfinite(kept), kept, plain)
    alive = alive_share(histories, model, r, alpha, a, b)
    return np.asarray(alive * third / (a - 1) * (1 - kept))


def _chances(repeats: Floats, model: str) -> Floats:
    """How often each buyer could have been lost by now."""
    return repeats + MODELS.index("bg_nbd") - MODELS.index(model)

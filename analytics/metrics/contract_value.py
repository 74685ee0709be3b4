"""Renewals of contracts: the shifted beta-geometric, in which customers differ in how likely each is to renew."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, hyp2f1

from analytics.contract.errors import UserError
from analytics.metrics.likelihood import Fit, Floats, maximise

_START = (1.0, 1.0)


def fit_renewals(lost: ArrayLike, kept: ArrayLike) -> Fit:
    """The shifted beta-geometric fitted to customers by renewal: parameters alpha, beta.

    `lost[t − 1]`: customers who left at renewal t; `kept[t − 1]`: customers who renewed t times and are still
    here. Log-likelihood Σ lost ln P(T = t) + Σ kept ln S(t), with S(t) = B(α, β + t) ÷ B(α, β) and P(T = t) =
    B(α + 1, β + t − 1) ÷ B(α, β). P. S. Fader & B. G. S. Hardie (2007), Journal of Interactive Marketing 21(1).
    UserError when nobody left or nobody stayed.
    """
    n_lost, n_kept = np.asarray(lost, dtype=float), np.asarray(kept, dtype=float)
    t = np.arange(1, n_lost.size + 1, dtype=float)
    if not n_lost.sum() or n_lost[0] == n_lost.sum() + n_kept.sum():
        raise UserError("renewals need customers who left and customers who renewed.", "", "Bring a longer history.")

    def log_likelihood(alpha: float, beta: float) -> float:
        leaves, stays = betaln(alpha + 1, beta + t - 1), betaln(alpha, beta + t)
        return float(n_lost @ leaves + n_kept @ stays - (n_lost.sum() + n_kept.sum()) * betaln(alpha, beta))

    return maximise(log_likelihood, _START)


def renewal_rate(t: ArrayLike, alpha: float, beta: float) -> Floats:
    """r_t: of those who face the t-th renewal, the share who renew, (β + t − 1) ÷ (α + β + t − 1); it rises with t."""
    faced = beta + np.asarray(t, dtype=float) - 1
    return np.asarray(faced / (alpha + faced))


def residual_terms(n: ArrayLike, discount: float, alpha: float, beta: float) -> Floats:
    """Discounted expected residual lifetime in terms, of a customer about to decide on the n-th renewal.

    (β + n − 1) ÷ (α + β + n − 1) · ₂F₁(1, β + n; α + β + n; 1 ÷ (1 + d)), where d discounts one term and the
    term that begins with the renewal is not discounted. P. S. Fader & B. G. S. Hardie (2010), Marketing Science 29(1).
    """
    faced = np.asarray(n, dtype=float)
    later = hyp2f1(1, beta + faced, alpha + beta + faced, 1 / (1 + discount))
    return np.asarray(renewal_rate(faced, alpha, beta) * later)

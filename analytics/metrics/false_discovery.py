"""Many questions asked at once: p-values that keep the share of false findings small."""

import numpy as np


def adjust_p_values(p: np.ndarray) -> np.ndarray:
    """The p-values after Benjamini and Hochberg, in the order given; nan (nothing was tested) stays nan.

    Of the findings whose adjusted value is at most q, on average no more than the share q is false. The k-th smallest
    of m becomes the smallest of p_(j) · m / j over j ≥ k, at most 1. Source: Benjamini, Hochberg (1995), J. R. Stat.
    Soc. B 57, 289–300. ValueError for a value outside 0–1.
    """
    values = np.asarray(p, dtype=np.float64)
    is_tested = ~np.isnan(values)
    tested = values[is_tested]
    if ((tested < 0) | (tested > 1)).any():
        raise ValueError("a p-value lies outside 0 to 1")
    order = np.argsort(tested)
    scaled = tested[order] * tested.size / np.arange(1, tested.size + 1)
    smallest_from_here = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.full(values.shape, np.nan)
    adjusted[np.flatnonzero(is_tested)[order]] = np.minimum(smallest_from_here, 1.0)
    return adjusted

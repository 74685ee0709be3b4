"""What a period would be expected to hold, from the others: a broken line and its seasons, fitted to the usual ones."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# periods per stretch of the broken line: about a quarter of days, half a year of weeks, a year of months
BEND = {"hour": 24 * 28, "day": 91, "week": 26, "month": 12, "quarter": 8, "year": 8}
_TUKEY = 4.685  # residuals beyond so many standard deviations have no weight: 95 % efficiency on a normal law
_ROUNDS = 24
_ENOUGH = 10.0  # events in a block: below, an unusual stretch of single events would not stand out
_LEAST_BLOCKS = 20
_LEAST_PER_LEVEL = 4  # full rounds of a season before it is fitted
_LEAST_MEAN = 1.0  # events a period: below, a season cannot be told from chance


def expect(
    counts: Floats, exposure: Floats, period: str, seasons: list[NDArray[np.int64]], is_usual: Flags, spread: float
) -> tuple[Floats, Floats]:
    """Expected counts of every period, from the usual ones alone, and how far each period was trusted (0-1).

    Seasons are ratios of means without their spikes. Then the periods are gathered in blocks of about ten events, and
    a broken line (one stretch per `BEND` periods) is fitted through 2 √((n + 3/8) ÷ exposure), whose spread hardly
    depends on its level (F. J. Anscombe, 1948): by least absolute deviations, then with Tukey's biweight (P. J. Huber,
    Robust Statistics, 7). It is scaled so that observed and expected agree over the blocks as weighted. spread:
    variance ÷ mean of the counts, below which the scale of the residuals never falls.
    """
    expected = exposure * _season(counts, exposure, seasons, is_usual)
    n = len(counts)
    blocks = np.arange(n) // _block_length(counts, n)
    usual = np.where(is_usual, 1.0, 0.0)
    held, offered = (np.bincount(blocks, values * usual).astype(np.float64) for values in (counts, expected))
    line = _broken_line(n, period)
    shares = np.bincount(blocks)
    middles = np.stack([np.bincount(blocks, column) / shares for column in line.T], axis=1)
    coefficients, weights = _fit(held, offered, middles, spread)
    shape = np.clip(line @ coefficients, 0.0, None) ** 2 / 4 * expected
    trust = weights[blocks] * is_usual
    level = (trust * shape).sum()
    # where nothing at all is usual, one in all of the usual periods is still possible
    least = expected / max((trust * expected).sum(), 1e-12)
    return np.maximum(shape * ((trust * counts).sum() / level) if level > 0 else shape, least), trust


def _block_length(counts: Floats, n: int) -> int:
    wanted = np.ceil(_ENOUGH / max(counts.mean(), 1e-12))
    return int(max(1, min(wanted, n // _LEAST_BLOCKS)))


def _broken_line(n: int, period: str) -> Floats:
    knots = np.linspace(0, n - 1, max(1, round(n / BEND[period])) + 1)
    return np.stack([np.interp(np.arange(n), knots, row) for row in np.eye(len(knots))], axis=1)


def _fit(held: Floats, offered: Floats, line: Floats, spread: float) -> tuple[Floats, Floats]:
    """Coefficients of the line and the weight of each block."""
    is_known = offered > 0
    heights = np.where(is_known, 2 * np.sqrt((held + 0.375) / np.where(is_known, offered, 1.0)), 0.0)
    weights, coefficients = np.ones_like(heights), np.zeros(line.shape[1])
    for turn in range(_ROUNDS):
        root = np.sqrt(offered * weights)
        coefficients = np.linalg.lstsq(line * root[:, None], heights * root, rcond=None)[0]
        errors = np.abs(heights - line @ coefficients) * np.sqrt(offered)
        if turn < _ROUNDS // 2:
            weights = 1 / np.maximum(errors, 0.05)
        else:
            scale = max(1.4826 * np.median(errors[is_known]), np.sqrt(spread))
            weights = np.clip(1 - (errors / (_TUKEY * scale)) ** 2, 0, None) ** 2
    return coefficients, weights


def _season(counts: Floats, exposure: Floats, seasons: list[NDArray[np.int64]], is_usual: Flags) -> Floats:
    """The factor of each period: its level's mean over the mean of all levels, season by season."""
    factor = np.ones_like(counts)
    for season in seasons:
        levels, places = np.unique(season, return_inverse=True)
        offered = exposure * factor
        use = is_usual & (offered > 0)
        if len(levels) < 2 or np.bincount(places[use], minlength=len(levels)).min() < _LEAST_PER_LEVEL:
            continue
        if counts[use].mean() < _LEAST_MEAN:
            continue
        rates = counts / np.where(offered > 0, offered, 1.0)
        means = np.array([_capped_mean(rates[use & (places == k)]) for k in range(len(levels))])
        factor = factor * (means / means.mean())[places]
    return factor


def _capped_mean(values: Floats) -> float:
    """Mean of the values, each at most as large as chance and their median allow, and one half more than nothing."""
    middle = np.median(values)
    return float((np.minimum(values, middle + 4 * np.sqrt(middle + 1)).sum() + 0.5) / len(values))

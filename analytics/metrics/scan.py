"""Which stretches of a series depart from what was to be expected: a scan over stretches of every length."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc

from analytics.metrics.expectation import Flags, Floats, expect

LEVEL = 0.05
LENGTHS = (1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91)  # periods of a stretch; each about 1.4 times the one before
LARGEST_SHARE = 4  # a stretch covers at most one in so many of the periods
LEAST_CUSTOMERS = 3  # behind a stretch with more than expected: one customer alone is no incident
# Simes' p-value is cautious where stretches overlap: on Poisson noise (12 to 540 periods, 0.3 to 30 events each) its
# smallest twentieth lies at .17 or above, measured over 6,000 series. Divided by this it is a twentieth.
CAUTION = 3.5
_MOST_STRETCHES = 8
_LEAST_TRUST = 0.2
_MOST_ERROR = 3.0  # standard deviations: what counts at most towards the scatter of usual periods
_FEW = 5.0
_ENOUGH = 10.0  # events from which the spread over customers is estimated


@dataclass(frozen=True, kw_only=True)
class Counts:
    """One series: events by period, what they are counted over (ones without `per`), who did them, and how they
    spread over customers: the sum over customers of (events − rate × exposure)²."""

    n: Floats
    exposure: Floats
    customers: Floats
    squares: Floats
    period: str
    seasons: list[NDArray[np.int64]] = field(default_factory=list)
    least_spread: float = 1.0  # variance ÷ mean: a count is at least as uneven as Poisson's, a share may be less


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Periods first … last of a series (places in it), the probability of such a one by chance after the whole scan,
    and what was observed and expected in it."""

    first: int
    last: int
    p: float
    observed: float
    expected: float


def scan_series(series: Counts) -> list[Stretch]:
    """The stretches that depart from the expectation of `expect`, strongest first, and at last the first that does not.

    Stretches of `LENGTHS`, up to a quarter of the calendar, moved by a quarter of their length, are compared with
    Poisson's law, its spread widened by three measured things: the events of one customer hang together, usual
    periods scatter, and neighbours resemble each other. The best of them (by deviance, M. Kulldorff, 1997) is found
    with the p-value of Simes (1986) over all that remain, divided by `CAUTION`; its ends are then moved to where the
    deviance is largest, it leaves the expectation, and the search goes on while p ≤ 5 %.
    """
    is_usual = np.ones(len(series.n), dtype=np.bool_)
    found: list[Stretch] = []
    least_p = 0.0
    for _ in range(_MOST_STRETCHES):
        expected, spread, likeness = _model(series, is_usual)
        bounds = _list_stretches(is_usual)
        if not len(bounds):
            break
        deviance, p = _compare(series, expected, spread, likeness, bounds)
        least_p = max(least_p, _simes(p) / CAUTION)
        first, after = _widen(series, expected, spread, is_usual, bounds[np.argmax(deviance)])
        observed, usual = float(series.n[first:after].sum()), float(expected[first:after].sum())
        found.append(Stretch(first=first, last=after - 1, p=least_p, observed=observed, expected=usual))
        is_usual[first:after] = False
        if least_p > LEVEL or is_usual.sum() * 2 < len(is_usual):
            break
    return _expect_again(series, found)


def _expect_again(series: Counts, found: list[Stretch]) -> list[Stretch]:
    """The stretches with what is expected once all that was found is left out."""
    is_usual = np.ones(len(series.n), dtype=np.bool_)
    for one in found:
        is_usual[one.first : one.last + 1] &= one.p > LEVEL
    if not is_usual.any():
        return found
    expected, _, _ = _model(series, is_usual)
    sums = [expected[one.first : one.last + 1].sum() for one in found]
    return [
        Stretch(first=one.first, last=one.last, p=one.p, observed=one.observed, expected=float(usual))
        for one, usual in zip(found, sums, strict=True)
    ]


def _model(series: Counts, is_usual: Flags) -> tuple[Floats, float, float]:
    """Expected counts, variance ÷ mean, and the likeness (autocorrelation) of neighbouring periods."""
    cluster = _cluster(series, is_usual)
    expected, trust = expect(series.n, series.exposure, series.period, series.seasons, is_usual, cluster)
    is_known = (trust > _LEAST_TRUST) & (expected > 0)
    if not is_known.any():
        return expected, cluster, 0.0
    cluster = _cluster(series, is_known)
    errors = np.zeros_like(expected)
    errors[is_known] = (series.n - expected)[is_known] / np.sqrt(expected[is_known])
    # the median fails on counts near one, the mean on a stretch that is not left out yet
    cut = np.minimum(errors[is_known] ** 2, _MOST_ERROR**2 * cluster)
    scatter = float(min(cut.mean(), (1.4826 * np.median(np.abs(errors[is_known]))) ** 2))
    spread = max(cluster, scatter, series.least_spread)
    cut = np.clip(errors / np.sqrt(spread), -2, 2)
    cut -= cut[is_known].mean()
    pairs = is_known[1:] & is_known[:-1]
    if pairs.sum() < 2:
        return expected, spread, 0.0
    likeness = (cut[1:] * cut[:-1])[pairs].mean() / max(float((cut[is_known] ** 2).mean()), 0.05)
    return expected, spread, float(np.clip(likeness, 0.0, 0.9))


def _cluster(series: Counts, among: Flags) -> float:
    chosen = among if series.n[among].sum() >= _ENOUGH else np.ones_like(among)
    return max(float(series.squares[chosen].sum() / max(series.n[chosen].sum(), 1.0)), series.least_spread)


def _list_stretches(is_usual: Flags) -> NDArray[np.int64]:
    """(first, after) of every stretch to be compared, none of which touches what was found before."""
    n = len(is_usual)
    taken = np.concatenate([[0], np.cumsum(~is_usual)])
    parts = []
    for length in LENGTHS:
        if length <= max(1, n // LARGEST_SHARE):
            starts = np.arange(0, n - length + 1, max(1, length // 4))
            parts.append(np.stack([starts, starts + length], axis=1))
    bounds = np.concatenate(parts)
    return bounds[taken[bounds[:, 1]] == taken[bounds[:, 0]]]


def _compare(
    series: Counts, expected: Floats, spread: float, likeness: float, bounds: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Deviance and p-value of each stretch; both say nothing where too few customers are behind it."""
    first, after = bounds[:, 0], bounds[:, 1]
    observed, usual, people = (
        np.concatenate([[0.0], np.cumsum(values)]) for values in (series.n, expected, series.customers)
    )
    n, mean = observed[after] - observed[first], np.maximum(usual[after] - usual[first], 1e-12)
    wide = spread * _widening(after - first, likeness)
    wide = np.where(mean < _FEW, np.maximum(wide, 1.0), wide)  # few events are no more even than Poisson's
    deviance = 2 * (n * np.log(np.maximum(n, 1e-12) / mean) - (n - mean)) / wide
    more = gammainc(np.maximum(n, 1e-12) / wide, mean / wide)
    less = gammaincc(n / wide + 1, mean / wide)
    # where even nothing at all would not be unusual, only more than expected is looked for
    two_sided = np.where(np.exp(-mean / wide) > LEVEL, 1.0, 2.0)
    p = np.minimum(1.0, two_sided * np.where(n > mean, more, np.where(two_sided > 1, less, 1.0)))
    too_few = (n > mean) & (people[after] - people[first] < LEAST_CUSTOMERS)
    return np.where(too_few, 0.0, deviance), np.where(too_few, 1.0, p)


def _widening(lengths: NDArray[np.int64], likeness: float) -> Floats:
    """How much more a sum of so many like neighbours varies than a sum of strangers: 1 + 2 Σ (1 − k/L) r^k."""
    r, size = likeness, lengths.astype(np.float64)
    return 1 + 2 * (r / (1 - r) - r * (1 - r**size) / (size * (1 - r) ** 2))


def _widen(
    series: Counts, expected: Floats, spread: float, is_usual: Flags, best: NDArray[np.int64]
) -> tuple[int, int]:
    """The ends, moved by up to half the stretch, where its deviance is largest."""
    first, after = int(best[0]), int(best[1])
    reach = max(1, (after - first) // 2)
    starts = np.arange(max(0, first - reach), min(after, first + reach + 1))
    ends = np.arange(max(first + 1, after - reach), min(len(is_usual), after + reach) + 1)
    pairs = np.stack(np.meshgrid(starts, ends, indexing="ij"), axis=-1).reshape(-1, 2)
    taken = np.concatenate([[0], np.cumsum(~is_usual)])
    pairs = pairs[(pairs[:, 1] > pairs[:, 0]) & (taken[pairs[:, 1]] == taken[pairs[:, 0]])]
    rose = series.n[first:after].sum() > expected[first:after].sum()
    sums = np.concatenate([[0.0], np.cumsum(series.n - expected)])
    pairs = pairs[(sums[pairs[:, 1]] - sums[pairs[:, 0]] > 0) == rose]
    if not len(pairs):
        return first, after
    deviance, _ = _compare(series, expected, spread, 0.0, pairs)
    start, end = pairs[np.argmax(deviance)]
    return int(start), int(end)


def _simes(p: Floats) -> float:
    ordered = np.sort(p)
    return float(min(1.0, (ordered * len(ordered) / np.arange(1, len(ordered) + 1)).min()))

"""Random numbers addressed by customer, week and purpose, so that a re-run with one lever moved meets the same luck."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_RATES = np.geomspace(0.005, 60.0, 400)
_N_QUANTILES = 2048


def _scramble(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014), in place."""
    words ^= words >> np.uint64(30)
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(27)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= words >> np.uint64(31)
    return words


def _scramble_word(word: int) -> int:
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)


@dataclass(frozen=True)
class Draws:
    """Uniform numbers of a set of customers: the same (seed, customer, name, step, slot, replicate) is the same number.

    `keys` holds one scrambled word per customer; `replicate` 0 is the company's history, 1, 2, … other futures.
    """

    keys: NDArray[np.uint64]
    replicate: int = 0

    @classmethod
    def of(cls, seed: int, customers: NDArray[np.int64]) -> "Draws":
        """Draws of these customers (their numbers from 0) under a seed."""
        start = np.uint64(_scramble_word((seed * _GOLDEN + 1) & _MASK))
        words = customers.astype(np.uint64) * np.uint64(_GOLDEN)
        return cls(_scramble(words ^ start))

    def take(self, rows: NDArray[Any], replicate: int = 0) -> "Draws":
        """The draws of some customers in one possible future."""
        return Draws(self.keys[rows], replicate)

    def uniform(self, name: str, step: int = 0, rows: NDArray[Any] | None = None, slot: Ints | None = None) -> Floats:
        """One number in (0, 1) per customer, or per entry of `rows`; `slot` tells several things of one week apart."""
        word = _scramble_word(crc32(name.encode()) + (step << 32) + (self.replicate << 48))
        words = (self.keys if rows is None else self.keys[rows]) + np.uint64(word)
        if slot is not None:
            words += slot.astype(np.uint64) * np.uint64(_GOLDEN)
        words = _scramble(words)
        words >>= np.uint64(11)
        numbers = words.astype(np.float64)
        numbers += 0.5
        numbers *= 2.0**-53
        return numbers


def to_normal(uniforms: Floats) -> Floats:
    """Standard normal quantiles."""
    quantiles: Floats = ndtri(uniforms)
    return quantiles


@cache
def _poisson_quantiles() -> NDArray[np.int64]:
    middles = (np.arange(_N_QUANTILES) + 0.5) / _N_QUANTILES
    chances = np.exp(-_RATES)
    below, quantiles = chances.copy(), np.zeros((len(_RATES), _N_QUANTILES), dtype=np.int64)
    for count in range(1, 120):
        quantiles += middles[None, :] > below[:, None]
        chances = chances * _RATES / count
        below += chances
    return quantiles


def to_poisson(uniforms: Floats, rates: Floats) -> Ints:
    """Poisson quantiles by table: the nearest of 400 rates (2.4 % apart), the tail cut at 1 in 4,096."""
    scale = (len(_RATES) - 1) / np.log(_RATES[-1] / _RATES[0])
    nearest = np.rint(np.log(np.clip(rates, _RATES[0], _RATES[-1]) / _RATES[0]) * scale).astype(np.int64)
    counts: Ints = _poisson_quantiles()[nearest, (uniforms * _N_QUANTILES).astype(np.int64)]
    return counts


def to_choice(uniforms: Floats, weights: Floats | tuple[float, ...]) -> Ints:
    """Index chosen by weight; `weights` is one list for all, or one row per number."""
    shares = np.cumsum(np.asarray(weights, dtype=np.float64), axis=-1)
    shares = shares / shares[..., -1:]
    chosen: Ints = (uniforms[:, None] > shares).sum(axis=1)
    return chosen

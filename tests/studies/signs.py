"""Many companies of known truth: are planted signs found, and does noise survive?

Run all of it: `python3 run.py studies signs chance`.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from analytics.contract.signs import QUIET_DAYS
from analytics.intake.sample.customers import draw_customers
from analytics.intake.sample.draws import Draws
from analytics.intake.sample.process import write_history
from analytics.intake.sample.tables import Tables
from analytics.intake.sample.timeline import Timeline
from analytics.intake.sample.world import NOISE_SIGNS, PLANTED_SIGNS
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.question import Question
from analytics.metrics.signals import LEVEL, signals
from analytics.metrics.signals_episodes import Spells, Stays
from analytics.metrics.signals_verdicts import lay_background, measure_sign
from analytics.store.dataset import Dataset
from tests.metrics.factory import build


def study_signs(seeds: Iterable[int], customers: int = 1500, months: int = 36) -> pl.DataFrame:
    """One row per seed and sign of known truth: seed, signal, is_planted, is_found, lift, low, high, adjusted_p.

    Found means: an adjusted p-value of at most .05 and the whole interval of the lift above 1. A sign that the answer
    does not list has nulls and is not found.
    """
    return pl.concat([_judge(seed, customers, months) for seed in seeds])


def share_found(rows: pl.DataFrame, *, is_planted: bool) -> float:
    """The share of the planted signs, or of the noise, that was found, over all seeds."""
    return float(rows.filter(pl.col("is_planted") == is_planted)["is_found"].mean())  # type: ignore[arg-type]


def _judge(seed: int, customers: int, months: int) -> pl.DataFrame:
    known = [{"signal": name, "is_planted": True} for name in PLANTED_SIGNS]
    known += [{"signal": name, "is_planted": False} for name in NOISE_SIGNS]
    with tempfile.TemporaryDirectory() as folder:
        answer = signals(simulate(Path(folder), seed, customers, months), Question())
    rows = pl.DataFrame(known).join(answer, on="signal", how="left", maintain_order="left")
    is_found = ((pl.col("adjusted_p") <= LEVEL) & (pl.col("low") > 1)).fill_null(False)
    return rows.select(
        pl.lit(seed).alias("seed"),
        "signal",
        "is_planted",
        is_found.alias("is_found"),
        "lift",
        "low",
        "high",
        "adjusted_p",
    )


def simulate(folder: Path, seed: int, customers: int, months: int) -> Dataset:
    """The sample company's tables of a seed, built; its truth is not measured, which saves most of the time."""
    timeline, numbers = Timeline(months), np.arange(customers)
    draws = Draws.of(seed, numbers)
    history = write_history(timeline, draws, draw_customers(draws, numbers, customers, timeline), [timeline.n_steps])
    return build(folder, {name: rows for name, rows in Tables(timeline, history).build().items() if rows.height})


def study_chance(seeds: Iterable[int], n_signs: int = 12) -> pl.DataFrame:
    """One row per seed and sign that fires at random: seed, p_value, adjusted_p (over the signs of the seed).

    The customers differ in how readily they leave, come and go all the time, and the signs in how often they fire.
    """
    rows = []
    for seed in seeds:
        draws = np.random.default_rng(seed)
        stays = _draw_stays(draws, n_days=500, n_customers=400)
        background = lay_background(stays)
        worths = [measure_sign(background, _fire(draws, stays)) for _ in range(n_signs)]
        p_values = np.array([worth.p_value for worth in worths], dtype=float)
        adjusted = adjust_p_values(p_values)
        rows.append(pl.DataFrame({"seed": [seed] * n_signs, "p_value": p_values, "adjusted_p": adjusted}))
    return pl.concat(rows)


def _draw_stays(draws: np.random.Generator, n_days: int, n_customers: int) -> Stays:
    start = draws.integers(0, n_days - 200, n_customers)
    end = start + draws.exponential(draws.choice([150.0, 900.0], n_customers)).astype(np.int64) + 1
    return Stays(
        customer=np.arange(n_customers),
        start=start,
        end=np.minimum(end, n_days),
        is_over=end < n_days,
        n_days=n_days,
        gap_days=14,
        horizon_days=90,
    )


def _fire(draws: np.random.Generator, stays: Stays) -> Spells:
    """A sign that fires on any day of a stay with one chance, whoever the customer is."""
    chance = draws.choice([0.0005, 0.002, 0.01])
    spells = []
    for stay, (start, end) in enumerate(zip(stays.start, stays.end, strict=True)):
        days = start + np.flatnonzero(draws.random(end - start) < chance)
        if days.size:
            cuts = np.flatnonzero(np.diff(days) >= QUIET_DAYS) + 1
            spells += [(stay, part[0], part[-1], min(part[-1] + QUIET_DAYS, end)) for part in np.split(days, cuts)]
    stay, began, last, until = (np.array([spell[n] for spell in spells], dtype=np.int64) for n in range(4))
    return Spells(stay=stay, began=began, last=last, until=until)


def sum_up(found: pl.DataFrame) -> pl.DataFrame:
    """One row: companies, the share of planted signs found and of noise signs surviving."""
    return pl.DataFrame(
        {
            "companies": [found["seed"].n_unique()],
            "planted_found": [share_found(found, is_planted=True)],
            "noise_surviving": [share_found(found, is_planted=False)],
        }
    )


def sum_up_chance(found: pl.DataFrame) -> pl.DataFrame:
    """One row: runs of pure chance, and the share of them with any finding."""
    runs = found.group_by("seed").agg(has_found=(pl.col("adjusted_p") <= LEVEL).any())
    return runs.select(runs=pl.len(), with_any_finding=pl.col("has_found").mean())

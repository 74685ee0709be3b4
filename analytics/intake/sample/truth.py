"""What is true of the company: lever effects, tests, stage rates, the incident, signs, every customer's probability."""

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from analytics.contract.settings import Stages
from analytics.intake.sample import world
from analytics.intake.sample.customers import Customers
from analytics.intake.sample.futures import GAP_DAYS, HORIZON_DAYS, Scene, mean_probability
from analytics.intake.sample.moves import CONTRASTS, MOVES, MoveEffects
from analytics.intake.sample.names import customer_ids
from analytics.intake.sample.process import History
from analytics.intake.sample.stages import StageSums
from analytics.intake.sample.state import PAID
from analytics.intake.sample.timeline import Timeline
from analytics.intake.sample.trials import TRIALS, first_step, measure_trial

_WEEKS_BETWEEN = 13
_N_SCENES = 5
_SCENES_OF_MOVES = slice(0, None, 4)  # now, and a year ago
_FIRST_SCENE_STEP = 26
_FUTURES_NOW, _FUTURES_BEFORE, _FUTURES_OF_MOVES = 10, 3, 1
_DAYS_BEFORE_SCENE = 1  # a scene begins the day after its as-of


def scene_steps(timeline: Timeline) -> list[int]:
    """The weeks whose beginning is looked at from: the end of the data, and every 13 weeks before (a year at most)."""
    steps = [timeline.n_steps - _WEEKS_BETWEEN * back for back in range(_N_SCENES)]
    return [step for step in steps if step >= _FIRST_SCENE_STEP]


def kept_steps(timeline: Timeline) -> list[int]:
    """The weeks at whose beginning the first block's states are kept."""
    return scene_steps(timeline) + [first_step(timeline, trial) for trial in TRIALS]


def scene_of(timeline: Timeline, history: History, step: int) -> Scene:
    """The customers paying at the beginning of a week."""
    rows = np.flatnonzero(history.states[step].phase == PAID)
    return Scene(
        timeline, step, history.draws.take(rows), history.customers.take(rows), history.states[step].take(rows)
    )


def true_hazards(timeline: Timeline, history: History, *, is_first: bool) -> pl.DataFrame:
    """One row per customer and as-of day: customer_id, as_of (date), horizon_days, probability (fraction), gap_days.

    The first block is looked at closely and at earlier days too; the others, of large companies, on the last day only.
    """
    frames = []
    for step in scene_steps(timeline) if is_first else [timeline.n_steps]:
        scene = scene_of(timeline, history, step)
        is_close = is_first and step == timeline.n_steps
        probabilities = mean_probability(scene, _FUTURES_NOW if is_close else _FUTURES_BEFORE)
        frames.append(_hazard_rows(timeline, scene.customers, step, probabilities))
    return pl.concat(frames)


def _hazard_rows(timeline: Timeline, customers: Customers, step: int, probabilities: Any) -> pl.DataFrame:
    as_of = timeline.date_of(timeline.first_day(step) - _DAYS_BEFORE_SCENE)
    return pl.DataFrame(
        {"customer_id": customer_ids(customers.numbers), "probability": probabilities},
    ).select(
        "customer_id",
        pl.lit(as_of).alias("as_of"),
        pl.lit(HORIZON_DAYS, dtype=pl.Int32).alias("horizon_days"),
        "probability",
        pl.lit(GAP_DAYS, dtype=pl.Int32).alias("gap_days"),
    )


def measure_causes(timeline: Timeline, history: History) -> dict[str, Any]:
    """`levers`, `contrasts` (further moves of them) and `experiments` of `truth.json`, from one block of customers."""
    scenes = [scene_of(timeline, history, step) for step in scene_steps(timeline)[_SCENES_OF_MOVES]]
    effects = MoveEffects(scenes, _FUTURES_OF_MOVES)
    return {
        "levers": [effects.measure(move) for move in MOVES],
        "contrasts": [effects.measure(move) for move in CONTRASTS],
        "experiments": [measure_trial(trial, timeline, history) for trial in TRIALS],
    }


def describe_truth(timeline: Timeline, causes: dict[str, Any], sums: StageSums, rules: Stages) -> dict[str, Any]:
    """The whole of `truth.json`."""
    first, last = timeline.incident
    return {
        **causes,
        "stage_rates": sums.rates(),
        "stage_customer_months": sums.months(),
        "stage_rules": asdict(rules),
        "incident": {
            "from": timeline.date_of(first).isoformat(),
            "to": timeline.date_of(last - 1).isoformat(),
            "stage": "adoption",
        },
        "signals": {
            "planted": list(world.PLANTED_SIGNS),
            "noise": list(world.NOISE_SIGNS),
            "rules": {**world.PLANTED_SIGNS, **world.NOISE_SIGNS},
        },
        "log_odds": dict(world.EFFECTS),
    }

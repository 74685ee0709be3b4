"""True effects of the two randomised tests: the history run again with everybody treated, and with nobody."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.intake.sample.draws import Floats, Ints
from analytics.intake.sample.futures import HORIZON_DAYS, Survival
from analytics.intake.sample.hazard import Hazards
from analytics.intake.sample.money import RETRY_WINDOW
from analytics.intake.sample.people import WELCOME_WINDOW
from analytics.intake.sample.process import History, follow
from analytics.intake.sample.state import Week
from analytics.intake.sample.timeline import Timeline

_HORIZONS = (30, 60, HORIZON_DAYS, 180)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A randomised test: its lever, who takes part, and where the state keeps the first day."""

    experiment: str
    lever: str
    population: str
    joined_on: str
    arm: str
    window: tuple[float, float]


TRIALS = (
    Trial(
        experiment="welcome_training",
        lever="training",
        population="customers who begin to pay in the window, from their first paid day",
        joined_on="welcome_on",
        arm="training",
        window=WELCOME_WINDOW,
    ),
    Trial(
        experiment="payment_retries",
        lever="payment_retries",
        population="customers whose payment first fails in the window, from its due date",
        joined_on="retries_on",
        arm="retries",
        window=RETRY_WINDOW,
    ),
)


def first_step(timeline: Timeline, trial: Trial) -> int:
    """The week in which the first participant may join; until then the arms are the same."""
    return timeline.step_of(timeline.window(*trial.window)[0])


def measure_trial(trial: Trial, timeline: Timeline, history: History) -> dict[str, Any]:
    """The entry of one test for `truth.json`: mean change of the probability of having left some days after joining."""
    spans = (
        *(days for days in _HORIZONS if trial.window[1] * timeline.n_days + days <= timeline.n_days),
        timeline.n_days,
    )
    rows = np.flatnonzero(getattr(history.states[timeline.n_steps], trial.joined_on) >= 0)
    treated, control = (1 - _staying(trial, timeline, history, rows, spans, arm) for arm in (True, False))
    effects = {str(days): _mean(gap) for days, gap in zip(spans[:-1], (treated - control)[:-1], strict=True)}
    first, last = timeline.window(*trial.window)
    return {
        "experiment": trial.experiment,
        "arm": "treated",
        "effect": effects[str(HORIZON_DAYS)],
        "horizon_days": HORIZON_DAYS,
        "lever": trial.lever,
        "customers": len(rows),
        "control_rate": _mean(control[spans.index(HORIZON_DAYS)]),
        "effect_by_days": effects,
        "effect_by_end_of_data": _mean((treated - control)[-1]),
        "from": timeline.date_of(first).isoformat(),
        "to": timeline.date_of(last - 1).isoformat(),
        "population": trial.population,
    }


def _staying(
    trial: Trial, timeline: Timeline, history: History, rows: Ints, spans: tuple[int, ...], arm: bool
) -> Floats:
    """(spans, participants): probability of still being there, with all of them in one arm."""
    customers = history.customers.take(rows).with_arms(**{trial.arm: arm})
    step = first_step(timeline, trial)
    survival = Survival(len(rows), spans)

    def visit(week: Week, chances: Hazards) -> None:
        survival.take_week(week, chances, getattr(week.state, trial.joined_on))

    state = history.states[step].take(rows)
    follow(timeline, history.draws.take(rows), customers, state, range(step, timeline.n_steps), visit)
    return survival.staying


def _mean(values: Floats) -> float:
    return float(np.mean(values)) if values.size else 0.0

"""Possible futures: the true probability that a customer leaves in a window, by continuing the process from a state."""

from dataclasses import dataclass

import numpy as np

from analytics.intake.sample.customers import Customers
from analytics.intake.sample.draws import Draws, Floats, Ints
from analytics.intake.sample.hazard import Hazards
from analytics.intake.sample.process import follow
from analytics.intake.sample.state import State, Week
from analytics.intake.sample.timeline import Timeline

GAP_DAYS = 14
HORIZON_DAYS = 90


class Survival:
    """Running probability of not having left, from each customer's first day (`from_days`) on, for several spans.

    The path continues as if nobody left, and every week's true hazard is taken off: no luck of the departure remains.
    """

    def __init__(self, n: int, spans: tuple[int, ...]) -> None:
        self.spans = spans
        self.staying = np.ones((len(spans), n))

    def take_week(self, week: Week, chances: Hazards, from_days: Ints | int) -> None:
        """Take the hazards of one week off, as far as its days lie inside each span."""
        evenly = chances.evenly
        for staying, span in zip(self.staying, self.spans, strict=True):
            until = np.minimum(np.asarray(from_days) + span, week.first_day + 7)
            covered = np.clip(until - np.maximum(from_days, week.first_day), 0, 7)
            ends = chances.term_ends_on
            at_term = np.where((ends > from_days) & (ends <= np.asarray(from_days) + span), chances.at_term, 0.0)
            staying *= (1 - evenly * covered / 7) * (1 - at_term)


@dataclass
class Scene:
    """Customers who pay at the beginning of a week, and everything the process knows of them."""

    timeline: Timeline
    step: int
    draws: Draws
    customers: Customers
    state: State

    @property
    def first_day(self) -> int:
        """The day the futures begin."""
        return self.timeline.first_day(self.step)

    def copy(self, replicate: int) -> "Scene":
        """The same scene in another possible future."""
        everyone = np.arange(len(self.customers.numbers))
        return Scene(
            self.timeline, self.step, self.draws.take(everyone, replicate), self.customers, self.state.take(everyone)
        )

    def probability(self) -> Floats:
        """Probability of leaving in the HORIZON_DAYS after the gap, given not leaving in the gap. Uses the scene up."""
        survival = Survival(len(self.customers.numbers), (GAP_DAYS, GAP_DAYS + HORIZON_DAYS))
        n_weeks = -(-(GAP_DAYS + HORIZON_DAYS) // 7)

        def visit(week: Week, chances: Hazards) -> None:
            survival.take_week(week, chances, self.first_day)

        follow(self.timeline, self.draws, self.customers, self.state, range(self.step, self.step + n_weeks), visit)
        probabilities: Floats = 1 - survival.staying[1] / survival.staying[0]
        return probabilities


def mean_probability(scene: Scene, n_futures: int) -> Floats:
    """Probability of leaving in the window, averaged over possible futures of use, service, payments and contacts."""
    total = np.zeros(len(scene.customers.numbers))
    for replicate in range(1, n_futures + 1):
        total += scene.copy(replicate).probability()
    return total / n_futures

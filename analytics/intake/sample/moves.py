"""True effects of the levers: the process continued twice with the same luck, once with the lever moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats
from analytics.intake.sample.futures import GAP_DAYS, HORIZON_DAYS, Scene
from analytics.intake.sample.state import NEVER

Change = Callable[[Scene], None]
_SHORTEST_RESPONSE_HOURS = 0.25


def leave_alone(scene: Scene) -> None:
    """Leave everything as it is."""


def applies_to_all(scene: Scene) -> Flags:
    """Every customer."""
    return np.ones(len(scene.customers.numbers), bool)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One move of one lever; the effect compares `change` with `instead` among the customers `applies` holds for."""

    lever: str
    move: str
    against: str
    state: str  # what is moved, as it stands in the tables
    confounding: str
    change: Change
    instead: Change = leave_alone
    applies: Callable[[Scene], Flags] = applies_to_all


def _has_tickets(scene: Scene) -> Flags:
    has: Flags = scene.state.tickets.sum(axis=0) > 0
    return has


def _is_renewing(scene: Scene) -> Flags:
    days_left = scene.state.renews_on - scene.first_day
    return (days_left > GAP_DAYS) & (days_left <= GAP_DAYS + HORIZON_DAYS)


def _answer_faster(hours: float) -> Change:
    def change(scene: Scene) -> None:
        tickets = scene.state.tickets
        scene.state.hours = np.maximum(scene.state.hours - hours * tickets, _SHORTEST_RESPONSE_HOURS * tickets)

    return change


def _complete(steps: int, *, add: bool = False) -> Change:
    def change(scene: Scene) -> None:
        done = scene.state.n_steps_done * add + steps
        scene.state.n_steps_done = np.minimum(done, world.ONBOARDING_STEPS)

    return change


def _some_week(scene: Scene, name: str) -> Floats:
    """How many weeks ago, evenly over the weeks that are remembered (from 1)."""
    return 1 + np.floor(world.MEMORY_WEEKS * scene.draws.uniform("move " + name, scene.step))


def _set_recent(name: str, is_recent: bool) -> Change:
    def change(scene: Scene) -> None:
        weeks_ago = _some_week(scene, name).astype(np.int64)
        steps = scene.step - weeks_ago if is_recent else np.full(len(weeks_ago), NEVER)
        setattr(scene.state, name, steps)

    return change


def _check_in(*, more: bool, keep: bool) -> Change:
    def change(scene: Scene) -> None:
        scene.state.check_ins *= keep
        slots = (scene.step - _some_week(scene, "check_ins").astype(np.int64)) % world.MEMORY_WEEKS
        scene.state.check_ins[slots, np.arange(len(slots))] += more

    return change


def _give_retries(has_retries: bool) -> Change:
    def change(scene: Scene) -> None:
        scene.state.has_retries[:] = has_retries

    return change


def _give_manager(has_manager: bool) -> Change:
    def change(scene: Scene) -> None:
        scene.customers = replace(scene.customers, has_manager=np.full(len(scene.customers.numbers), has_manager))

    return change


def _adopt(scene: Scene) -> None:
    scene.state.n_features = np.minimum(scene.state.n_features + 1, len(world.FEATURES))


def _settle_payments(scene: Scene) -> None:
    scene.state.dunning[:] = 0


_SEEN = "observed causes only"
_HIDDEN = "also the hidden need for help"
_DRAWN = "none: drawn at random"

MOVES: tuple[Move, ...] = (
    Move(
        lever="first_response_hours",
        move="-2",
        against="current",
        state="hours to the first response of every ticket of the last 91 days",
        confounding=_SEEN,
        change=_answer_faster(2.0),
        applies=_has_tickets,
    ),
    Move(
        lever="onboarding_completion",
        move="+0.2",
        against="current",
        state="share of the five onboarding steps done",
        confounding=_SEEN,
        change=_complete(1, add=True),
    ),
    Move(
        lever="training",
        move="1",
        against="0",
        state="a training in the last 91 days",
        confounding=_HIDDEN,
        change=_set_recent("training_step", True),
        instead=_set_recent("training_step", False),
    ),
    Move(
        lever="check_ins",
        move="+1",
        against="current",
        state="check-ins in the last 91 days",
        confounding=_HIDDEN,
        change=_check_in(more=True, keep=True),
    ),
    Move(
        lever="renewal_discount",
        move="1",
        against="0",
        state="a discount offered in the last 91 days, where the term ends inside the window",
        confounding=_HIDDEN,
        change=_set_recent("discount_step", True),
        instead=_set_recent("discount_step", False),
        applies=_is_renewing,
    ),
    Move(
        lever="payment_retries",
        move="1",
        against="0",
        state="smart retries of failed payments",
        confounding=_DRAWN,
        change=_give_retries(True),
        instead=_give_retries(False),
    ),
    Move(
        lever="success_manager",
        move="1",
        against="0",
        state="customers.success_manager",
        confounding=_HIDDEN,
        change=_give_manager(True),
        instead=_give_manager(False),
    ),
    Move(
        lever="feature_breadth",
        move="+1",
        against="current",
        state="different features adopted so far",
        confounding=_SEEN,
        change=_adopt,
    ),
    Move(
        lever="payment_failures",
        move="0",
        against="current",
        state="failed payments that are still open",
        confounding=_SEEN,
        change=_settle_payments,
    ),
)
_ANSWERS, _STEPS, _, _CHECKS = MOVES[:4]
CONTRASTS: tuple[Move, ...] = (  # further moves of the same levers
    replace(_ANSWERS, move="-4", change=_answer_faster(4.0)),
    replace(_ANSWERS, move="+4", change=_answer_faster(-4.0)),
    replace(_STEPS, move="1", change=_complete(world.ONBOARDING_STEPS)),
    replace(_STEPS, move="1", against="0.2", change=_complete(world.ONBOARDING_STEPS), instead=_complete(1)),
    replace(
        _CHECKS,
        move="1",
        against="0",
        change=_check_in(more=True, keep=False),
        instead=_check_in(more=False, keep=False),
    ),
)


class MoveEffects:
    """Measures moves over the same scenes and futures; what happens without a move is followed once."""

    def __init__(self, scenes: Sequence[Scene], n_futures: int) -> None:
        self.scenes = [scene.copy(replicate) for scene in scenes for replicate in range(1, n_futures + 1)]
        self.n_futures = n_futures
        self.unmoved = [_after(scene, leave_alone) for scene in self.scenes]

    def measure(self, move: Move) -> dict[str, str | int | float]:
        """The entry of one move for `truth.json`: mean change of the probability of leaving over all scenes."""
        gaps, baselines = [], []
        for scene, unmoved in zip(self.scenes, self.unmoved, strict=True):
            applies = move.applies(scene)
            before = unmoved if move.instead is leave_alone else _after(scene, move.instead)
            gaps.append((_after(scene, move.change) - before)[applies])
            baselines.append(before[applies])
        effects = np.concatenate(gaps)
        return {
            "lever": move.lever,
            "move": move.move,
            "horizon_days": HORIZON_DAYS,
            "effect": float(effects.mean()) if len(effects) else 0.0,
            "against": move.against,
            "gap_days": GAP_DAYS,
            "baseline": float(np.concatenate(baselines).mean()) if len(effects) else 0.0,
            "customers": len(effects) // self.n_futures,
            "state": move.state,
            "confounding": move.confounding,
        }


def _after(scene: Scene, change: Change) -> Floats:
    """Every customer's probability after a change, in the scene's own future."""
    changed = scene.copy(scene.draws.replicate)
    change(changed)
    return changed.probability()

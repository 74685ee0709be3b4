"""Where customers are after a time when they move between several states: the multi-state Aalen–Johansen estimate."""

import numpy as np

from analytics.metrics.likelihood import Floats


def estimate_probabilities(present: Floats, moved: Floats) -> Floats:
    """P(s, t): the share of those in each state (row) at s who are in each state (column) at t.

    present: (…, days, states) customers in a state on the eve of each day; moved: (…, days, states, states) moves
    from the row's state to the column's on that day, its diagonal not read. Gives (…, states, states); rows sum to 1.
    Many moves on one day are one factor: ties need no special care. Nobody in a state: nobody moves out of it.

    P(s, t) = Π over days u in (s, t] of (I + dA(u)), dA_hj = dN_hj ÷ Y_h, dA_hh = −Σ_j dA_hj.
    O. Aalen & S. Johansen (1978), Scand. J. Statistics 5; with two states and no way back, Kaplan–Meier.
    """
    n_states = present.shape[-1]
    own = np.arange(n_states)
    waiting = present[..., None]
    steps = np.divide(moved, waiting, out=np.zeros(np.broadcast_shapes(moved.shape)), where=waiting > 0)
    steps[..., own, own] = 0.0
    steps[..., own, own] = 1 - steps.sum(axis=-1)
    product = np.broadcast_to(np.eye(n_states), (*present.shape[:-2], n_states, n_states))
    for nth in range(present.shape[-2]):
        product = product @ steps[..., nth, :, :]
    return product


def count_present(came: Floats, moved: Floats) -> Floats:
    """(…, days, states): customers in each state on the eve of each day.

    came: (…, 1 + days, states) customers who came from outside, the first row those there on the eve of day one;
    moved: (…, days, states, states) moves of each day.
    """
    gained = came[..., 1:, :] + moved.sum(axis=-2) - moved.sum(axis=-1)
    levels = np.cumsum(np.concatenate([came[..., :1, :], gained], axis=-2), axis=-2)
    return levels[..., :-1, :]

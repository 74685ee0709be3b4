"""The people at a customer: one champion at a time, successors, and up to three others."""

import numpy as np
import polars as pl

from analytics.intake.sample import world
from analytics.intake.sample.draws import Ints
from analytics.intake.sample.moments import repeat_rows
from analytics.intake.sample.process import History
from analytics.intake.sample.state import FAR
from analytics.intake.sample.timeline import DAY_SECONDS, Timeline
from analytics.intake.sample.typed import Columns, dates, labels, numbered


def contacts(timeline: Timeline, history: History, ids: pl.Series, champions: Columns) -> pl.DataFrame:
    """One row per person: customer_id, contact_id, role, is_champion, joined_at, left_at (null while there)."""
    came_row, came_at = _arrivals(history, champions)
    left_at = _departures_of(came_row, came_at, champions)
    others, turns = repeat_rows(1 + (history.draws.uniform("people") * 3).astype(np.int64))
    roles = 1 + (history.draws.uniform("role", rows=others, slot=turns) * (len(world.ROLES) - 1)).astype(np.int64)
    rows = np.concatenate([came_row, others])
    order = np.argsort(rows, kind="stable")  # champions first, then the others
    joined_on = np.concatenate([came_at // DAY_SECONDS, history.customers.starts_on[others]])
    left_on = np.concatenate([np.where(left_at >= 0, left_at // DAY_SECONDS, FAR), np.full(len(others), FAR)])
    return pl.DataFrame(
        {
            "customer_id": ids.gather(rows[order]),
            "contact_id": numbered(ids, rows[order], "P"),
            "role": labels(np.concatenate([np.zeros(len(came_row), np.int64), roles])[order], world.ROLES),
            "is_champion": (np.arange(len(rows)) < len(came_row))[order],
            "joined_at": dates(timeline, joined_on[order]),
            "left_at": dates(timeline, left_on[order]),
        }
    )


def _arrivals(history: History, champions: Columns) -> tuple[Ints, Ints]:
    """Customer and instant of every champion's arrival, in order; the first comes with the sign-up."""
    starts_on = history.customers.starts_on
    rows = np.concatenate([np.arange(len(starts_on)), champions["row"][champions["is_arrival"]]])
    came_at = np.concatenate([starts_on * DAY_SECONDS, champions["at"][champions["is_arrival"]]])
    order = np.lexsort((came_at, rows))
    return rows[order], came_at[order]


def _departures_of(came_row: Ints, came_at: Ints, champions: Columns) -> Ints:
    """The instant each champion left, -1 while there: a customer's champions come and leave in turn."""
    has_left = ~champions["is_arrival"]
    left_row, left_at = champions["row"][has_left], np.append(champions["at"][has_left], -1)
    turn = np.arange(len(came_row)) - np.searchsorted(came_row, came_row)
    n_left = np.bincount(left_row, minlength=int(came_row.max()) + 1)[came_row]
    position = np.where(turn < n_left, np.searchsorted(left_row, came_row) + turn, len(left_row))
    return np.where(left_at[position] > came_at, left_at[position], -1)

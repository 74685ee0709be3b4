"""Paid periods: the changes of every subscription, each lasting until the next one."""

import numpy as np
import polars as pl

from analytics.intake.sample import world
from analytics.intake.sample.contracts import ADDON, ENDED
from analytics.intake.sample.draws import Flags, Ints
from analytics.intake.sample.process import History
from analytics.intake.sample.state import FAR, PAID, PAUSED, TRIAL
from analytics.intake.sample.timeline import DAY_SECONDS, Timeline
from analytics.intake.sample.typed import Columns, dates, instants, labels, where_known

_STATUS = {TRIAL: "trial", PAID: "active", PAUSED: "paused"}


def find_departures(timeline: Timeline, history: History) -> Columns:
    """Departures up to the last day, by customer and day."""
    log = history.log.columns("departures")
    order = np.lexsort((log["ended_on"], log["row"]))
    order = order[log["ended_on"][order] < timeline.n_days]
    return {name: values[order] for name, values in log.items()}


def subscriptions(timeline: Timeline, history: History, ids: pl.Series) -> pl.DataFrame:
    """One row per period of a subscription; an announced end may lie after the last day of data."""
    changes = _ordered_changes(history)
    ended_on = _ends(changes)
    asked_at, is_announced = _requests(timeline, history, changes["row"], ended_on)
    ended_on = np.where((ended_on < timeline.n_days) | is_announced, ended_on, FAR)
    is_period = (changes["status"] != ENDED) & (ended_on > changes["day"]) & (changes["day"] < timeline.n_days)
    period = {name: values[is_period] for name, values in changes.items()}
    renews_on = np.where(period["status"] == PAID, period["renews_on"], FAR)
    return pl.DataFrame(
        {
            "customer_id": ids.gather(period["row"]),
            "started_at": dates(timeline, period["day"]),
            "ended_at": dates(timeline, ended_on[is_period]),
            "mrr": np.round(period["mrr"], 2),
            "subscription_id": _subscription_ids(ids, period),
            "plan": labels(
                np.where(period["line"] == ADDON, len(world.PLANS), period["plan"]), (*world.PLANS, "add-on")
            ),
            "term_months": period["term_months"],
            "renews_at": dates(timeline, renews_on),
            "cancel_requested_at": instants(timeline, asked_at[is_period]),
            "trial_ends_at": dates(timeline, np.where(period["status"] == TRIAL, ended_on[is_period], FAR)),
            "status": labels(period["status"], tuple(_STATUS.get(code, "") for code in range(max(_STATUS) + 1))),
            "discount_share": where_known(period["discount_share"], period["discount_share"] > 0),
        }
    )


def _ordered_changes(history: History) -> Columns:
    log = history.log.columns("changes")
    order = np.lexsort((np.arange(len(log["row"])), log["day"], log["line"], log["row"]))
    return {name: values[order] for name, values in log.items()}


def _ends(changes: Columns) -> Ints:
    """The day of the next change of the same subscription line, FAR for the last."""
    row, line, day = changes["row"], changes["line"], changes["day"]
    has_next = np.append((row[1:] == row[:-1]) & (line[1:] == line[:-1]), False)
    return np.where(has_next, np.append(day[1:], 0), FAR)


def _requests(timeline: Timeline, history: History, rows: Ints, ended_on: Ints) -> tuple[Ints, Flags]:
    """When the end of a period was asked for (-1: never, or not yet), and whether it is known before it comes."""
    log = history.log.columns("departures")
    order = np.argsort(log["row"] * (2 * FAR) + log["ended_on"])
    keys = np.append((log["row"] * (2 * FAR) + log["ended_on"])[order], -1)
    requests = np.append(log["cancel_requested_at"][order], -1)
    wanted = rows * (2 * FAR) + ended_on
    position = np.searchsorted(keys[:-1], wanted)
    asked_at = np.where(keys[position] == wanted, requests[position], -1)
    is_known = (asked_at >= 0) & (asked_at < timeline.n_days * DAY_SECONDS)
    return np.where(is_known, asked_at, -1), is_known


def _subscription_ids(ids: pl.Series, period: Columns) -> pl.Series:
    frame = pl.DataFrame(
        {"id": ids.gather(period["row"]), "stay": np.maximum(period["stay"], 1), "is_addon": period["line"] == ADDON}
    )
    letter = pl.when("is_addon").then(pl.lit("-A")).otherwise(pl.lit("-S"))
    return frame.select(pl.concat_str("id", letter, "stay").alias("subscription_id")).to_series()

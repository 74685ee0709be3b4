"""From firings to alarms: the first firing after a quiet time, and how long the sign then stays on."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.contract.signs import QUIET_DAYS
from analytics.store.dataset import Chosen, Dataset

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Stays:
    """Stretches of being a customer, in days since the first of the data; `end` is the first day away.

    `customer` numbers the customers from 0. A stay that lasts (`is_over` false) ends with the data: `end` is the day
    after the last. A departure counts for the days from `gap_days` + 1 to `gap_days` + `horizon_days` before it.
    """

    customer: Ints
    start: Ints
    end: Ints
    is_over: Flags
    n_days: int
    gap_days: int
    horizon_days: int

    @property
    def last_followed(self) -> int:
        """The last day after which gap and horizon have been seen to their end; negative when there is none."""
        return self.n_days - 1 - self.gap_days - self.horizon_days


@dataclass(frozen=True, kw_only=True)
class Spells:
    """Stretches over which a sign is on, each within one stay: the alarm's day, the last firing, the first day off."""

    stay: Ints
    began: Ints
    last: Ints
    until: Ints


def read_stays(dataset: Dataset, chosen: Chosen) -> pl.DataFrame:
    """One row per stay of a chosen customer, numbered by `stay`: segment, customer_key, nth, started_on, ended_on."""
    rows = dataset.query("signs/stays", chosen).sort("customer_key", "nth")
    return rows.with_row_index("stay").with_columns(pl.col("stay").cast(pl.Int64))


def number_stays(dataset: Dataset, rows: pl.DataFrame) -> Stays:
    """The stays of `read_stays` as arrays, in its order."""
    first_on, as_of = dataset.info.first_on, dataset.info.as_of
    if first_on is None or as_of is None:
        raise ValueError("a snapshot has no days")
    churn = dataset.info.settings.churn
    n_days = (as_of - first_on).days + 1
    start = (rows["started_on"] - first_on).dt.total_days().to_numpy()
    end = (rows["ended_on"] - first_on).dt.total_days().fill_null(n_days).to_numpy()
    return Stays(
        customer=rows["customer_key"].rank("dense").to_numpy().astype(np.int64) - 1,
        start=np.clip(start, 0, n_days).astype(np.int64),
        end=np.clip(end, 0, n_days).astype(np.int64),
        is_over=rows["ended_on"].is_not_null().to_numpy(),
        n_days=n_days,
        gap_days=churn.gap_days,
        horizon_days=churn.horizon_days,
    )


def join_spells(firings: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """One row per sign and spell: sign, stay, began_on (the alarm), last_on (last firing), until_on (first day off).

    A spell begins with a firing after at least 30 days without one in the same stay, and is on until 30 days after its
    last firing or the stay's end. Firings outside a stay do not count.
    """
    within = firings.join(stays.select("customer_key", "stay", "started_on", "ended_on"), on="customer_key").filter(
        (pl.col("day") >= pl.col("started_on")) & (pl.col("ended_on").is_null() | (pl.col("day") < pl.col("ended_on")))
    )
    last = pl.min_horizontal("until_on", "ended_on") - pl.duration(days=1)
    rows = within.with_columns(last_on=last).sort("sign", "stay", "day")
    fired_before = pl.col("last_on").cum_max().shift(1).over("sign", "stay")
    quiet = (pl.col("day") - fired_before).dt.total_days()
    rows = rows.with_columns(is_alarm=quiet.is_null() | (quiet >= QUIET_DAYS))
    rows = rows.with_columns(spell=pl.col("is_alarm").cum_sum().over("sign", "stay"))
    spells = rows.group_by("sign", "stay", "spell", maintain_order=True).agg(
        began_on=pl.col("day").first(), last_on=pl.col("last_on").max(), ended_on=pl.col("ended_on").first()
    )
    off_on = pl.min_horizontal(pl.col("last_on") + pl.duration(days=QUIET_DAYS), "ended_on")
    return spells.select("sign", "stay", "began_on", "last_on", off_on.alias("until_on"))


def number_spells(dataset: Dataset, rows: pl.DataFrame) -> Spells:
    """The spells of one sign as arrays of days since the first of the data; what lies after the data is cut off."""
    first_on, as_of = dataset.info.first_on, dataset.info.as_of
    if first_on is None or as_of is None:
        raise ValueError("a snapshot has no days")
    began, last, until = (
        (rows[name] - first_on).dt.total_days().to_numpy().astype(np.int64)
        for name in ("began_on", "last_on", "until_on")
    )
    n_days = (as_of - first_on).days + 1
    return Spells(
        stay=rows["stay"].to_numpy(), began=began, last=np.minimum(last, n_days - 1), until=np.minimum(until, n_days)
    )

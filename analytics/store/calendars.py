"""Small tables built in Python, so that no SQL file needs date generation, range joins or time-zone arithmetic."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from analytics.contract.settings import Settings

GRAINS = ("week", "month", "quarter", "year")  # activity is stored by these
ALL_GRAINS = ("day", *GRAINS)
FEATURE_DAYS = 365  # how far back a feature may look
BITS = 63  # periods in one word of an activity mask


@dataclass(frozen=True)
class Horizon:
    """The observed time of a data set: its first day and its last (the as-of day, seen to its end)."""

    first_on: dt.date
    as_of: dt.date


def build_calendars(horizon: Horizon, settings: Settings) -> Mapping[str, pl.DataFrame]:
    """Calendar tables by name.

    `days` (day, day_index, month_index), padded on both sides by the longest setting; `months` and `periods` (one
    row per grain and period, days included; `observed_until` is exclusive and never after the day following the
    as-of day; `is_final` 1 once the whole period is observed); `day_periods` (day → period); `snapshots` (days on
    which features are taken); `windows` (a day → every snapshot that may see it); `integers`;
    `escalation_priorities`.
    """
    days = _days(horizon, settings)
    periods = _periods(days, horizon)
    snapshots = _snapshots(periods, horizon)
    return {
        "days": days.select("day", "day_index", pl.col("month").alias("month_index")),
        "periods": periods,
        "months": periods.filter(pl.col("grain") == "month").rename({"period_index": "month_index"}).drop("grain"),
        "day_periods": _day_periods(days),
        "snapshots": snapshots,
        "windows": _windows(snapshots),
        "integers": pl.DataFrame({"n": range(-60, 61)}, schema={"n": pl.Int32}),
        "escalation_priorities": pl.DataFrame(
            {"priority": list(settings.stages.escalation_priorities)}, schema={"priority": pl.String}
        ),
    }


def _days(horizon: Horizon, settings: Settings) -> pl.DataFrame:
    churn, stages = settings.churn, settings.stages
    longest = max(churn.grace_days, churn.inactivity_days, stages.onboarding_days, stages.cooldown_days)
    pad = dt.timedelta(days=1 + max(longest, stages.renewal_days, 366 * 2))
    day = pl.col("day")
    weekday = day.dt.weekday().cast(pl.Int32)
    shift = weekday - 1 if settings.first_weekday == "monday" else weekday % 7
    months = (day.dt.year() - horizon.first_on.year) * 12 + day.dt.month().cast(pl.Int32)
    return (
        pl.DataFrame({"day": pl.date_range(horizon.first_on - pad, horizon.as_of + pad, "1d", eager=True)})
        .with_row_index("day_index")
        .with_columns(pl.col("day_index").cast(pl.Int32), (day - pl.duration(days=shift)).alias("week_on"))
        .with_columns(
            month=(months - horizon.first_on.month).cast(pl.Int32),
            quarter=((day.dt.year() - horizon.first_on.year) * 4 + (day.dt.month().cast(pl.Int32) - 1) // 3
                     - (horizon.first_on.month - 1) // 3).cast(pl.Int32),
            year=(day.dt.year() - horizon.first_on.year).cast(pl.Int32),
            week=_week_index(horizon.first_on),
        )
        .with_columns(day_number=(day - pl.lit(horizon.first_on)).dt.total_days().cast(pl.Int32))
    )  # fmt: skip


def _week_index(first_on: dt.date) -> pl.Expr:
    # weeks since the one that holds the first day
    start = pl.col("week_on").filter(pl.col("day") == first_on).first()
    return ((pl.col("week_on") - start).dt.total_days() // 7).cast(pl.Int32)


def _periods(days: pl.DataFrame, horizon: Horizon) -> pl.DataFrame:
    first_on, after = horizon.first_on, horizon.as_of + dt.timedelta(days=1)
    frames = [
        days.group_by(pl.col(_index_of(grain)).alias("period_index"))
        .agg(
            starts_on=pl.col("day").min(),
            ends_on=pl.col("day").max() + pl.duration(days=1),
            in_data=pl.col("day").is_between(first_on, horizon.as_of).any(),
        )
        .filter("in_data")
        .select(pl.lit(grain).alias("grain"), "period_index", "starts_on", "ends_on")
        for grain in ALL_GRAINS
    ]
    index = pl.col("period_index")
    return (
        pl.concat(frames)
        .sort("grain", "period_index")
        .with_columns(
            observed_until=pl.min_horizontal("ends_on", pl.lit(after)),
            is_final=(pl.col("ends_on") <= after).cast(pl.Int32),
            word=(index // BITS).cast(pl.Int32),
            bit_value=pl.lit(1, pl.Int64) * (pl.lit(2, pl.Int64).pow(index % BITS)).cast(pl.Int64),
        )
    )


def _day_periods(days: pl.DataFrame) -> pl.DataFrame:
    indices = [pl.col(_index_of(grain)).alias(f"{grain}_index") for grain in ALL_GRAINS]
    long = days.select("day", *indices).unpivot(index="day", variable_name="grain", value_name="period_index")
    return long.with_columns(pl.col("grain").str.strip_suffix("_index"))


def _index_of(grain: str) -> str:
    """The column of `_days` that numbers the periods of a grain from the first day's on."""
    return "day_number" if grain == "day" else grain


def _snapshots(periods: pl.DataFrame, horizon: Horizon) -> pl.DataFrame:
    after = horizon.as_of + dt.timedelta(days=1)
    starts = periods.filter(
        (pl.col("grain") == "month") & (pl.col("starts_on") > horizon.first_on) & (pl.col("starts_on") <= horizon.as_of)
    )
    days = sorted({*starts["starts_on"].to_list(), after})
    return pl.DataFrame({"snapshot_on": days}, schema={"snapshot_on": pl.Date}).with_columns(
        looks_back_180_on=pl.col("snapshot_on") - pl.duration(days=180),
        watched_days=(pl.lit(horizon.as_of) - pl.col("snapshot_on")).dt.total_days().cast(pl.Int32),
        is_latest=(pl.col("snapshot_on") == after).cast(pl.Int32),
    )


def _windows(snapshots: pl.DataFrame) -> pl.DataFrame:
    ages = pl.DataFrame({"age_days": range(1, FEATURE_DAYS + 1)}, schema={"age_days": pl.Int32})
    day = (pl.col("snapshot_on") - pl.duration(days=pl.col("age_days"))).alias("day")
    return snapshots.select("snapshot_on").join(ages, how="cross").select(day, "snapshot_on", "age_days")

"""What went wrong in each stage: which signs are more frequent before leaving than among those who stayed as long."""

import datetime as dt
import math
from typing import Any

import numpy as np
import polars as pl

from analytics.contract.frictions import FRICTIONS, Friction
from analytics.contract.stages import JOURNEY
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.periods import read_window
from analytics.metrics.question import Question, name_groups, read_groups, require_dates
from analytics.metrics.risk_sets import Row, compare, count_days
from analytics.metrics.tickets import SLOW_HOURS, TARGET
from analytics.store.dataset import Dataset
from analytics.store.restage import bind_stages

SOLUTION_DAYS = 7
LEAST_LEAVERS = 5  # below, a comparison says nothing
LEVEL = 0.05
_NUMBERS = ("leavers", "stayers", "difference", "low", "high", "adjusted_p")
_COLUMNS = ("stage", "sign", *_NUMBERS, "n_leavers", "n_stayers", "label", "verdict", "reason", "segment")
_STAY = "stay"


def friction(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per stage and sign of `contract.frictions`, over departures in the chosen periods (all by default).

    stage, sign, leavers (share of those who left with the sign on the day they left), stayers (share with it among
    those who were in the stage on the same day of their own stay and did not leave that day), difference, low, high
    (95 %, Newcombe), adjusted_p (score test; Benjamini and Hochberg over all rows), n_leavers, n_stayers (stays),
    label, verdict (more_before_leaving, less_before_leaving, tells_nothing, not_computed), reason (why not computed),
    group.

    Like is compared with like by nested risk sets (D. R. Cox, 1972; N. Breslow, B. Langholz): each departure against
    everybody as far into their stay, with what was known on that day. Whoever stays longer has more time to collect
    signs; without this a sign that does nothing would look protective (immortal time). In onboarding the stay is the
    first `stages.onboarding_days` days since joining, whether or not first value has ended the stage before: else
    nobody in it would have reached it. Differences are associations, not effects. UserError for a snapshot.
    """
    require_dates(dataset, "Friction")
    groups = read_groups(dataset, question)["segment"]
    absent = _list_absent(dataset)
    signs = dataset.query("friction_signs", question.chosen, **_thresholds(dataset, question, absent))
    rows = [_measure(signs, segment, one, absent) for segment in groups for one in FRICTIONS]
    p = np.array([math.nan if row["p"] is None else row["p"] for row in rows], dtype=np.float64)
    table = pl.DataFrame(rows, schema_overrides=_SCHEMA).with_columns(
        adjusted_p=pl.Series(adjust_p_values(p), dtype=pl.Float64).fill_nan(None)
    )
    more = pl.col("difference") > 0
    verdict = (
        pl.when(pl.col("reason").is_not_null())
        .then(pl.lit("not_computed"))
        .when(pl.col("adjusted_p") <= LEVEL)
        .then(pl.when(more).then(pl.lit("more_before_leaving")).otherwise(pl.lit("less_before_leaving")))
        .otherwise(pl.lit("tells_nothing"))
    )
    order = pl.col("stage").replace_strict({name: nth for nth, name in enumerate(JOURNEY)}, return_dtype=pl.Int8)
    ordered = table.with_columns(verdict=verdict, nth=order).sort("segment", "nth", maintain_order=True)
    return name_groups(ordered.select(_COLUMNS), question)


_SCHEMA = {
    "segment": pl.String,
    "reason": pl.String,
    "n_leavers": pl.Int64,
    "n_stayers": pl.Int64,
    **dict.fromkeys(("leavers", "stayers", "difference", "low", "high", "p"), pl.Float64),
}


def _measure(signs: pl.DataFrame, segment: str | None, one: Friction, absent: dict[str, str]) -> dict[str, Any]:
    """One row of `friction` before its p-value is adjusted."""
    row: dict[str, Any] = {
        "segment": segment,
        "stage": one.stage,
        "sign": one.name,
        "label": one.label,
        "reason": absent.get(one.name),
        **dict.fromkeys(("leavers", "stayers", "difference", "low", "high", "p")),
        "n_leavers": None,
        "n_stayers": None,
    }
    if row["reason"]:
        return row
    own = signs.filter(pl.col("segment").eq_missing(pl.lit(segment)) & (pl.col("stage") == one.stage))
    stays = own.filter(pl.col("sign") == _STAY)
    found: Row = compare(count_days(stays), own.filter(pl.col("sign") == one.name)) if stays.height else {}
    n = int(found.get("n_leavers") or 0)
    if n < LEAST_LEAVERS:
        few = f"only {n} left from {one.stage}; it takes {LEAST_LEAVERS}"
        return row | {"n_leavers": n, "n_stayers": int(found.get("n_stayers") or 0), "reason": few}
    return row | found


def _list_absent(dataset: Dataset) -> dict[str, str]:
    """Signs that cannot be computed on this data set, and why."""
    event = dataset.info.settings.stages.onboarding_event
    counted = dict(dataset.query("friction_records", onboarding_event=event).select("sign", "n").iter_rows())
    absent = {}
    for one in FRICTIONS:
        if not dataset.info.has(one.table):
            absent[one.name] = f"the table {one.table} is missing: it takes {one.needs}"
        elif not counted[one.name]:
            absent[one.name] = f"it takes {one.needs}"
        elif one.stage == "adoption" and dataset.info.recognised == "inactivity":
            absent[one.name] = "leaving is recognised by silence itself: use cannot also be a sign of it"
    return absent


def _thresholds(dataset: Dataset, question: Question, absent: dict[str, str]) -> dict[str, Any]:
    """The parameters of the query: the window, what is known, and thresholds taken from settings or the data."""
    settings = dataset.info.settings
    stages, window = settings.stages, read_window(dataset, question)
    use, delays = dataset.query("adoption_use"), dataset.query("value_delays")
    needed = bind_stages(stages)["onboarding_needed"]
    slow_hours = settings.targets.get(TARGET, SLOW_HOURS)
    return {
        "from_on": window["from_on"],
        "last_on": window["until_on"] - dt.timedelta(days=1),
        "onboarding_days": stages.onboarding_days,
        "onboarding_event": stages.onboarding_event,
        "half_steps": max(1, math.ceil(needed / 2)),
        "value_days": _quantile(delays, "delay_days", 0.5),
        "narrow": _quantile(use, "n_features_30", 0.25),
        "seldom": _quantile(use, "active_days_30", 0.25),
        "slow_hours": slow_hours,
        "slow_days": math.ceil(slow_hours / 24),
        "solution_days": SOLUTION_DAYS,
        "knows_answers": "slow_answer" not in absent,
        "knows_solutions": "slow_solution" not in absent,
        "knows_value": "no_value" not in absent,
        "knows_steps": "steps_unfinished" not in absent,
        "knows_use": "falling_use" not in absent,
    }


def _quantile(rows: pl.DataFrame, column: str, share: float) -> int:
    """The smallest value that at least this share of the counted rows does not exceed; 0 without any."""
    ordered = rows.group_by(column).agg(pl.col("n").sum()).sort(column)
    reached = ordered.filter(pl.col("n").cum_sum() >= share * pl.col("n").sum())
    return int(reached[column][0]) if reached.height else 0

"""How long customers take to reach first value, and how many leave without it: two outcomes that compete."""

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.competing_risks import estimate_incidence
from analytics.metrics.periods import read_window
from analytics.metrics.question import BLANK, Question, read_groups, require_table
from analytics.metrics.survival import EVERYBODY
from analytics.store.dataset import Dataset

REACHED, LEFT = "reached", "churned"
_ASKED = "Time to first value"
_HALF = 0.5 - 1e-12  # a sum of shares that is one half may fall short of it by this much
_SUMMARY = (
    "event", "customers", "reached", "churned", "waiting", "median_days", "median_low", "median_high",
    "horizon_days", "reached_share", "reached_low", "reached_high", "churned_share", "churned_low", "churned_high",
)  # fmt: skip


def activation_time(dataset: Dataset, question: Question, *, event: str = "", summary: bool = False) -> pl.DataFrame:
    """Cumulative incidence of the first event of a name since joining, leaving without it competing (Aalen–Johansen).

    One row per outcome (reached, churned) and day at which anybody reached it or left, 0 and the last day watched
    included: outcome, time (days since the first day as a customer), share (of those who joined, by then), low, high
    (95 %, log-log), group. `event`: a name, else the settings' value_event. Who did it before joining reached it at
    once; later stretches of a customer do not count. `start` and `end` choose customers by the period they joined in.

    `summary`: one row per group: event, customers, reached, churned (without it), waiting (neither yet), median_days
    (first day by which half have reached it; null while fewer have) with median_low and median_high (the days on
    which the bounds of the share cross one half; R. Brookmeyer & J. Crowley, 1982, Biometrics 38, for this curve),
    horizon_days (the last day on which `low_n` customers were still waiting and watched), reached_share and
    churned_share by that day with their bounds. UserError without events, for an unknown event and without customers.
    """
    name = _choose_event(dataset, event)
    read_groups(dataset, question)
    waits = dataset.query("value_waits", question.chosen, event=name, **read_window(dataset, question))
    if waits.is_empty():
        raise UserError("nobody chosen became a customer in the chosen periods.", dataset.name.name, "Choose others.")
    group = pl.col("segment").fill_null(BLANK if question.by else EVERYBODY)
    waits = waits.with_columns(group=group, entry=pl.lit(None, dtype=pl.Float64))
    curves = estimate_incidence(waits.drop("segment")).rename({"cause": "outcome", "incidence": "share"})
    rows = _sum_up(waits, curves, name, dataset.info.settings.low_n) if summary else curves
    columns = _SUMMARY if summary else ("outcome", "time", "share", "low", "high")
    return rows.select(*columns, *(["group"] if question.by else []))


def _choose_event(dataset: Dataset, event: str) -> str:
    require_table(dataset, "events", "occurred_at and name", _ASKED)
    name = event or dataset.info.settings.stages.value_event
    names = dataset.query("event_names")["name"].to_list()
    if name not in names:
        remedy = f"{suggest(name, names)} Name one with --event, or as value_event under [stages] in the settings."
        raise UserError(f"there is no event {name!r}.", "--event", remedy)
    return name


def _sum_up(waits: pl.DataFrame, curves: pl.DataFrame, name: str, low_n: int) -> pl.DataFrame:
    """One row per group, in their order."""
    parts = waits.partition_by("group", as_dict=True)
    rows = [
        {"group": key[0], "event": name, **_count(parts[key]), **_tell(parts[key], curves.filter(group=key[0]), low_n)}
        for key in sorted(parts)
    ]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("median_days", "median_low", "median_high"), pl.Float64))


def _count(waits: pl.DataFrame) -> dict[str, int]:
    sums = dict(waits.group_by("cause").agg((pl.col("events") + pl.col("censored")).sum()).iter_rows())
    counts = {REACHED: int(sums.get(REACHED, 0)), LEFT: int(sums.get(LEFT, 0)), "waiting": int(sums.get(None, 0))}
    return {"customers": sum(counts.values()), **counts}


def _tell(waits: pl.DataFrame, curve: pl.DataFrame, low_n: int) -> dict[str, float | None]:
    """The median with its interval, and the shares by the last day on which enough customers are watched."""
    reached = curve.filter(outcome=REACHED)
    told: dict[str, float | None] = {
        "median_days": _first_half(reached, "share"),
        "median_low": _first_half(reached, "high"),
        "median_high": _first_half(reached, "low"),
        "horizon_days": _find_horizon(waits, low_n),
    }
    for outcome in (REACHED, LEFT):
        by_then = curve.filter((pl.col("outcome") == outcome) & (pl.col("time") <= told["horizon_days"])).tail(1)
        last = by_then.row(0, named=True) if by_then.height else {"share": 0.0, "low": 0.0, "high": None}
        told |= {f"{outcome}_share": last["share"], f"{outcome}_low": last["low"], f"{outcome}_high": last["high"]}
    return told


def _first_half(curve: pl.DataFrame, column: str) -> float | None:
    times = curve.filter(pl.col(column) >= _HALF)["time"]
    return None if times.is_empty() else float(times.to_numpy().min())


def _find_horizon(waits: pl.DataFrame, low_n: int) -> float:
    """The last day on which so many customers were still waiting and watched; of fewer customers, all of them."""
    sizes = waits.with_columns(size=pl.col("events") + pl.col("censored")).sort("time", descending=True)
    enough = min(float(low_n), float(sizes["size"].sum()))
    return float(sizes.filter(pl.col("size").cum_sum() >= enough)["time"][0])

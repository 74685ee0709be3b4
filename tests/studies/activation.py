"""Does the activation finder tell the truth? Companies whose truth is known, built over many seeds.

Run all of it: `python3 run.py studies activation`.
"""

import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from analytics.contract.settings import Churn, Settings
from analytics.metrics.activation import activation
from analytics.metrics.question import Question
from analytics.store.dataset import Dataset
from tests.metrics.factory import build

FIRST = dt.datetime(2023, 1, 2)  # a Monday
YEAR = 365
# Constant chances a day under which, within a year, 57 % of those who ever adopt leave and 92 % of the others:
# with l = 1 / 310.6218, m = 1 / 151.3797, E = exp(-365 (l + m)) and A = m (1 - E) / (l + m), the share that leaves is
# 1 - exp(-365 l) (1 - exp(-365 m)) / A = .57 of adopters, l (1 - E) / (l (1 - E) + (l + m) E) = .92 of the others.
LEAVE_DAYS, ADOPT_DAYS = 310.6218, 151.3797


def instants(days: np.ndarray) -> pl.Series:
    """Day numbers since the first day as instants."""
    return pl.select(pl.lit(FIRST) + pl.duration(days=pl.Series(days))).to_series()


def company(folder: Path, joins: np.ndarray, stays: np.ndarray, events: pl.DataFrame, **options) -> Dataset:
    """Customers by day of joining and days of staying, watched `watched` days after the last joins.

    events: customer, day (since the customer joined), name; those after leaving are left out. options: watched,
    horizon, runs (an attribute by customer).
    """
    names = np.array([f"C{number:06}" for number in range(len(joins))])
    last = int(joins.max()) + options["watched"]
    ends = instants(joins + stays)
    left = ends.set(pl.Series(joins + stays > last), None)
    who = events["customer"].to_numpy()
    is_seen = (events["day"].to_numpy() < stays[who]) & (joins[who] + events["day"].to_numpy() <= last)
    kept = events.filter(pl.Series(is_seen))
    tables = {
        "subscriptions": pl.DataFrame(
            {"customer_id": names, "started_at": instants(joins), "ended_at": left, "mrr": 10.0}
        ),
        "events": pl.DataFrame(
            {
                "customer_id": names[kept["customer"].to_numpy()],
                "occurred_at": instants(joins[kept["customer"].to_numpy()] + kept["day"].to_numpy()),
                "name": kept["name"],
            }
        ),
        "customers": pl.DataFrame({"customer_id": names, "run": options.get("runs", np.zeros(len(joins), dtype=int))}),
    }
    as_of = (FIRST + dt.timedelta(days=last)).date().isoformat()
    return build(folder, tables, Settings(as_of=as_of, churn=Churn(horizon_days=options["horizon"])))


def simulate_immortal_time(folder: Path, seed: int, customers: int = 24_000) -> tuple[Dataset, float]:
    """Adoption without any effect: the data set, and the ratio of churn "ever adopted ÷ never" within a year."""
    draws = np.random.default_rng(seed)
    joins = draws.integers(0, 56, customers)
    stays = np.ceil(draws.exponential(LEAVE_DAYS, customers)).astype(int)
    adopts = draws.exponential(ADOPT_DAYS, customers).astype(int)
    has_left, is_adopter = stays <= YEAR, (adopts < stays) & (adopts < YEAR)
    naive = has_left[is_adopter].mean() / has_left[~is_adopter].mean()
    # what everybody does on the first day: without it nobody's records would begin on the day they join
    signed_in = pl.DataFrame({"customer": np.arange(customers), "day": np.zeros(customers, int), "name": "signed_in"})
    adopted = pl.DataFrame({"customer": np.arange(customers), "day": adopts, "name": "adopted"})
    return company(folder, joins, stays, pl.concat([signed_in, adopted]), watched=YEAR, horizon=300), float(naive)


def simulate_runs(folder: Path, seed: int, runs: int, customers: int = 600, effect: float = 1.0) -> Dataset:
    """So many companies in one data set (attribute `run`), each with five events that come at random.

    Who does `share` three times in the first 14 days leaves `effect` times as readily from then on; 1 is no effect.
    """
    draws = np.random.default_rng(seed)
    n = runs * customers
    eager = draws.gamma(1.5, 1 / 1.5, n)  # customers differ in how much they do, in all events alike
    rates = {"log_in": 3.0, "share": 7.0, "export": 1.0, "invite": 0.5, "connect": 0.2}  # in 60 days
    parts = []
    for name, rate in rates.items():
        who = np.repeat(np.arange(n), draws.poisson(rate * eager))
        days = draws.integers(0, 60, len(who))
        parts.append(pl.DataFrame({"customer": who, "day": days, "name": name}))
    events = pl.concat(parts)
    early = events.filter((pl.col("name") == "share") & (pl.col("day") < 14)).group_by("customer").len()
    is_active = np.zeros(n, dtype=bool)
    is_active[early.filter(pl.col("len") >= 3)["customer"].to_numpy()] = True
    stays = np.ceil(draws.exponential(250, n)).astype(int)
    later = 14 + np.ceil(draws.exponential(250 / effect, n)).astype(int)
    stays = np.where(is_active & (stays > 14), later, stays)
    joins = draws.integers(0, 84, n)
    return company(folder, joins, stays, events, watched=150, horizon=90, runs=np.repeat(np.arange(runs), customers))


def study_activation(seeds: Iterable[int]) -> pl.DataFrame:
    """One row per seed: naive and landmark (ratio of the zero-effect simulation), false_finds (of 20 companies
    without any effect, those in which anything is confirmed), finds (of 20 with an effect, those in which `share` is).
    """
    rows = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            dataset, naive = simulate_immortal_time(Path(folder) / "immortal", seed)
            found = activation(dataset, Question(), every=True).filter(pl.col("by_day") == 60)
            none = simulate_runs(Path(folder) / "none", seed, 20)
            some = simulate_runs(Path(folder) / "some", seed, 20, effect=0.4)
            rows.append(
                {
                    "seed": seed,
                    "naive": naive,
                    "landmark": found["ratio"][0],
                    "false_finds": sum(find_marks(none, run).height > 0 for run in range(20)),
                    "finds": sum("share" in find_marks(some, run)["event"] for run in range(20)),
                }
            )
    return pl.DataFrame(rows)


def find_marks(dataset: Dataset, run: int) -> pl.DataFrame:
    """What is confirmed in one of the companies."""
    return activation(dataset, Question(where=f"run = {run}")).filter("confirmed")


def sum_up(found: pl.DataFrame) -> pl.DataFrame:
    """One row: the mean and the extremes of the landmark ratio, and how often something was found of 20 companies."""
    return found.select(
        naive=pl.col("naive").mean(),
        landmark=pl.col("landmark").mean(),
        landmark_low=pl.col("landmark").min(),
        landmark_high=pl.col("landmark").max(),
        false_finds=pl.col("false_finds").mean() / 20,
        finds=pl.col("finds").mean() / 20,
    )

"""The stages of the journey as other thresholds would give them, from the facts of a built data set."""

import datetime as dt
from typing import Any

import polars as pl

from analytics.contract.settings import Stages
from analytics.store.dataset import Chosen, Dataset
from analytics.store.facts import FACTS

_CHAIN = ("onboarding", "escalations", "renewals", "stage_entries", "stage_episodes")
_OVER = ("lifetimes", "events", "tickets", "spans", "active_spans", "invoices", "mrr_movements")  # what the chain reads
_ROUNDING = 1e-9  # 0.07 of 100 steps are 7, not a little more


def bind_stages(stages: Stages) -> dict[str, Any]:
    """The parameters of the facts behind the stages, as these thresholds give them."""
    needed = -int(-(stages.onboarding_share * stages.onboarding_steps - _ROUNDING) // 1)
    return {
        "value_event": stages.value_event,
        "onboarding_event": stages.onboarding_event,
        "onboarding_steps": stages.onboarding_steps,
        "onboarding_needed": max(1, needed),
        "onboarding_days": stages.onboarding_days,
        "cooldown_days": stages.cooldown_days,
        "escalation_days": stages.escalation_days,
        "failed_payment_days": stages.failed_payment_days,
        "renewal_days": stages.renewal_days,
        "renewal_min_term_months": stages.renewal_min_term_months,
        "dwell_days": stages.dwell_days,
    }


def stage_episodes_under(dataset: Dataset, stages: Stages) -> pl.DataFrame:
    """The fact `stage_episodes` as a build with these thresholds would have made it, in its columns and order."""
    further, values = _chain(dataset, stages)
    rows = dataset.query("stage_episodes_under", None, further, as_of=dataset.info.as_of, step=1, **values)
    return rows.sort(next(fact for fact in FACTS if fact.name == "stage_episodes").order)


def stage_shifts(
    dataset: Dataset, chosen: Chosen, stages: Stages, from_on: dt.date, until_on: dt.date, step: int = 1
) -> pl.DataFrame:
    """One row per stage in force and stage under these thresholds: from_stage, to_stage, customer_days.

    Over the chosen customers (of them every `step`-th) and the days from from_on up to, not including, until_on; days
    away are left out.
    """
    further, values = _chain(dataset, stages)
    window = {"as_of": dataset.info.as_of, "from_on": from_on, "until_on": until_on, "step": step}
    return dataset.query("stage_shifts", chosen, further, **window, **values)


def _chain(dataset: Dataset, stages: Stages) -> tuple[dict[str, str], dict[str, Any]]:
    """`other_episodes` and what it reads, as SELECTs by name, and their parameters.

    The facts behind the stages, each over the ones before it and the stored facts of the customers looked at; a fact
    whose parameters are those in force is read as it is stored, where it is.
    """
    own = dataset.info.settings.stages
    values = bind_stages(stages)
    changed = {name for name, value in bind_stages(own).items() if value != values[name]}
    if stages.escalation_priorities != own.escalation_priorities:
        changed.add("escalation_priorities")
    priorities = {f"priority_{nth}": name for nth, name in enumerate(stages.escalation_priorities)}
    listed = " union ".join(f"select cast(${key} as varchar) as priority" for key in priorities)
    steps = {"escalation_priorities": listed or "select cast(null as varchar) as priority"}
    steps |= {name: _look_at(name) for name in _OVER}
    for fact in (fact for fact in FACTS if fact.name in _CHAIN):
        is_other = any(name in fact.sql for name in changed) or not fact.is_kept or fact.name == _CHAIN[-1]
        steps[fact.name] = fact.sql if is_other else _look_at(fact.name)
    relations = ", ".join(f"{name} as (\n{sql}\n)" for name, sql in steps.items())
    columns = "customer_key, stage, started_on, mrr_cents, ended_on, next_stage"
    further = {
        "looked_at": "select customer_key from chosen where customer_key % $step = 0",
        "other_episodes": f"with {relations} select {columns} from stage_episodes",
    }
    return further, values | priorities


def _look_at(fact: str) -> str:
    """The rows of a stored fact that belong to the customers looked at."""
    return f"select * from main.{fact} where customer_key in (select customer_key from looked_at)"

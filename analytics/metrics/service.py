"""How customers are served and what they say of it: answer times, contacts, surveys."""

from collections.abc import Mapping

import polars as pl

from analytics.contract.errors import UserError
from analytics.metrics.layout import lay_out
from analytics.metrics.outreach import RIPENS, measure_outreach
from analytics.metrics.periods import refuse_hours
from analytics.metrics.question import Question, require_dates
from analytics.metrics.tickets import measure_tickets
from analytics.metrics.voice import measure_voice
from analytics.store.dataset import Dataset

# metric: the records it rests on, all of which the data set must have
NEEDS = {
    "first_response_hours": ("first_response",),
    "first_response_p90_hours": ("first_response",),
    "first_response_within_target": ("first_response",),
    "resolution_hours": ("resolution",),
    "outreach_response_rate": ("answer",),
    "actions_per_engagement": ("contact", "event"),
    "actions_gained": ("contact", "event"),
    "nps": ("nps",),
    "csat": ("csat",),
    "ces": ("ces",),
}


def service(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per metric, category and period.

    metric (a key of the definitions), category (of the ticket, or the kind of contact; null: all together), period
    (local first day), value (in the metric's unit; null where undefined), low, high (95 %; null where there is
    none), n (requests, contacts or answers it rests on), state, group. A request belongs to the period it was opened
    in, a contact to the period it was made in. Metrics whose columns the data set lacks are left out; UserError
    when that is all of them.
    """
    require_dates(dataset, "Service")
    refuse_hours(question)
    n_known = count_records(dataset)
    metrics = list_service(n_known)
    if not metrics:
        raise UserError(
            "service needs tickets, touches or surveys.",
            dataset.name.name,
            "Bring tickets (first_response_at, resolved_at), touches (responded_at) or surveys (kind, score).",
        )
    cells = [
        cell
        for measure in (measure_tickets, measure_outreach, measure_voice)
        for cell in measure(dataset, question, n_known)
    ]
    return lay_out(dataset, question, metrics, cells, RIPENS)


def count_records(dataset: Dataset) -> dict[str, int]:
    """How many records of each kind the whole data set has, whoever is asked about."""
    return dict(dataset.query("service_records").select("record", "n").iter_rows())


def list_service(n_known: Mapping[str, int]) -> tuple[str, ...]:
    """The service metrics that these records give, in order."""
    return tuple(metric for metric, records in NEEDS.items() if all(n_known.get(record, 0) for record in records))

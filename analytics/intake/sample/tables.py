"""The nine tables of the data contract, from what was written down: nothing in them lies after the last day of data."""

from collections.abc import Callable

import numpy as np
import polars as pl

from analytics.intake.sample import world
from analytics.intake.sample.draws import to_choice
from analytics.intake.sample.moments import OPENS_AT
from analytics.intake.sample.money import OPEN, PAID_STATUS
from analytics.intake.sample.names import company_names, customer_ids
from analytics.intake.sample.people import CHANNELS, EXPERIMENTS, KINDS
from analytics.intake.sample.periods import find_departures, subscriptions
from analytics.intake.sample.persons import contacts
from analytics.intake.sample.process import History
from analytics.intake.sample.reasons import REASONS
from analytics.intake.sample.state import FAR
from analytics.intake.sample.timeline import DAY_SECONDS, Timeline
from analytics.intake.sample.typed import (
    Columns,
    dates,
    instants,
    known_instants,
    labels,
    numbered,
    sorted_columns,
    where_known,
)
from analytics.intake.sample.use import EVENTS

_INVOICE_STATUS = ("paid", "open", "uncollectible")
_ARMS = ("", "treated", "control")
_SURVEYS = ("nps", "csat", "ces")
_UNSTATED_SHARE, _UNRECORDED_SHARE = 0.12, 0.06
_COMMENTS = (
    "",
    "Answers take too long",
    "Hard to find our way around",
    "Works well for us",
    "Too dear for what we use",
    "Good, but slow at times",
)


class Tables:
    """Builds the frames of one block of customers; every method is one table."""

    def __init__(self, timeline: Timeline, history: History) -> None:
        self.timeline, self.history, self.customers, self.draws = timeline, history, history.customers, history.draws
        self.ids = customer_ids(self.customers.numbers)
        self.until = timeline.n_days * DAY_SECONDS

    def build(self) -> dict[str, pl.DataFrame]:
        """All nine tables, by name."""
        builders: dict[str, Callable[[], pl.DataFrame]] = {
            "customers": self.customer_rows,
            "subscriptions": lambda: subscriptions(self.timeline, self.history, self.ids),
            "events": self.events,
            "tickets": self.tickets,
            "invoices": self.invoices,
            "surveys": self.surveys,
            "touches": self.touches,
            "contacts": self.contacts,
            "churn_events": self.churn_events,
        }
        return {name: builder() for name, builder in builders.items()}

    def customer_rows(self) -> pl.DataFrame:
        """One row per customer, with its attributes; `churned_at` where it is gone when the data end."""
        customers, departures = self.customers, find_departures(self.timeline, self.history)
        is_gone = departures["returned_on"] >= self.timeline.n_days
        rows = departures["row"][is_gone]
        churned_on, reason = np.full(len(self.ids), FAR), np.full(len(self.ids), -1)
        churned_on[rows] = departures["ended_on"][is_gone]
        is_stated = self.draws.uniform("stated", rows=rows) >= _UNSTATED_SHARE
        reason[rows] = np.where(is_stated, departures["reason"][is_gone], -1)
        signed_up_at = customers.starts_on * DAY_SECONDS + OPENS_AT - (3600 * self.draws.uniform("sign-up")).astype(int)
        return pl.DataFrame(
            {
                "customer_id": self.ids,
                "signed_up_at": instants(self.timeline, signed_up_at),
                "name": company_names(self.draws, customers.industry),
                "churned_at": dates(self.timeline, churned_on),
                "churn_reason": labels(reason, REASONS),
                "segment": labels(customers.segment, world.SEGMENTS),
                "industry": labels(customers.industry, world.INDUSTRIES),
                "country": labels(customers.country, world.COUNTRIES),
                "acquisition_channel": labels(customers.channel, world.CHANNELS),
                "payment_method": labels(customers.method, world.METHODS),
                "success_manager": customers.has_manager,
            }
        )

    def events(self) -> pl.DataFrame:
        """One row per thing done; `amount` only where money changed hands."""
        columns = self._rows("events")
        frame = pl.DataFrame(
            {
                "customer_id": self._ids(columns),
                "occurred_at": instants(self.timeline, columns["at"]),
                "event_id": self._numbered(columns, "E"),
                "name": labels(columns["name"], EVENTS),
                "amount": pl.Series(columns["amount"]).fill_nan(None),
                "source": labels(columns["source"], world.SOURCES),
                "step": columns["number"],
            }
        )
        step = pl.when(pl.col("step") > 0).then('{"step": ' + pl.col("step").cast(pl.String) + "}")
        return frame.with_columns(step.cast(pl.String).alias("properties")).select(
            "customer_id", "occurred_at", "event_id", "name", "amount", "properties", "source"
        )

    def tickets(self) -> pl.DataFrame:
        """One row per service request, as far as it is known on the last day."""
        columns = self._rows("tickets")
        is_solved = columns["resolved_at"] < self.until
        return pl.DataFrame(
            {
                "customer_id": self._ids(columns),
                "opened_at": instants(self.timeline, columns["at"]),
                "ticket_id": self._numbered(columns, "T"),
                "first_response_at": known_instants(self.timeline, columns["first_response_at"]),
                "resolved_at": known_instants(self.timeline, columns["resolved_at"]),
                "escalated_at": known_instants(self.timeline, columns["escalated_at"]),
                "category": labels(columns["category"], world.CATEGORIES),
                "priority": labels(columns["priority"], world.PRIORITIES),
                "reopened_count": np.where(is_solved, columns["reopened_count"], 0),
                "satisfaction": where_known(columns["satisfaction"], is_solved & (columns["satisfaction"] > 0)),
            }
        )

    def invoices(self) -> pl.DataFrame:
        """One row per bill due up to the last day."""
        log = self.history.log.columns("invoices")
        columns = sorted_columns(log, log["due_on"], log["due_on"] < self.timeline.n_days)
        is_late = (columns["status"] == PAID_STATUS) & (columns["paid_at"] >= self.until)
        return pl.DataFrame(
            {
                "customer_id": self._ids(columns),
                "due_at": dates(self.timeline, columns["due_on"]),
                "amount": columns["amount"],
                "invoice_id": self._numbered(columns, "I"),
                "paid_at": known_instants(self.timeline, columns["paid_at"]),
                "failed_attempts": columns["failed_attempts"],
                "status": labels(np.where(is_late, OPEN, columns["status"]), _INVOICE_STATUS),
            }
        )

    def surveys(self) -> pl.DataFrame:
        """One row per answer."""
        columns = self._rows("surveys")
        luck = self.draws.uniform("comment", rows=columns["row"], slot=columns["at"])
        is_bad = (columns["kind"] < 2) & (columns["score"] <= np.where(columns["kind"] == 0, 6, 2))
        comment = np.where(
            luck > 0.3,
            0,
            np.where(is_bad, to_choice(luck / 0.3, (0, 4, 3, 0, 3, 2)), to_choice(luck / 0.3, (0, 1, 1, 6, 1, 2))),
        )
        return pl.DataFrame(
            {
                "customer_id": self._ids(columns),
                "answered_at": instants(self.timeline, columns["at"]),
                "kind": labels(columns["kind"], _SURVEYS),
                "score": columns["score"],
                "comment": labels(np.where(comment > 0, comment, -1), _COMMENTS),
            }
        )

    def touches(self) -> pl.DataFrame:
        """One row per contact; both arms of a test have one, and that of the control arm (`holdout`) reached nobody."""
        columns = self._rows("touches")
        is_reached = columns["kind"] != KINDS.index("holdout")
        return pl.DataFrame(
            {
                "customer_id": self._ids(columns),
                "touched_at": instants(self.timeline, columns["at"]),
                "kind": labels(columns["kind"], KINDS),
                "channel": labels(np.where(is_reached, columns["channel"], -1), CHANNELS),
                "responded_at": known_instants(self.timeline, columns["responded_at"]),
                "experiment": labels(np.where(columns["experiment"] > 0, columns["experiment"], -1), EXPERIMENTS),
                "arm": labels(np.where(columns["arm"] > 0, columns["arm"], -1), _ARMS),
                "discount_share": pl.Series(columns["discount_share"]).fill_nan(None),
            }
        )

    def contacts(self) -> pl.DataFrame:
        """One row per person: one champion from the first day, successors, and up to three others."""
        return contacts(self.timeline, self.history, self.ids, self._rows("champions"))

    def churn_events(self) -> pl.DataFrame:
        """One row per departure up to the last day."""
        departures = find_departures(self.timeline, self.history)
        is_recorded = (
            self.draws.uniform("recorded", rows=departures["row"], slot=departures["ended_on"]) >= _UNRECORDED_SHARE
        )
        return pl.DataFrame(
            {
                "customer_id": self._ids(departures),
                "churned_at": dates(self.timeline, departures["ended_on"]),
                "reason": labels(np.where(is_recorded, departures["reason"], -1), REASONS),
                "returned_at": dates(
                    self.timeline,
                    np.where(departures["returned_on"] < self.timeline.n_days, departures["returned_on"], FAR),
                ),
            }
        )

    def _rows(self, table: str) -> Columns:
        """Logged rows up to the last day, by customer and instant."""
        log = self.history.log.columns(table)
        return sorted_columns(log, log["at"], log["at"] < self.until)

    def _ids(self, columns: Columns) -> pl.Series:
        return self.ids.gather(columns["row"])

    def _numbered(self, columns: Columns, letter: str) -> pl.Series:
        """Ids such as C0000001-E12: the customer and a running number."""
        return numbered(self.ids, columns["row"], letter)

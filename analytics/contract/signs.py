"""Early signs, declared once: what each means, which rows make it fire, and by which thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from analytics.contract.columns import Column
from analytics.contract.tables import TABLES

QUIET_DAYS = 30  # an alarm is the first firing after so many days without one
# the instant at which a row of a table becomes known, unless a rule names another
KNOWN_AT: Mapping[str, str] = MappingProxyType(
    {
        "events": "occurred_at",
        "tickets": "opened_at",
        "invoices": "due_at",
        "surveys": "answered_at",
        "touches": "touched_at",
        "contacts": "left_at",
        "subscriptions": "started_at",
    }
)
# what tells of the departure itself is no sign of it
DEPARTURE_COLUMNS = ("ended_at", "cancel_requested_at")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Rows of one table that make a sign fire.

    It fires on the day of a row that meets `where` and is at least the `at_least`-th within `within_days` days; where
    `before_renewal_days` is given, only when a contract term ends within so many days after it. `known_at` names the
    instants that tell since when a row is known, the first that is filled; empty: the table's own.
    """

    table: str
    where: str = ""
    at_least: int = 1
    within_days: int = 30
    before_renewal_days: int | None = None
    known_at: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[str, ...]:
        """Names of the local days on which a row is known, in order of preference."""
        instants = self.known_at or (KNOWN_AT[self.table],)
        return tuple(TABLES[self.table][name].day_name for name in instants)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One early sign: its rules (any of them makes it fire), or the query of `store/sql/queries/signs` that says when.

    `needs` are the columns (`table.column`) without which it cannot be computed; of a sign with several rules one
    rule's columns are enough. `values` are the thresholds of the query.
    """

    name: str
    label: str
    meaning: str
    needs: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    query: str = ""
    values: Mapping[str, float] = field(default_factory=dict)
    before_renewal_days: int | None = None  # of a query's firings, as of a rule's
    lasting_days: int = 0  # a query's state counts once it has lasted so long, unless the query says `at_once`
    observed_days: int = 0  # of a stay, before the sign can fire; only customers past them are compared
    is_own: bool = False  # declared in the settings


SIGNS: tuple[Sign, ...] = (
    Sign(
        name="negative_feedback",
        label="Negative feedback",
        meaning="an NPS of 6 or less, a CSAT of 2 or less, or a request rated 2 or less",
        needs=("surveys.score", "tickets.satisfaction"),
        rules=(
            Rule(table="surveys", where="(kind = 'nps' and score <= 6) or (kind = 'csat' and score <= 2)"),
            Rule(
                table="tickets",
                where="satisfaction <= 2",
                known_at=("resolved_at", "first_response_at", "opened_at"),
            ),
        ),
    ),
    Sign(
        name="too_many_requests",
        label="Too many requests",
        meaning="the third request within 28 days",
        needs=("tickets.opened_at",),
        rules=(Rule(table="tickets", at_least=3, within_days=28),),
    ),
    Sign(
        name="price_talk",
        label="Price talk",
        meaning="a talk about the price",
        needs=("touches.kind",),
        rules=(Rule(table="touches", where="kind = 'price_talk'"),),
    ),
    Sign(
        name="price_talk_before_renewal",
        label="Price talk before renewal",
        meaning="a talk about the price in the 60 days before a contract term ends",
        needs=("touches.kind", "subscriptions.term_months"),
        rules=(Rule(table="touches", where="kind = 'price_talk'", before_renewal_days=60),),
    ),
    Sign(
        name="contract_change_before_renewal",
        label="Contract change before renewal",
        meaning="a lower price or a shorter term, agreed in the 60 days before a contract term ends",
        needs=("subscriptions.mrr", "subscriptions.term_months"),
        query="contract_change",
        before_renewal_days=60,
    ),
    Sign(
        name="neutral_nps",
        label="Neutral recommendation",
        meaning="an NPS of 7 or 8",
        needs=("surveys.score",),
        rules=(Rule(table="surveys", where="kind = 'nps' and score between 7 and 8"),),
    ),
    Sign(
        name="neutral_csat",
        label="Neutral satisfaction",
        meaning="a CSAT of 3, the middle of 1 to 5",
        needs=("surveys.score",),
        rules=(Rule(table="surveys", where="kind = 'csat' and score = 3"),),
    ),
    Sign(
        name="neutral_ces",
        label="Neutral effort",
        meaning="a CES of 4, the middle of 1 to 7",
        needs=("surveys.score",),
        rules=(Rule(table="surveys", where="kind = 'ces' and score = 4"),),
    ),
    Sign(
        name="disengagement",
        label="Disengagement",
        meaning="no use in 28 days, or for three weeks less than half the use a day of the 63 days before those 28",
        needs=("events.occurred_at",),
        query="disengagement",
        values={"recent_days": 28, "earlier_days": 63, "share": 0.5, "n_least": 4},
        lasting_days=21,
        observed_days=90,
    ),
    Sign(
        name="champion_gone",
        label="Champion gone",
        meaning="a champion has left the customer",
        needs=("contacts.is_champion", "contacts.left_at"),
        rules=(Rule(table="contacts", where="is_champion = true"),),
    ),
    Sign(
        name="failed_payment",
        label="Failed payment",
        meaning="a bill whose payment failed when it was due",
        needs=("invoices.failed_attempts",),
        rules=(Rule(table="invoices", where="failed_attempts > 0"),),
    ),
    Sign(
        name="slow_first_response",
        label="Slow first response",
        meaning="first answers of the last 90 days took more than 12 hours on average",
        needs=("tickets.first_response_at",),
        query="slow_first_response",
        values={"hours": 12, "within_days": 90},
    ),
    Sign(
        name="silence_after_outreach",
        label="Silence after outreach",
        meaning="no answer for 14 days to a contact of a kind that customers do answer",
        needs=("touches.responded_at",),
        query="silence_after_outreach",
        values={"days": 14},
    ),
)

# Kinds of records that are signs of their own, by a general rule: what happens to the customers it happens to on fewer
# than one day in 60. What is done more often is everyday use, which `disengagement` watches.
RARE_DAYS = 60
MOST_KINDS = 20  # of the kinds that are rare, those of most customers
KIND_NAMES: Mapping[str, str] = MappingProxyType({"event": "{}", "touch": "{}_sent", "ticket": "{}_request"})
KIND_MEANINGS: Mapping[str, str] = MappingProxyType(
    {"event": "the event {} was seen", "touch": "a contact of the kind {}", "ticket": "a request about {}"}
)
KIND_NEEDS: Mapping[str, str] = MappingProxyType(
    {"event": "events.name", "touch": "touches.kind", "ticket": "tickets.category"}
)
DECLARED_KINDS = (("touch", "price_talk"),)  # already a sign above


def sign_of_kind(source: str, name: str) -> Sign:
    """The sign that a record of this kind (source event, touch or ticket, and its name) was seen."""
    sign_name = KIND_NAMES[source].format(name)
    return Sign(
        name=sign_name,
        label=sign_name.replace("_", " ").capitalize(),
        meaning=KIND_MEANINGS[source].format(name.replace("_", " ")),
        needs=(KIND_NEEDS[source],),
    )


def rule_columns(table: str) -> tuple[Column, ...]:
    """The contract's columns that a rule over this table may read."""
    return tuple(
        column
        for column in TABLES[table].columns
        if column.name != "customer_id" and column.name not in DEPARTURE_COLUMNS
    )

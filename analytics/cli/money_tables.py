"""Tables of money: recurring revenue, customer value, purchases, what a point of retention is worth."""

from analytics.cli.asking import CUSTOMERS
from analytics.cli.table import Shown, choice, flag
from analytics.cli.valuing import VALUING, answer_value
from analytics.metrics.departures import departure_shares, departures
from analytics.metrics.economics import economics, project_point
from analytics.metrics.loyalty import loyalty
from analytics.metrics.movements import movements, revenue

MONEY_TABLES: tuple[Shown, ...] = (
    Shown(
        name="movements",
        words="monthly recurring revenue from opening to closing",
        answer=lambda dataset, question, args: movements(dataset, question, basis=args.basis, detail=args.detail),
        options=(
            choice("--basis", ("event", "snapshot"), "event", "each change on its date, or first days compared"),
            flag("--detail", "one row per customer and change"),
        ),
    ),
    Shown(
        name="revenue",
        words="revenue, retention of revenue and quick ratio by period",
        answer=lambda dataset, question, args: revenue(dataset, question),
    ),
    Shown(
        name="value",
        words="what customers are expected to bring within a horizon",
        answer=answer_value,
        options=VALUING,
        common=CUSTOMERS,
        example="--by plan --horizon 12",
    ),
    Shown(
        name="departures",
        words="who left by choice, and who through a payment that failed",
        answer=lambda dataset, question, args: (departure_shares if args.summary else departures)(dataset, question),
        options=(flag("--summary", "each kind as a share of all departures in the periods that are over"),),
    ),
    Shown(
        name="economics",
        words="what one point of monthly retention is worth over a year",
        answer=lambda dataset, question, args: (project_point if args.working else economics)(dataset, question),
        options=(flag("--working", "the projection month by month"),),
        common=CUSTOMERS,
    ),
    Shown(
        name="loyalty",
        words="repeat purchases and the time between them",
        answer=lambda dataset, question, args: loyalty(dataset, question),
    ),
)

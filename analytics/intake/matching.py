"""Which of a file's columns is which column of a table: by name, by known synonyms, by contents."""

from dataclasses import dataclass, field

from analytics.contract.columns import Column, Table
from analytics.intake.facts import ColumnFacts, plain_name
from analytics.intake.mapfile import MapColumn

QUANTITY = ("quantity", "qty", "units", "numberofitems", "items")
UNIT_PRICE = ("unitprice", "priceperunit", "itemprice", "price", "unitcost")
EXACT, SYNONYM, CONTENT = 1.0, 0.9, 0.6
FITS = {  # kinds of file columns that can fill a kind of contract column
    "text": ("text", "flag", "number", "instant", "empty"),
    "number": ("number", "flag", "empty"),
    "count": ("number", "flag", "empty"),
    "flag": ("flag", "text", "number"),
    "instant": ("instant", "empty"),
}


@dataclass(frozen=True, kw_only=True)
class Match:
    """One column of the contract, the form that fills it, how sure that is (0-1), and why."""

    form: MapColumn
    confidence: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One table a file could be: its matches by contract column, and how well it fits."""

    table: Table
    matches: dict[str, Match] = field(default_factory=dict)
    score: float = 0.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns without a match."""
        return tuple(name for name in self.table.required if name not in self.matches)


def match_table(table: Table, facts: list[ColumnFacts], stem: str) -> Candidate:
    """How the columns of a file fit one table; `stem` is the file's name without endings."""
    matches: dict[str, Match] = {}
    free = {fact.name: fact for fact in facts}
    for column in table.columns:  # exact names first, so that no synonym takes them away
        _take(matches, free, column, {plain_name(column.name): EXACT})
    for column in sorted(table.columns, key=lambda column: not column.required):
        if column.name not in matches:
            _take(matches, free, column, dict.fromkeys(column.synonyms, SYNONYM))
    if table.name == "events":
        _match_product(matches, facts)
        _match_by_contents(table, matches, free)
    return Candidate(table=table, matches=matches, score=_score(table, matches, stem))


def _take(matches: dict[str, Match], free: dict[str, ColumnFacts], column: Column, names: dict[str, float]) -> None:
    """Matches one column by name. A synonym must hold what is due; of the contract's own name the rejects will tell."""
    fits = FITS["text"] if column.is_id else FITS[column.kind]
    for name, confidence in names.items():
        for fact in free.values():
            if fact.plain == name and (confidence == EXACT or fact.kind in fits):
                why = "it has the same name" if confidence == EXACT else f"{fact.name!r} is a usual name for it"
                matches[column.name] = Match(form=MapColumn(column=fact.name), confidence=confidence, reason=why)
                del free[fact.name]
                return


def _match_product(matches: dict[str, Match], facts: list[ColumnFacts]) -> None:
    """Quantity × unit price, where the file has both and no column of that very meaning."""
    numbers = {fact.plain: fact.name for fact in facts if fact.kind == "number"}
    quantity = next((numbers[name] for name in QUANTITY if name in numbers), None)
    price = next((numbers[name] for name in UNIT_PRICE if name in numbers), None)
    taken = matches.get("amount")
    if quantity and price and (taken is None or taken.form.column == price):
        matches["amount"] = Match(
            form=MapColumn(product=(quantity, price)),
            confidence=SYNONYM,
            reason=f"{quantity} × {price} is what was paid",
        )


def _match_by_contents(table: Table, matches: dict[str, Match], free: dict[str, ColumnFacts]) -> None:
    """The only column of dates is when it happened; the only column ending in id is the customer."""
    for name in table.required:
        if name in matches:
            continue
        column = table[name]
        fitting = [fact for fact in free.values() if fact.kind == "instant"] if column.kind == "instant" else []
        if name == "customer_id":
            fitting = [fact for fact in free.values() if fact.plain.endswith("id") and fact.kind in ("text", "number")]
        if len(fitting) == 1 and (column.kind == "instant" or column.is_id):
            what = "dates" if column.kind == "instant" else "ids"
            matches[name] = Match(
                form=MapColumn(column=fitting[0].name),
                confidence=CONTENT,
                reason=f"it is the only column of {what} left",
            )
            del free[fitting[0].name]


def _score(table: Table, matches: dict[str, Match], stem: str) -> float:
    required = sum(match.confidence for name, match in matches.items() if name in table.required)
    optional = sum(match.confidence for name, match in matches.items() if name not in table.required)
    own = sum(0.5 for name in matches if name in DISTINCTIVE.get(table.name, ()))
    named = plain_name(table.name).removesuffix("s") in plain_name(stem)
    return required + 0.5 * optional + own + 1.5 * named


DISTINCTIVE = {  # columns hardly another table has
    "subscriptions": ("started_at", "ended_at", "mrr", "renews_at", "trial_ends_at", "cancel_requested_at"),
    "tickets": ("ticket_id", "first_response_at", "resolved_at", "escalated_at", "satisfaction"),
    "invoices": ("due_at", "paid_at", "invoice_id"),
    "surveys": ("kind", "score"),
    "touches": ("touched_at", "responded_at"),
    "contacts": ("contact_id", "is_champion"),
    "churn_events": ("churned_at", "returned_at"),
    "customers": ("signed_up_at", "churned_at", "churn_reason"),
}

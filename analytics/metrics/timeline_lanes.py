"""The lanes of a timeline: each turns one customer's rows of some facts into things with plain words."""

import datetime as dt
from typing import Any, Final

import polars as pl

from analytics.contract.stages import CHURNED, STAGES
from analytics.metrics.timeline_words import Thing, begin, say_count, say_money, say_wait, say_words

_STAGE_LABELS: Final = {stage.name: stage.label for stage in STAGES} | {CHURNED: "Not a customer"}
_SCALES: Final = {"nps": ("NPS", 10), "csat": ("Satisfaction", 5), "ces": ("Ease", 7)}
_NAMES_SAID = 3  # of what was done in a week
_TERMS: Final = {1: "monthly", 3: "quarterly", 12: "yearly"}


def tell_stages(episodes: pl.DataFrame, onboarding: pl.DataFrame) -> list[Thing]:
    """Every stay in a stage as an interval, and the day first value was reached."""
    stays = [
        Thing(
            at=row["started_on"],
            until=row["ended_on"],
            lane="stage",
            kind=row["stage"],
            label=_STAGE_LABELS.get(row["stage"], begin(say_words(row["stage"]))) + _say_stay(row),
        )
        for row in episodes.iter_rows(named=True)
    ]
    reached = [row for row in onboarding.iter_rows(named=True) if row["reached_on"]]
    return stays + [
        Thing(at=row["reached_on"], lane="stage", kind="first_value", label=f"First value reached{_say_days(row)}")
        for row in reached
    ]


def tell_departures(stays: pl.DataFrame, recorded: pl.DataFrame) -> list[Thing]:
    """Joining, leaving with the reason recorded on that day, coming back, and departures recorded on another day."""
    reasons = {row["churned_on"]: row["reason"] for row in recorded.iter_rows(named=True)}
    things = []
    for row in stays.iter_rows(named=True):
        kind, label = ("joined", "Became a customer") if row["nth"] == 1 else ("returned", "Came back")
        things.append(Thing(at=row["started_on"], lane="stage", kind=kind, label=label))
        if row["ended_on"]:
            after = say_count((row["ended_on"] - row["started_on"]).days, "day")
            reason = _say_reason(reasons.pop(row["ended_on"], None))
            things.append(Thing(at=row["ended_on"], lane="stage", kind="left", label=f"Left after {after}{reason}"))
    recorded_alone = [
        Thing(at=on, lane="stage", kind="departure_recorded", label=f"Recorded as gone{_say_reason(reason)}")
        for on, reason in reasons.items()
    ]
    return things + recorded_alone


def tell_spans(spans: pl.DataFrame) -> list[Thing]:
    """Every period of a subscription as an interval, and each wish to end one."""
    things = []
    for row in spans.iter_rows(named=True):
        amount = row["mrr_cents"] / 100
        place = {"lane": "subscription", "source_row": row["source_row"]}
        until, words = row["ended_on"], _say_span(row, amount)
        things.append(Thing(at=row["started_on"], until=until, kind=row["status"], label=words, value=amount, **place))
        if row["cancel_requested_on"]:
            asked = Thing(at=row["cancel_requested_on"], kind="cancel_requested", label="Asked to cancel", **place)
            things.append(asked)
    return things


def tell_movements(movements: pl.DataFrame) -> list[Thing]:
    """Every change of what is paid between the first payment and the last."""
    words = {"expansion": "Upgraded", "contraction": "Downgraded", "reactivation": "Pays again"}
    return [
        Thing(
            at=row["moved_on"],
            lane="subscription",
            kind=row["kind"],
            label=f"{words[row['kind']]}: from {say_money(row['before_cents'] / 100)} to "
            f"{say_money(row['after_cents'] / 100)} a month",
            value=row["change_cents"] / 100,
        )
        for row in movements.iter_rows(named=True)
        if row["kind"] in words
    ]


def tell_terms(renewals: pl.DataFrame, next_on: dt.date | None, as_of: dt.date) -> list[Thing]:
    """Ends of terms that were passed as a customer, and the next one."""
    passed = renewals.filter((pl.col("term_ends_on") <= as_of) & (pl.col("closes_on") == pl.col("term_ends_on")))
    place: dict[str, Any] = {"lane": "subscription", "kind": "term_end"}
    things = [
        Thing(at=row["term_ends_on"], label="Term ended", source_row=row["source_row"], **place)
        for row in passed.iter_rows(named=True)
    ]
    if next_on:
        days = say_count((next_on - as_of).days, "day")
        things.append(Thing(at=next_on, label=f"Term ends, in {days}", **place))
    return things


def tell_use(weeks: pl.DataFrame) -> list[Thing]:
    """What was done in each week with any event. weeks: starts_on, ends_on, name, n, the most frequent last."""
    things = []
    for (starts_on, ends_on), rows in weeks.group_by("starts_on", "ends_on", maintain_order=True):
        n = int(rows["n"].sum())
        named = rows.filter(pl.col("name") != "").reverse().head(_NAMES_SAID)
        said = ", ".join(f"{say_words(name)} {times}" for name, times in named.select("name", "n").iter_rows())
        rest = ", …" if rows.height > _NAMES_SAID else ""
        label = say_count(n, "action") + " in the week" + (f": {said}{rest}" if said else "")
        things.append(Thing(at=starts_on, until=ends_on, lane="use", kind="week", label=label, value=float(n)))
    return things


def tell_tickets(tickets: pl.DataFrame) -> list[Thing]:
    """Opening (with the wait for the first answer), escalation and solution of every service request."""
    things = []
    for row in tickets.iter_rows(named=True):
        about = f": {say_words(row['category'])}" if row["category"] else ""
        name = begin(f"{say_words(row['priority'])} ticket".strip())
        place = {"lane": "tickets", "source_row": row["source_row"]}
        answered = row["first_response_at"]
        wait = f", first answer after {say_wait(row['opened_at'], answered)}" if answered else ""
        until, label = row["resolved_at"], f"{name} opened{about}{wait}"
        things.append(Thing(at=row["opened_at"], until=until, kind="opened", label=label, **place))
        if row["escalated_at"]:
            things.append(Thing(at=row["escalated_at"], kind="escalated", label=f"{name} escalated{about}", **place))
        if row["resolved_at"]:
            solved = f"{name} solved after {say_wait(row['opened_at'], row['resolved_at'])}{about}{_say_outcome(row)}"
            score = row["satisfaction"]
            things.append(Thing(at=row["resolved_at"], kind="solved", label=solved, value=score, **place))
    return things


def tell_surveys(surveys: pl.DataFrame) -> list[Thing]:
    """Every answer with its scale and comment."""
    things = []
    for row in surveys.iter_rows(named=True):
        name, best = _SCALES.get(row["kind"], (begin(say_words(row["kind"])), None))
        label = f"{name} {row['score']:g}" + (f" of {best}" if best else "")
        label += f": {row['comment']}" if row["comment"] else ""
        place = {"lane": "surveys", "kind": row["kind"], "source_row": row["source_row"]}
        things.append(Thing(at=row["answered_at"], label=label, value=row["score"], **place))
    return things


def tell_bills(bills: pl.DataFrame) -> list[Thing]:
    """Every bill by what became of it: paid, paid late, failed (attempts and unpaid) or unpaid."""
    things = []
    for row in bills.iter_rows(named=True):
        amount, attempts = say_money(row["amount"]), row["failed_attempts"] or 0
        days_late = (row["paid_on"] - row["due_on"]).days if row["paid_on"] else 0
        late = f", {say_count(days_late, 'day')} late" if days_late > 0 else ""
        failed = f" after {say_count(attempts, 'failed attempt')}" if attempts else ""
        if row["paid_on"]:
            kind, label = ("late" if days_late > 0 else "paid"), f"Paid {amount}{late}{failed}"
        else:
            state = f", {say_words(row['status'])}" if row["status"] else ""
            kind, label = ("failed" if attempts else "unpaid"), f"Due and not paid: {amount}{state}{failed}"
        until = row["paid_at"] if days_late > 0 else None
        place = {"lane": "invoices", "source_row": row["source_row"]}
        things.append(Thing(at=row["due_at"], until=until, kind=kind, label=label, value=row["amount"], **place))
    return things


def tell_touches(touches: pl.DataFrame) -> list[Thing]:
    """Every contact from us and its answer; a control arm was not contacted."""
    things = []
    for row in touches.iter_rows(named=True):
        kind = row["kind"] or "contact"
        name = begin(say_words(kind))
        if row["arm"] == "control":
            label = f"Not contacted: {name.lower()}, control group of {say_words(row['experiment']) or 'a test'}"
        else:
            channel = f" by {say_words(row['channel'])}" if row["channel"] else ""
            answered = row["responded_at"]
            reply = f"answered after {say_wait(row['touched_at'], answered)}" if answered else "no answer"
            label = f"{name}{channel}, {reply}"
        things.append(Thing(at=row["touched_at"], lane="touches", kind=kind, label=label, source_row=row["source_row"]))
    return things


def tell_people(people: pl.DataFrame) -> list[Thing]:
    """People at the customer who came and who left."""
    things = []
    for row in people.iter_rows(named=True):
        who = "Champion" if row["is_champion"] else "Contact"
        role = f": {say_words(row['role'])}" if row["role"] else ""
        for at, kind in ((row["joined_at"], "joined"), (row["left_at"], "left")):
            if at:
                label = f"{who} {kind}{role}"
                name = "champion_left" if row["is_champion"] and kind == "left" else kind
                things.append(Thing(at=at, lane="people", kind=name, label=label, source_row=row["source_row"]))
    return things


def tell_past_scores(scores: pl.DataFrame) -> list[Thing]:
    """The scores of past months: where the outcome is known, by a model that had not seen this customer."""
    return [
        Thing(at=day, lane="risk", kind="past_score", label=f"Risk of leaving {probability:.1%}", value=probability)
        for day, probability in scores.select("snapshot_on", "probability").iter_rows()
    ]


def tell_scores(scores: pl.DataFrame, as_of: dt.date) -> list[Thing]:
    """The stored score, as of the last day of the data; nothing where the model was refused."""
    return [
        Thing(
            at=as_of,
            lane="risk",
            kind=row["band"] or "score",
            label=f"Risk of leaving {row['probability']:.1%} ({row['low']:.1%} to {row['high']:.1%} over refits of the "
            f"model): {row['band']}",
            value=row["probability"],
        )
        for row in scores.iter_rows(named=True)
        if row["probability"] is not None and row["low"] is not None
    ]


def _say_stay(row: dict[str, Any]) -> str:
    if row["ended_on"] is None:
        return ", until now"
    return f" for {say_count((row['ended_on'] - row['started_on']).days, 'day')}"


def _say_days(row: dict[str, Any]) -> str:
    days = (row["reached_on"] - row["joined_on"]).days
    return f" after {say_count(days, 'day')}" if days >= 0 else ""


def _say_reason(reason: str | None) -> str:
    return f", stated reason: {say_words(reason)}" if reason else ""


def _say_span(row: dict[str, Any], amount: float) -> str:
    """`pro, 240.00 a month, yearly`; `trial of pro`."""
    plan = row["plan"] or "subscription"
    if row["status"] != "active":
        return begin(f"{say_words(row['status'])}: {plan}")
    months = row["term_months"]
    term = f", {_TERMS.get(months, f'{months} months')} term" if months else ""
    return f"{plan}, {say_money(amount)} a month{term}"


def _say_outcome(row: dict[str, Any]) -> str:
    reopened = f", reopened {say_count(row['reopened_count'], 'time')}" if row["reopened_count"] else ""
    rated = f", rated {row['satisfaction']:g} of 5" if row["satisfaction"] is not None else ""
    return reopened + rated

"""One customer in a sentence: how they stand, and what is next."""

import datetime as dt
from typing import Any

import polars as pl

from analytics.charts.wording import say_amount, say_percent
from analytics.contract.stages import CHURNED, STAGES
from analytics.metrics.customers import CustomerCard
from analytics.risk.scores import show_risk
from analytics.store.dataset import Dataset

_LABELS = {stage.name: stage.label.lower() for stage in STAGES}
QUIET_DAYS = 14  # from there on silence is worth a word
SOON_DAYS = 60  # and a renewal too


def say_customer(card: CustomerCard, sign: str) -> str:
    """The title: stage, money and silence, or since when they are gone."""
    who = f"{card.name} ({card.customer_id})" if card.name else card.customer_id
    if not card.is_here:
        return _say_gone(card, who)
    parts = [f"is in {_LABELS[card.stage]}"] if card.stage in _LABELS else []
    if card.mrr is not None:
        parts.append(f"pays {say_amount(card.mrr, sign)} a month")
    if card.quiet_days is not None and card.quiet_days >= QUIET_DAYS:
        parts.append(f"has been quiet for {card.quiet_days:,} days")
    elif card.probability is not None and not parts:
        parts.append(f"has a {say_percent(card.probability, 0)} risk of leaving")
    return f"{who} {_join(parts)}" if parts else f"{who} is a customer"


def say_next(card: CustomerCard) -> str:
    """What is next: the risk, and the end of the term where it is near; empty when nothing is known."""
    parts = []
    if card.probability is not None:
        spread = "" if card.low is None else f" ({say_percent(card.low, 0)} to {say_percent(card.high, 0)} over refits)"
        band = f", {card.band}" if card.band else ""
        parts.append(f"The risk of leaving is **{say_percent(card.probability)}**{spread}{band}.")
    if card.days_to_renewal is not None:
        near = "**" if card.days_to_renewal <= SOON_DAYS else ""
        parts.append(f"The term ends in {near}{card.days_to_renewal:,} days{near} ({_say_day(card.term_ends_on)}).")
    return " ".join(parts)


def say_since(rows: pl.DataFrame) -> str:
    """The latest thing that went wrong, as the title of the timeline. rows: those of `timeline`."""
    trouble = ("escalated", "failed", "unpaid", "cancel_requested", "contraction", "champion_left", "left")
    found = rows.filter(pl.col("kind").is_in(trouble))
    if found.is_empty():
        return "Nothing on record has gone wrong"
    last = found.row(-1, named=True)
    return f"Latest trouble: {_say_day(last['at'])}, {last['label']}"


def list_attributes(card: CustomerCard) -> dict[str, Any]:
    """Attributes by name, without those the card shows itself and those that are empty."""
    return {
        name: value for name, value in card.attributes.items() if value is not None and name not in ("plan", "stage")
    }


def _say_gone(card: CustomerCard, who: str) -> str:
    if card.left_on is None:
        return f"{who} has left" if card.stage == CHURNED or card.joined_on is None else f"{who} is not a customer"
    stayed = f" after {card.tenure:,.0f} days" if card.tenure is not None else ""
    return f"{who} left on {_say_day(card.left_on)}{stayed}"


def _say_day(day: dt.date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def _join(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def list_noteworthy(dataset: Dataset, limit: int = 6) -> pl.DataFrame:
    """Customers worth opening first: customer_id, name, why. Those with the greatest expected loss (or risk) where
    there are scores, else the latest departures, else the first ids."""
    if "scores" in dataset.tables():
        risks = show_risk(dataset).filter(pl.col("probability").is_not_null()).head(limit)
        if risks.height:
            risk = pl.format("{} % risk of leaving", (pl.col("probability") * 100).round(0).cast(pl.Int64))
            loss = pl.format(", expected loss {} a month", pl.col("expected_loss").round(0).cast(pl.Int64))
            return _with_names(dataset, risks.select("customer_id", why=risk + loss.fill_null("")))
    left = dataset.fact(
        "active_spans", "ended_on is not null order by ended_on desc, customer_key limit $most", most=limit
    )
    if left.height:
        keys = left["customer_key"].to_list()
        people = dataset.fact("customers", "customer_key in $keys", keys=keys).select("customer_key", "customer_id")
        why = "left on " + pl.col("ended_on").cast(pl.String)
        rows = left.join(people, on="customer_key", maintain_order="left").select("customer_id", why=why)
        return _with_names(dataset, rows.unique("customer_id", maintain_order=True))
    first = dataset.fact("customers", "true order by customer_id limit $most", most=limit)
    return first.select("customer_id", "name", why=pl.lit(""))


def _with_names(dataset: Dataset, rows: pl.DataFrame) -> pl.DataFrame:
    names = dataset.fact("customers", "customer_id in $ids", ids=rows["customer_id"].to_list())
    return rows.join(names.select("customer_id", "name"), on="customer_id", maintain_order="left").select(
        "customer_id", "name", "why"
    )

"""Finding one customer, and how they stand: the search box, the suggestions, the cards."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.charts.wording import say_amount, say_name, say_percent
from analytics.contract.stages import CHURNED
from analytics.metrics.customers import CustomerCard, find_customers, is_customer
from analytics.reports.customer_findings import list_attributes, list_noteworthy
from analytics.reports.findings import STAGE_LABELS
from analytics.store.info import BuildInfo
from pages.parts.answers import read
from pages.parts.cards import CARD_PIXELS
from pages.parts.figures import card as framed
from pages.parts.frame import Screen
from pages.parts.kept import keep, restore
from pages.parts.words import currency_sign, literal, say_day

CUSTOMER, MOST_FOUND = "customer", 12


def choose_customer(screen: Screen) -> str:
    """The id of the customer searched for; "" while there is none, and some are offered to choose from."""
    with screen.choices:
        text = st.text_input(
            "Customer",
            key=restore(CUSTOMER),
            bind="query-params",
            placeholder="Id, name or any attribute",
            icon=":material/person_search:",
            label_visibility="collapsed",
            width=320,
        ).strip()
    keep(CUSTOMER, text, "")
    if not text:
        suggest_customers(screen, "Whose story do you want to see?")
        return ""
    if read(is_customer, text):
        return text
    found = read(find_customers, text, MOST_FOUND)
    if found.height == 1:
        return str(found["customer_id"][0])
    if found.is_empty():
        suggest_customers(screen, f"No customer has “{text}” in the id, the name or an attribute")
        return ""
    screen.say(f"{say_found(found)} “{text}”", "Choose one, or write more of it.")
    offer(found.rename({"found": "why"}))
    return ""


def say_found(found: pl.DataFrame) -> str:
    """How many were found, up to the title's search."""
    first = f"The first {MOST_FOUND}" if found.height == MOST_FOUND else str(found.height)
    return f"{first} customers who have"


def suggest_customers(screen: Screen, title: str) -> None:
    """Whom to look at while nobody is chosen."""
    screen.say(title, "Search by id, name or any attribute, or begin with one of these.")
    offer(read(list_noteworthy))


def offer(people: pl.DataFrame) -> None:
    """One button per customer. people: customer_id, name, why."""
    with st.container(key="offered", gap="xsmall"):
        for row in people.iter_rows(named=True):
            words = " · ".join(part for part in (row["customer_id"], row["name"], row["why"]) if part)
            st.button(
                literal(words), key=f"open-{row['customer_id']}", on_click=open_customer, args=(row["customer_id"],)
            )


def open_customer(customer_id: str) -> None:
    """The customer becomes the one of the address."""
    st.session_state[CUSTOMER] = customer_id


def show_standing(card: CustomerCard, info: BuildInfo) -> None:
    """What is known of the customer on the as-of day, as a row of cards."""
    cards = list_cards(card, info)
    with st.grid(max(len(cards), 2), min_column_width=CARD_PIXELS):
        for label, value, words in cards:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(label, value)
                st.caption(literal(words))


def list_cards(card: CustomerCard, info: BuildInfo) -> list[tuple[str, str, str]]:
    """(label, value, words below) of every card that has a value."""
    sign, cards = currency_sign(info), []
    if card.stage:
        name = "Not a customer" if card.stage == CHURNED else STAGE_LABELS.get(card.stage, say_name(card.stage))
        cards.append(("Stage", name, f"since {say_day(card.stage_since_on)}"))
    if card.mrr is not None:
        cards.append(("MRR", say_amount(card.mrr, sign), f"plan {card.plan}" if card.plan else "a month"))
    if card.tenure is not None:
        unit = info.tenure_unit or ("" if info.is_snapshot else "days")
        since = f"since {say_day(card.joined_on)}" if card.joined_on else "as the file has it"
        cards.append(("Tenure", f"{card.tenure:,.0f} {unit}".strip(), since))
    if card.days_to_renewal is not None:
        cards.append(("Term ends in", say_days(card.days_to_renewal), say_day(card.term_ends_on)))
    if card.quiet_days is not None:
        words = "since the last event" if card.quiet_days else "an event on the last day of the data"
        cards.append(("Quiet for", say_days(card.quiet_days), words))
    if card.probability is not None:
        sure = f"{say_percent(card.low)} to {say_percent(card.high)} over refits" if card.low is not None else ""
        cards.append(("Risk of leaving", say_percent(card.probability), " · ".join(filter(None, (card.band, sure)))))
    return cards


def say_days(days: int) -> str:
    """`1 day`, `23 days`."""
    return f"{days:,} day{'' if days == 1 else 's'}"


def show_attributes(card: CustomerCard) -> None:
    """Every further attribute."""
    known = list_attributes(card)
    if not known:
        return
    with framed("What else is known"):
        rows = [{"attribute": say_name(name), "value": say_attribute_value(value)} for name, value in known.items()]
        st.dataframe(pl.DataFrame(rows), hide_index=True, alt="Attributes of the customer")


def say_attribute_value(value: Any) -> str:
    """An attribute's value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)

"""What has happened with this customer, and what is next?"""

import streamlit as st

from analytics.metrics.customers import CustomerCard, customer_card
from analytics.metrics.timeline import timeline
from analytics.reports.customer_findings import say_customer, say_next
from analytics.reports.risk_findings import summarise_risk
from analytics.risk.scores import show_risk
from pages.parts.answers import read
from pages.parts.customer import choose_customer, show_attributes, show_standing
from pages.parts.frame import Screen, page
from pages.parts.reasons import show_reasons
from pages.parts.timeline import show_signs_on, show_timeline, style_print
from pages.parts.words import currency_sign, say_what_is_missing


def show_customer(screen: Screen, card: CustomerCard) -> None:
    """One customer: the sentence, the cards, the timeline, the reasons of the score."""
    info = screen.dataset.info
    screen.say(say_customer(card, currency_sign(info)), say_next(card))
    show_standing(card, info)
    if info.is_snapshot:
        st.info(say_what_is_missing("A timeline", "dates", "any dated table, such as subscriptions, events or tickets"))
    else:
        show_timeline(read(timeline, card.customer_id), card.customer_id, info)
        if card.is_here:
            show_signs_on(card.customer_id, info)
    show_attributes(card)
    if card.probability is not None:
        show_reasons(card.customer_id, read(show_risk), read(summarise_risk).average)


with page("What has happened with this customer, and what is next?") as screen:
    style_print()
    customer_id = choose_customer(screen)
    if customer_id:
        show_customer(screen, read(customer_card, customer_id))

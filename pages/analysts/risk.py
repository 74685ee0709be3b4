import streamlit as st

from analytics.charts.risk_spread import risk_spread
from analytics.reports.risk_findings import say_risk, say_spread, say_stakes, spread_risk, summarise_risk
from analytics.risk.scores import model_card, show_risk
from pages.parts.answers import queries_behind, read
from pages.parts.choices import choose_customers, say_customers
from pages.parts.figures import card, draw, explain_numbers, theme_mode
from pages.parts.frame import Screen, page
from pages.parts.reasons import pick_customer, show_reasons
from pages.parts.training import has_usable_model, show_model
from pages.parts.words import currency_sign


def show_risks(screen: Screen, where: str) -> None:
    """Everybody chosen, and the reasons of the one picked from the list."""
    sign = currency_sign(screen.dataset.info)
    summary, risks = read(summarise_risk, where), read(show_risk, where)
    if summary is None:
        screen.say("Nobody who could leave meets this condition", "Widen the choice of customers above.")
        return
    screen.say(say_risk(summary), say_stakes(summary, sign))
    spread, trust = st.columns([3, 2])
    with spread, card(say_spread(summary), "Customers by their calibrated risk of leaving."):
        bars = read(spread_risk, where)
        draw(risk_spread(bars, theme_mode(), average=summary.average), key="spread")
        explain_numbers(bars, "risk-distribution", queries=queries_behind(spread_risk, where))
    with trust:
        show_model(read(model_card))
    with card("Who to look at first", "The greatest expected loss first. Choose a row to see its reasons."):
        customer = pick_customer(risks, sign)
    show_reasons(customer, risks, read(summarise_risk).average)
    told = {"customer": customer}
    st.page_link(
        "pages/marketers/customer.py", label="What has happened", icon=":material/timeline:", query_params=told
    )


with page("Who is likely to leave next, and what is that score made of?") as screen:
    with screen.choices:
        where = choose_customers()
    if has_usable_model(screen, "No risk can be shown for this data"):
        show_risks(screen, where)
    screen.note(say_customers(where))

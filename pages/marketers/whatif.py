import streamlit as st

from analytics.contract.errors import UserError
from analytics.levers.whatif import list_levers, whatif_customers
from analytics.reports.whatif_findings import say_outcome
from pages.parts.answers import read
from pages.parts.choices import choose_customers, say_customers
from pages.parts.errors import show_error
from pages.parts.figures import card
from pages.parts.frame import Screen, page
from pages.parts.levers import choose_levers, make_moves, move_levers, show_levels, show_outcome
from pages.parts.scenarios import compare_saved, save_scenario
from pages.parts.training import has_usable_model

QUESTION = "What would keep how many customers, and how sure is that?"
LEAD = (
    "Move what you could move and see what the model goes on to expect. This is what goes **together** with lower risk "
    "in the data, not what is known to lower it: only a test shows that."
)


@st.fragment
def play(screen: Screen, where: str) -> None:
    """Sliders and their outcome; only this part runs again when a slider moves."""
    try:
        levers = read(list_levers, where)
        sliders, result = st.columns([2, 3])
        with sliders, card("What you could move", "Average of the customers chosen, inside what has been observed."):
            shown, places = choose_levers(levers), {}
            changes = move_levers(shown, places)
        outcome = read(whatif_customers, make_moves(shown, changes), where)
        show_levels(shown, places, outcome)
        screen.say(say_outcome(outcome), LEAD)
        with result:
            show_outcome(outcome, levers, screen.dataset.info)
            save_scenario(changes, where)
    except UserError as error:
        screen.say(QUESTION)
        show_error(error)


with page(QUESTION) as screen:
    with screen.choices:
        where = choose_customers()
    if has_usable_model(screen, "No what-if can be shown for this data"):
        play(screen, where)
        compare_saved(screen.dataset.info)
    screen.note(say_customers(where))

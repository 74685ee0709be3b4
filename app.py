"""The dashboard: names the pages, runs the one asked for, shows what a person can put right. No logic.

`streamlit run app.py` imports this file once as the server, and runs it as a script for every visit.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from analytics.contract.errors import UserError
from pages.parts.errors import show_error
from pages.parts.menu import MENU
from pages.parts.warm_up import warm_up

STATIC = Path(__file__).parent / "static"


def draw() -> None:
    """One visit: the menu, and the page asked for."""
    st.set_page_config(page_title="Holdfast", page_icon=str(STATIC / "icon.png"), layout="wide")
    warm_up()
    st.logo(str(STATIC / "logo.png"), icon_image=str(STATIC / "icon.png"), size="large")
    try:
        st.navigation(screens()).run()
    except UserError as error:
        show_error(error)


def screens() -> dict[str, list[st.Page]]:
    """The declared pages as Streamlit wants them, by section, and the root, which leads to the first of them."""
    # A page that stands at the root itself would lose its own address.
    root = st.Page(go_home, title="Holdfast", url_path="home", visibility="hidden", default=True)
    pages = {
        section: [
            st.Page(entry.path, title=entry.title, icon=entry.icon, url_path=entry.address, help=entry.answers)
            for entry in entries
        ]
        for section, entries in MENU.items()
    }
    return {"": [root], **pages}


def go_home() -> None:
    """From the root to the first page, with the choices in the address."""
    first = next(iter(MENU.values()))[0]
    st.switch_page(first.path, query_params=st.query_params.to_dict())


@asynccontextmanager
async def start(server: st.App) -> AsyncIterator[None]:
    """Before the first visitor: everything is loaded, and Streamlit knows that pages come from the menu.

    Otherwise the first address of a page, opened on a fresh server, is looked up in the folder `pages/` alone, and
    answered with "page not found".
    """
    # There is no visit yet, which Streamlit would warn about on the terminal.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    st.navigation(["app.py"])
    warm_up()
    yield


if __name__ == "__main__":
    draw()
else:
    app = st.App(__file__, lifespan=start)

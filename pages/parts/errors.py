"""What a person sees when their input is at fault: what happened, where, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from analytics.contract.errors import UserError


def show_error(error: UserError) -> None:
    """The three parts of a UserError in one box; never a traceback."""
    what = error.what[:1].upper() + error.what[1:]
    lines = [f"`{error.where}`"] if error.where else []
    st.error("\n\n".join([*lines, error.remedy or "Change the choice above and try again."]), title=what)


@contextmanager
def guard() -> Iterator[None]:
    """One part of a page: a UserError inside is shown in its place, and the rest of the page goes on."""
    try:
        yield
    except UserError as error:
        show_error(error)

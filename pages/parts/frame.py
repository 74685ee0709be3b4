"""The frame of every page: whose data, the finding as title, and the definitions in force at the foot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.contract.errors import UserError
from analytics.store.dataset import Dataset
from pages.parts.errors import show_error
from pages.parts.kept import arrive
from pages.parts.session import current_dataset, is_sample, return_to_company, upload_label
from pages.parts.words import literal, say_day, say_recognised


@dataclass
class Screen:
    """The places of one page. The title comes from the data, so it is written after the numbers are known."""

    head: DeltaGenerator
    choices: DeltaGenerator
    dataset: Dataset | None
    notes: list[str] = field(default_factory=list)

    def say(self, title: str, lead: str = "") -> None:
        """The finding in one sentence, computed from the numbers on the page, and what stands behind it."""
        with self.head:
            st.title(literal(title), anchor=False)
            if lead:
                st.markdown(literal(lead))

    def note(self, sentence: str) -> None:
        """One more line of the footer: how many customers, which customers, what is not shown and why."""
        self.notes.append(sentence)


@contextmanager
def page(question: str, *, needs_data: bool = True) -> Iterator[Screen]:
    """Draws the frame around a page's body; a UserError inside is shown, and the page stays usable.

    question: what the page answers; its title until `Screen.say` has a finding. needs_data: false for a page
    that works without any data set; its `Screen.dataset` may then be None.
    """
    arrive(question)
    try:
        dataset = current_dataset()
    except UserError as error:
        if needs_data:
            st.title(question, anchor=False)
            show_error(error)
            return_button()
            st.stop()
        dataset = None
    left, right = st.columns([1, 3], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center"):
        show_badge(dataset)
    choices = right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center")
    screen = Screen(head=st.container(), choices=choices, dataset=dataset)
    try:
        yield screen
    except UserError as error:
        screen.say(question)
        show_error(error)
    show_footer(screen)


def show_badge(dataset: Dataset | None) -> None:
    """Which data set is in force; from an upload, one click leads back."""
    if upload_label():
        st.badge(f"Your upload: {upload_label()}", icon=":material/upload_file:", color="orange")
        return_button()
    elif dataset is not None:
        name = "Sample company (simulated)" if is_sample(dataset.name) else "The company's data"
        st.badge(name, icon=":material/database:", color="gray", help=str(dataset.name.name))


def return_button() -> None:
    """Back to the company's data, when an upload is in force."""
    if upload_label():
        st.button(
            "Back to the company's data",
            on_click=return_to_company,
            type="tertiary",
            icon=":material/undo:",
            key="return",
        )


def show_footer(screen: Screen) -> None:
    """What the numbers rest on: day, definition, rows left out, version, and the page's own notes."""
    st.divider()
    for note in screen.notes:
        st.caption(note)
    if screen.dataset is None:
        return
    info = screen.dataset.info
    parts = [
        f"Data up to {say_day(info.as_of)}" if info.as_of else "A snapshot: one row per customer, no dates",
        say_recognised(info),
        *(f"Rows left out: `{rule}`" for rule in info.drop_rules),
        f"Definitions {info.definition_version}, build {info.build_id}",
    ]
    st.caption(" · ".join(parts))
    if info.warnings:
        with st.expander(
            f"{len(info.warnings)} {'remark' if len(info.warnings) == 1 else 'remarks'} about the data",
            icon=":material/info:",
        ):
            st.markdown("\n".join(f"- {warning}" for warning in info.warnings))

"""What a page without a usable risk model shows: the reason, the figures behind it, and, on an upload, training."""

from threading import Lock

import polars as pl
import streamlit as st

from analytics.contract.errors import UserError
from analytics.reports.model_words import REFUSED, USABLE, say_model, split_verdict
from analytics.risk.pipeline import train_dataset
from analytics.risk.scores import model_card
from pages.parts.answers import queries_behind, read
from pages.parts.errors import show_error
from pages.parts.figures import card, explain_numbers
from pages.parts.frame import Screen
from pages.parts.session import current_dataset, upload_label

_one_at_a_time = Lock()  # two trainings on the same cores take longer than one after the other

FORMATS = {name: st.column_config.NumberColumn(format="%.3f") for name in ("value", "low", "high", "baseline")}
TRUST = {USABLE: ("usable", "green", ":material/verified:"), REFUSED: ("refused", "red", ":material/block:")}


def has_usable_model(screen: Screen, refusal: str) -> bool:
    """Whether risks may be shown; otherwise says why not, and nothing else.

    refusal: the page's title where there is no usable model.
    """
    state, reason = split_verdict(current_dataset().info.verdict)
    if state == USABLE:
        return True
    if state == REFUSED:
        screen.say(refusal, f"The risk model was refused: {reason}.")
        show_model(read(model_card))
    else:
        screen.say(refusal, "No risk model has been trained on this data yet.")
        offer_training()
    return False


def offer_training() -> None:
    """On an upload a button that trains; on the company's data the command that does."""
    if not upload_label():
        st.info("Whoever keeps the data trains it once, after every build:", icon=":material/model_training:")
        st.code(f"holdfast train --file {current_dataset().name.name}", language="bash")
        return
    st.markdown(
        "Training learns from this file alone and stays in this browser session. It takes from half a minute for "
        "a few thousand rows to several minutes."
    )
    if st.button("Train the risk model", type="primary", icon=":material/model_training:", key="train"):
        try:
            train_upload()
        except UserError as error:
            show_error(error)
            return
        st.rerun()


def train_upload() -> None:
    """Trains this session's file, with progress; the new version is in force as soon as it is published."""
    bar = st.progress(0.0, "Waiting for another training to end" if _one_at_a_time.locked() else "Reading the rows")
    with _one_at_a_time:
        train_dataset(
            current_dataset(), progress=lambda share, doing: bar.progress(min(share, 1.0), doing.capitalize())
        )


def show_model(figures: pl.DataFrame) -> None:
    """The model card: verdict, every figure in one sentence, and the whole table. figures: rows of `model_card`."""
    state, reason = split_verdict(current_dataset().info.verdict)
    label, colour, icon = TRUST[state]
    with card("How far can the score be trusted?", "Measured on customers the model had not seen while it learnt."):
        st.badge(label, color=colour, icon=icon, help=reason)
        st.markdown("\n".join(f"- {sentence}" for sentence in say_model(figures)))
        queries = queries_behind(model_card)
        explain_numbers(figures, "risk-model", columns=FORMATS, queries=queries, label="All figures of the model")

import streamlit as st

from analytics.contract.errors import UserError
from analytics.contract.tables import SHAPES
from analytics.intake.checked import Checked
from analytics.reports.model_words import UNTRAINED, split_verdict
from pages.parts.errors import show_error
from pages.parts.figures import card
from pages.parts.frame import Screen, page
from pages.parts.menu import entries
from pages.parts.proposal import settle, show_counts, show_file, show_mapping
from pages.parts.session import current_dataset, upload_label, use_upload
from pages.parts.training import offer_training
from pages.parts.upload import (
    Received,
    build_upload,
    check_upload,
    checked_upload,
    forget,
    is_built,
    receive,
    received,
    upload_number,
    upload_settings,
)

PRIVATE = "It stays in this browser session: nobody else sees it, and it is gone when the session ends."
EXAMPLES = ("events", "subscriptions", "snapshot")
NEEDS_OUTCOME = "needs a column that says who left; a tenure and any attributes are used where they are."
FORMATS = "CSV (any usual delimiter and encoding), XLSX or Parquet, also gzipped."


def take_file() -> None:
    """The place to put a file; a file that arrives moves to disk at once and leaves the browser's memory."""
    limit = upload_settings().upload_limit_mb
    with card("One table, one row per event, subscription or customer", FORMATS):
        upload = st.file_uploader(
            f"A file of up to {limit:,} MB", max_upload_size=limit, key=f"upload_{upload_number()}"
        )
        for name in EXAMPLES:
            st.caption(f"**{SHAPES[name].row[:1].upper()}{SHAPES[name].row[1:]}**: {say_needs(name)}")
        if upload is None:
            return
        try:
            with st.spinner("Reading the file"):
                receive(upload)
        except UserError as error:
            show_error(error)
            return
    st.rerun()


def say_needs(shape: str) -> str:
    """The columns such a file must have, under these or other names."""
    needed = [column.meaning for column in SHAPES[shape].columns if column.required]
    return f"needs {'; '.join(needed)}." if needed else NEEDS_OUTCOME


def show_received(screen: Screen, file: Received) -> None:
    """From the proposal through the check to the build."""
    screen.say(f"{file.label}: {file.proposal.n_rows:,} rows", PRIVATE)
    with screen.choices:
        st.button("Another file", on_click=forget, icon=":material/upload_file:", key="another")
    show_file(file)
    show_mapping(file)
    toml, missing = settle(file)
    if missing:
        st.info("The file can be checked once every question above has an answer.", icon=":material/help:")
        return
    try:
        checked = checked_upload(file, toml) or check_with_progress(file, toml)
        show_counts(checked)
        offer_build(file, checked)
    except UserError as error:
        show_error(error)


def check_with_progress(file: Received, toml: str) -> Checked:
    """Every row against every rule."""
    bar = st.progress(0.0, "Checking every row")
    checked = check_upload(file, toml, lambda share, doing: bar.progress(min(share, 1.0), doing.capitalize()))
    bar.empty()
    return checked


def offer_build(file: Received, checked: Checked) -> None:
    """One button between the check and every page."""
    label, kind = ("Build again", "secondary") if is_built(file) else ("Build and look at it", "primary")
    if st.button(label, type=kind, icon=":material/database:", key="build"):
        bar = st.progress(0.0, "Building")
        build_upload(file, checked, lambda share, doing: bar.progress(min(share, 1.0), doing.capitalize()))
        st.rerun()


def show_in_force() -> None:
    """What can be done with an upload in force: every page, and training."""
    with card(f"Every page now runs on {upload_label()}", PRIVATE):
        with st.container(horizontal=True):
            for entry in entries():
                if entry.address != "bring":
                    st.page_link(entry.path, label=entry.title, icon=entry.icon)
        if split_verdict(current_dataset().info.verdict)[0] == UNTRAINED:
            offer_training()


with page("What does Holdfast say about a file of yours?", needs_data=False) as screen:
    file = received()
    if upload_label():
        show_in_force()
    elif file is not None and is_built(file):
        st.button(f"Use {file.label} again", on_click=use_upload, args=(file.dataset, file.label), key="again")
    if file is None:
        screen.say("See your own data in every page", PRIVATE)
        take_file()
    else:
        show_received(screen, file)

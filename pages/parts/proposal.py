"""What is proposed for a file: how it is written, what its columns are taken for, and what only a person can answer."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.contract.tables import SHAPES
from analytics.intake.checked import Checked
from analytics.intake.mapfile import TENURE_UNITS
from analytics.intake.proposal import ProposedColumn, Question
from pages.parts.figures import card
from pages.parts.harmless import make_harmless
from pages.parts.upload import Received, with_answers
from pages.parts.words import literal

FEW_CHOICES = 4
HEADING_PIXELS, ROW_PIXELS = 34, 32
MOST_REJECTS = 1000  # rows sent to the browser; the file to take away has all of them
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "whitespace": "blanks", "": "–"}


def show_file(file: Received) -> None:
    """How the file is written, its first rows, and the way to another one."""
    look, proposal = file.proposal.look, file.proposal
    with card(f"{file.label} reads well", f"Read as: one row is {SHAPES[proposal.shape].row}."):
        with st.grid(4, min_column_width=140):
            st.metric("Rows", f"{proposal.n_rows:,}")
            st.metric("Columns", f"{len(proposal.columns):,}")
            st.metric("Encoding", look.encoding or look.kind)
            st.metric("Between the columns", DELIMITERS.get(look.delimiter, look.delimiter))
        show_remarks(proposal.warnings)
        st.caption(f"The first {file.preview.height} rows, as they stand in the file:")
        st.dataframe(file.preview, hide_index=True, height=fit(file.preview, 214), alt="The first rows of the file")


def show_remarks(remarks: tuple[str, ...]) -> None:
    """What was noticed on the way, one line each."""
    for remark in remarks:
        st.caption(literal(f":material/warning: {remark}"))


def show_mapping(file: Received) -> None:
    """Every column of the file: what it is taken for, how sure, and why."""
    columns = file.proposal.columns
    used = sum(1 for column in columns if column.maps_to)
    title = f"{used} of {len(columns)} columns have a meaning of their own"
    with card(title, "The others are kept: attributes to filter and compare by where they describe customers."):
        rows = pl.DataFrame(
            [
                {
                    "column": column.name,
                    "type": column.type,
                    "taken for": column.maps_to or say_unmapped(file, column),
                    "sure": column.confidence * 100 if column.maps_to else None,
                    "why": column.reason,
                    "remarks": "; ".join(column.warnings),
                }
                for column in columns
            ],
            schema={
                **dict.fromkeys(("column", "type", "taken for"), pl.String),
                "sure": pl.Float64,
                **dict.fromkeys(("why", "remarks"), pl.String),
            },
        )
        st.dataframe(
            rows,
            hide_index=True,
            height=fit(rows, 420),
            column_config={
                "column": st.column_config.TextColumn("Column", pinned=True),
                "type": "Type",
                "taken for": "Taken for",
                "sure": st.column_config.ProgressColumn(
                    "How sure", min_value=0, max_value=100, format="%.0f%%", width=110
                ),
                "why": "Why",
                "remarks": "Remarks",
            },
            alt="The columns of the file and what they are taken for",
        )


def say_unmapped(file: Received, column: ProposedColumn) -> str:
    """What becomes of a column without a meaning of its own."""
    forms = [form for question in file.proposal.questions for form in question.choices.values()]
    asked = {source for form in forms for source in form.sources}
    if column.name in asked:
        return "asked below"
    return "left out" if column.name in file.proposal.drop_columns else "attribute"


def fit(rows: pl.DataFrame, limit: int) -> int:
    """The height in pixels of a table that shows all its rows, up to a limit."""
    return min(HEADING_PIXELS + ROW_PIXELS * rows.height, limit)


def settle(file: Received) -> tuple[str, list[str]]:
    """Asks what is open; gives the map as it stands and the questions without an answer."""
    proposal, number = file.proposal, file.number
    answers: dict[str, str] = {}
    with card(say_open(len(proposal.questions)), "Answers change the map below; nothing is built yet."):
        for question in proposal.questions:
            answer = ask(question, f"answer_{number}_{question.key}")
            if answer:
                answers[question.key] = answer
        unit = ask_unit(file)
        drop_rows = st.text_input(
            "Rows to leave out (optional)",
            key=f"drop_{number}",
            persist_state="session",
            placeholder="for example: Quantity < 0 or InvoiceNo like 'C%'",
            help="A condition over the file's own columns. It is named in the footer of every page.",
        )
        toml = with_answers(proposal, answers, unit, drop_rows)
        toml = edit_map(toml, number)
    is_edited = toml != with_answers(proposal, answers, unit, drop_rows)
    missing = [] if is_edited else [question.text for question in proposal.questions if question.key not in answers]
    return toml, missing


def say_open(n_questions: int) -> str:
    """How much only a person can answer."""
    if not n_questions:
        return "Nothing is left open"
    return f"{n_questions} {'question' if n_questions == 1 else 'questions'} only you can answer"


def ask(question: Question, key: str) -> str | None:
    """One open question; no answer is chosen beforehand."""
    choices = list(question.choices)
    if not choices:
        st.warning(f"{question.text} Say it in the map below.", icon=":material/help:")
        return None
    if len(choices) <= FEW_CHOICES:
        return st.radio(question.text, choices, index=None, horizontal=True, key=key, persist_state="session")
    return st.selectbox(question.text, choices, index=None, placeholder="Choose", key=key, persist_state="session")


def ask_unit(file: Received) -> str:
    """The unit of a tenure, which no file can tell for sure; empty without a tenure."""
    form = file.proposal.forms.get("tenure")
    if form is None:
        return ""
    start = TENURE_UNITS.index(form.unit) if form.unit in TENURE_UNITS else TENURE_UNITS.index("months")
    return st.radio(
        f"{form.column!r} counts",
        TENURE_UNITS,
        index=start,
        horizontal=True,
        key=f"unit_{file.number}",
        persist_state="session",
    )


def edit_map(toml: str, number: int) -> str:
    """The map as text to read, change and take away; what is written here wins over the answers above."""
    with st.expander("The map: read it, change it, take it away", icon=":material/data_object:"):
        is_own = st.toggle("Write it myself", key=f"own_{number}", persist_state="session")
        if is_own:
            toml = st.text_area(
                "map.toml", toml, height=320, key=f"map_{number}", persist_state="session", label_visibility="collapsed"
            )
        else:
            st.code(toml, language="toml")
        st.download_button(
            "map.toml", toml, "map.toml", "text/plain", on_click="ignore", icon=":material/download:", key="map-file"
        )
    return toml


def show_counts(checked: Checked) -> None:
    """Rows read, kept, dropped and rejected of each table, and the rejected ones with line, column, value, rule."""
    rejected = sum(count.rejected for count in checked.counts)
    title = f"{rejected:,} rows break a rule and are set aside" if rejected else "Every row kept meets every rule"
    with card(title, "Read = kept + left out + set aside."):
        for count in checked.counts:
            with st.grid(4, min_column_width=120):
                st.metric("Read", f"{count.read:,}")
                st.metric("Kept", f"{count.kept:,}")
                st.metric("Left out by your rule", f"{count.dropped:,}")
                st.metric("Set aside", f"{count.rejected:,}")
        show_remarks(checked.warnings)
        if checked.rejects:
            show_rejects(checked)


def show_rejects(checked: Checked) -> None:
    """The first rows set aside, and all of them as a file."""
    rejects = pl.scan_csv(checked.rejects, infer_schema=False)
    shown = rejects.head(MOST_REJECTS).collect()
    st.dataframe(
        shown,
        hide_index=True,
        height=fit(shown, 320),
        column_config=reject_columns(),
        alt="Rows that break a rule",
    )
    st.download_button(
        "All rows set aside",
        lambda: make_harmless(rejects.collect()).write_csv(),  # there may be millions: read when asked for
        "rejected-rows.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="rejects",
    )


def reject_columns() -> dict[str, Any]:
    """Readable headings of the rejects."""
    return {"file": "File", "line": "Line", "column": "Column", "value": "Value", "rule": "Rule broken"}

"""The data set in force for this browser session: the company's, or what this session uploaded."""

import os
import shutil
import tempfile
from pathlib import Path

import streamlit as st

from analytics.store.dataset import Dataset, open_dataset

ROOT = Path(__file__).resolve().parents[2]
COMPANY_FILE = ROOT / "data" / "company.duckdb"
_UPLOAD, _LABEL = "upload_in_force", "upload_label"


def current_dataset() -> Dataset:
    """The newest version of the data set in force; UserError when there is none."""
    return open_dataset(st.session_state.get(_UPLOAD) or company_file())


def company_file() -> Path:
    """The company's data set: HOLDFAST_FILE, else data/company.duckdb."""
    return Path(os.environ.get("HOLDFAST_FILE") or COMPANY_FILE)


def is_sample(name: Path) -> bool:
    """Whether this is the simulated company that `holdfast demo` builds."""
    return name.absolute() == COMPANY_FILE


def use_upload(name: Path | str, label: str) -> None:
    """Every page of this browser session runs on this data set from the next rerun on; nobody else sees it.

    name: a data set published with `build_dataset`, best below `upload_folder()`. label: the file's own name.
    """
    st.session_state[_UPLOAD], st.session_state[_LABEL] = str(name), label


def return_to_company() -> None:
    """This session goes back to the company's data."""
    st.session_state.pop(_UPLOAD, None)
    st.session_state.pop(_LABEL, None)


def upload_label() -> str:
    """The name of the uploaded file in force; empty on the company's data."""
    return st.session_state.get(_LABEL, "")


@st.cache_resource(
    scope="session", show_spinner=False, on_release=lambda folder: shutil.rmtree(folder, ignore_errors=True)
)
def upload_folder() -> Path:
    """A folder of this browser session's own; it disappears with the session."""
    return Path(tempfile.mkdtemp(prefix="holdfast-upload-"))

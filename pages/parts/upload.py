"""A file brought by a visitor: kept on disk for this browser session, proposed for, checked, built."""

import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.intake.check import check_source
from analytics.intake.checked import Checked
from analytics.intake.mapfile import FileOptions, MapFile, parse_map
from analytics.intake.proposal import Proposal
from analytics.intake.propose import propose_staged
from analytics.intake.read import FILE, LINE, check_upload_size, stage_file
from analytics.store.build import build_dataset
from analytics.store.dataset import open_dataset
from pages.parts.session import company_file, upload_folder, use_upload

PREVIEW_ROWS = 50
HOSTS_OWN = "database_url"  # decides where the server writes: nothing a visitor may choose
_RECEIVED, _CHECKED, _COUNT = "received", "checked", "uploads"


@dataclass(frozen=True, kw_only=True)
class Received:
    """One upload: its folder (of this session), the file in it, what is proposed, and its first rows as they stand."""

    number: int
    folder: Path
    file: Path
    label: str
    proposal: Proposal
    preview: pl.DataFrame

    @property
    def dataset(self) -> Path:
        """The name its data set is published under."""
        return self.folder / "upload.duckdb"


@dataclass(frozen=True, kw_only=True)
class CheckedUpload:
    """The outcome of a check, and the map it was made with."""

    number: int
    toml: str
    checked: Checked


def upload_settings() -> Settings:
    """The settings that limit uploads: the company's, or the defaults while there is no company."""
    try:
        return open_dataset(company_file()).info.settings
    except UserError:
        return Settings()


def upload_number() -> int:
    """How many files this session has brought so far; also names the widget that takes the next."""
    return int(st.session_state.get(_COUNT, 0))


def received() -> Received | None:
    """The file at hand, if there is one."""
    return st.session_state.get(_RECEIVED)


def receive(upload: UploadedFile) -> Received:
    """Moves an upload from memory to this session's folder and reads it once; the file before it is forgotten.

    UserError when it is too large or cannot be read: then the file before it stays.
    """
    check_upload_size(upload.size, upload_settings())
    number = upload_number() + 1
    folder = upload_folder() / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        file = folder / tame_name(upload.name)
        with file.open("wb") as target:
            shutil.copyfileobj(upload, target)
        let_go(upload)
        arrived = look_at(number, folder, file, FileOptions())
    except UserError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    st.session_state[_RECEIVED], st.session_state[_COUNT] = arrived, number
    st.session_state.pop(_CHECKED, None)
    return arrived


def let_go(upload: UploadedFile) -> None:
    """Frees the memory of an upload that is on disk: the server would keep it as long as the session lives."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=upload.file_id)


def tame_name(name: str) -> str:
    """A file name that names nothing outside its folder; the ending stays, which says what kind of file it is."""
    plain = re.sub(r"[^\w.() -]+", "_", Path(name.replace("\\", "/")).name).lstrip(". ")
    return plain[-100:] or "upload"


def look_at(number: int, folder: Path, file: Path, options: FileOptions) -> Received:
    """The proposal for a file and its first rows."""
    staging = folder / "look"
    staging.mkdir(exist_ok=True)
    staged = stage_file(file, options, staging)
    proposal = propose_staged(staged, options)
    preview = staged.rows.drop(LINE, FILE, strict=False).head(PREVIEW_ROWS).collect()
    shutil.rmtree(staging, ignore_errors=True)
    return Received(number=number, folder=folder, file=file, label=file.name, proposal=proposal, preview=preview)


def forget() -> None:
    """Puts the file at hand aside; a data set built from it stays in force until the session goes back."""
    st.session_state.pop(_RECEIVED, None)
    st.session_state.pop(_CHECKED, None)


def read_upload_map(toml: str) -> MapFile:
    """The map in a text. UserError when it is no TOML, speaks of other files, or of what only the host decides."""
    try:
        raw = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"the map is not valid TOML ({error}).", "map.toml", "Correct that line.") from None
    if "tables" in raw:
        raise UserError("an upload is one file.", "map.toml", 'Write shape = "events", say, instead of [tables].')
    if HOSTS_OWN in raw.get("settings", {}):
        raise UserError(f"{HOSTS_OWN} cannot be set by an upload.", "map.toml", "Leave it out.")
    return parse_map(raw, "map.toml")


def checked_upload(file: Received, toml: str) -> Checked | None:
    """The check already made of this file with this map, if there is one."""
    made: CheckedUpload | None = st.session_state.get(_CHECKED)
    return made.checked if made and (made.number, made.toml) == (file.number, toml) else None


def check_upload(file: Received, toml: str, progress: Callable[[float, str], None]) -> Checked:
    """Checks the whole file with a map; good rows, counts and rejects stay in this session's folder."""
    staging = file.folder / "checked"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    checked = check_source(file.file, {}, None, staging, progress, mapping=read_upload_map(toml))
    st.session_state[_CHECKED] = CheckedUpload(number=file.number, toml=toml, checked=checked)
    return checked


def build_upload(file: Received, checked: Checked, progress: Callable[[float, str], None]) -> None:
    """Builds the checked file and puts it in force for this browser session; a failure leaves what was in force."""
    build_dataset(checked, file.dataset, progress)
    use_upload(file.dataset, file.label)


def is_built(file: Received) -> bool:
    """Whether a data set has been built from this file."""
    return file.dataset.exists()


def with_answers(proposal: Proposal, answers: dict[str, str], tenure_unit: str, drop_rows: str) -> str:
    """The proposal's map as text with the questions answered so far, the unit of the tenure, and the rows left out."""
    for key, answer in answers.items():
        proposal = proposal.answered(key, answer)
    if tenure_unit and "tenure" in proposal.forms:
        form = replace(proposal.forms["tenure"], unit=tenure_unit)
        proposal = replace(proposal, forms={**proposal.forms, "tenure": form})
    rows = f"\n[rows]\ndrop = {quote(drop_rows)}\n" if drop_rows.strip() else ""
    return proposal.to_map_toml() + rows


def quote(text: str) -> str:
    """A TOML string."""
    escaped = text.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""A data set under other settings: what a build of the same rows with them gives, made once and kept for a while."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings, parse_settings
from analytics.intake.check import merged
from analytics.intake.checked import Checked, Progress
from analytics.intake.zones import move_zone
from analytics.store.build import fill_file
from analytics.store.dataset import Dataset, open_version
from analytics.store.kept import read_rows
from analytics.store.publish import sweep_temporary

_KEPT = 8  # variants of one build


def variant(
    dataset: Dataset, changes: Mapping[str, Any], progress: Progress | None = None, where: str = "settings"
) -> Dataset:
    """The data set as a build of the same rows with changed settings would give it; itself where nothing changes.

    `changes` are raw settings, laid over those in force section by section. The facts are built by the code of every
    build, into a file beside the rows; scores are not carried over. UserError for settings that cannot be, named by
    `where`, and for a data set whose rows were not kept.
    """
    raw = json.loads(dataset.info.settings_json)
    settings = parse_settings(merged(raw, changes), where)
    if _is_same(settings, dataset):
        return dataset
    checked = read_rows(dataset.name, dataset.info.origin)
    folder = checked.folder / "variants"
    key = hashlib.sha256(f"{dataset.info.origin}\n{settings.to_json()}".encode()).hexdigest()[:12]
    path = folder / f"{key}.duckdb"
    try:
        if not _is_used(path):
            folder.mkdir(exist_ok=True)
            _build(checked, settings, path, dataset.info.origin, progress or (lambda share, doing: None))
            _forget_unused(folder, path)
    except OSError as error:
        raise UserError(f"it cannot be written ({error.strerror}).", str(folder), "Free some disk space.") from error
    except UserError as error:
        raise UserError(error.what, where, error.remedy) from error
    return open_version(dataset.name, path)


def _is_used(path: Path) -> bool:
    """Marks a variant as used just now; false where there is none, or no longer."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _is_same(settings: Settings, dataset: Dataset) -> bool:
    own = dataset.info.settings
    is_own_day = settings.as_of_date == dataset.info.as_of
    return settings == own or (is_own_day and replace(settings, as_of="") == replace(own, as_of=""))


def _build(checked: Checked, settings: Settings, path: Path, origin: str, progress: Progress) -> None:
    sweep_temporary(path.parent)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{os.getpid()}-", suffix=".tmp") as staging:
        if settings.timezone != checked.settings.timezone:
            progress(0.0, f"moving to {settings.timezone}")
            moved = Path(staging) / "rows"
            moved.mkdir()
            checked = move_zone(checked, settings.timezone, moved)
        temporary = Path(staging) / path.name
        fill_file(temporary, replace(checked, settings=settings), path.stem, origin, progress)
        _publish(temporary, path)


def _publish(temporary: Path, path: Path) -> None:
    try:
        os.replace(temporary, path)
    except OSError:  # Windows: another process has made the same one, and reads it
        if not path.exists():
            raise


def _forget_unused(folder: Path, newest: Path) -> None:
    """Leaves the variants used last; a file that somebody reads stays whole for them."""
    others = sorted((path for path in folder.glob("*.duckdb") if path != newest), key=_used_at)
    for path in others[: 1 - _KEPT]:
        try:
            path.unlink(missing_ok=True)
        except OSError:  # still open on Windows: next time
            continue


def _used_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0

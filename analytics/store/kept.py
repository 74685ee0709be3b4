"""The checked rows a data set was built from, kept beside its versions: what a build with other settings needs."""

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from analytics.contract.errors import UserError
from analytics.contract.settings import from_json
from analytics.intake.checked import Checked, TableCount
from analytics.store.publish import home_of

_CARD = "checked.json"


def keep_rows(checked: Checked, name: Path, origin: str) -> None:
    """Copies the checked tables beside the versions of a data set, under the id of the build made from them."""
    target = _folder(name, origin)
    if target.exists():  # of an earlier build of the same files with the same settings
        return
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{os.getpid()}-", suffix=".tmp"))
    for count in checked.counts:
        for path in checked.folder.glob(f"{count.table}.*"):
            shutil.copyfile(path, temporary / path.name)
    card = asdict(checked) | {"settings": checked.settings.to_json(), "folder": "", "rejects": None}
    (temporary / _CARD).write_text(json.dumps(card, sort_keys=True), encoding="utf-8")
    try:
        os.replace(temporary, target)
    except OSError:  # another build of the same rows was quicker
        shutil.rmtree(temporary, ignore_errors=True)
        if not target.exists():
            raise


def read_rows(name: Path, origin: str) -> Checked:
    """The checked tables behind a build; UserError where they were not kept."""
    folder = _folder(name, origin)
    if not origin or not (folder / _CARD).exists():
        remedy = "Build it again with `holdfast build`; `holdfast demo` rebuilds the sample company by itself."
        raise UserError("the rows this data set was built from are not beside it.", str(name), remedy)
    card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
    lists = {key: tuple(card[key]) for key in ("drop_rules", "warnings", "dropped_columns")}
    made = {
        "folder": folder,
        "settings": from_json(card["settings"]),
        "counts": tuple(TableCount(**count) for count in card["counts"]),
        "attributes": {table: tuple(names) for table, names in card["attributes"].items()},
    }
    return Checked(**(card | lists | made))


def _folder(name: Path, origin: str) -> Path:
    return home_of(name) / f"{origin}.rows"

"""A data set's name and the versions behind it: a new file under a new name, then one atomic swap of the name.

The name must be new each time: within one process DuckDB hands out the already open database for a path it knows.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.contract.errors import UserError

_POINTER = b"holdfast: "  # first bytes of the name where the system has no symbolic links
_KEPT = 2


def resolve(name: Path) -> Path:
    """The version file a data set's name stands for; UserError when there is none."""
    if not name.exists():
        raise UserError(
            "there is no such data set.",
            str(name),
            "Build one with `holdfast build SOURCE --out FILE.duckdb`.",
        )
    if name.is_dir():
        raise UserError(
            "this is a folder, not a data set.",
            str(name),
            "Name the FILE.duckdb that `holdfast build` wrote.",
        )
    if name.is_symlink():
        return name.resolve()
    with name.open("rb") as file:
        head = file.read(4096)
    if not head.startswith(_POINTER):
        raise UserError(
            "this is not a Holdfast data set.",
            str(name),
            "Build one with `holdfast build SOURCE --out FILE.duckdb`.",
        )
    return name.parent / head.removeprefix(_POINTER).decode().strip()


def check_name(name: Path) -> None:
    """UserError unless a data set may be published under this name: nothing that is not ours is ever replaced."""
    if not name.parent.is_dir():
        raise UserError("the folder does not exist.", str(name.parent), "Create it, or choose another --out.")
    if name.is_symlink() or not name.exists():
        return
    if name.is_dir() or not name.read_bytes()[:64].startswith(_POINTER):
        raise UserError(
            "something that is not a Holdfast data set has this name already.",
            str(name),
            "Choose another --out.",
        )


@contextmanager
def new_version(name: Path, build_id: str) -> Iterator[Path]:
    """Yields the path of a temporary file to build into; publishes it when the block ends well, removes it when it
    fails.
    """
    check_name(name)
    home = home_of(name)
    home.mkdir(parents=True, exist_ok=True)
    sweep_temporary(home)
    temporary = home / f"{os.getpid()}-{build_id}.tmp"
    try:
        yield temporary
        _swap(name, temporary, _free(home, build_id))
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_name(temporary.name + ".wal").unlink(missing_ok=True)
    _forget_old(name)


def home_of(name: Path) -> Path:
    """The folder beside a data set's name that holds its versions."""
    return name.with_name(name.name + ".d")


def _free(home: Path, build_id: str) -> Path:
    n, path = 1, home / f"{build_id}.duckdb"
    while path.exists():
        n += 1
        path = home / f"{build_id}-{n}.duckdb"
    return path


def _swap(name: Path, temporary: Path, version: Path) -> None:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, version)
    pointer = version.with_suffix(".pointer")
    pointer.unlink(missing_ok=True)
    target = f"{version.parent.name}/{version.name}"
    try:
        pointer.symlink_to(target)
    except OSError:  # Windows without the privilege
        pointer.write_bytes(_POINTER + target.encode())
    # a link made in the versions' folder points wrong until it has moved beside it
    os.replace(pointer, name)


def _forget_old(name: Path) -> None:
    current = resolve(name)
    versions = sorted(home_of(name).glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns)
    for path in [path for path in versions if path != current][: -(_KEPT - 1)]:
        try:
            path.unlink()
        except OSError:  # still open on Windows: next time
            continue
    _forget_rows(home_of(name))


def _forget_rows(home: Path) -> None:
    """Removes kept rows that no version, and no build under way, was made from: their names begin with its id."""
    names = [path.name for path in home.iterdir()]
    for folder in home.glob("*.rows"):
        if not any(folder.stem in name for name in names if not name.startswith(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)


def sweep_temporary(home: Path) -> None:
    """Removes what builds left that were killed: `<process>-….tmp` of a process that runs no more."""
    for path in home.glob("*.tmp*"):
        pid = path.name.split("-")[0]
        if pid.isdecimal() and not _is_running(int(pid)):  # other people's files are left alone
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    if os.name == "nt":  # a signal 0 would end the process there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

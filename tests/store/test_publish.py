"""A data set's name always stands for one whole version, whatever happens to the build behind it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from analytics.contract.errors import UserError
from analytics.store.publish import new_version, resolve

BUILDER = """
import sys, duckdb
from pathlib import Path
from analytics.store.publish import new_version
with new_version(Path(sys.argv[1]), "killed") as path:
    connection = duckdb.connect(str(path))
    connection.execute("create table t as select 2 as n").fetchall()
    print("half", flush=True)
    sys.stdin.read()  # until it is killed
"""


def publish(name: Path, n: int, build_id: str = "v") -> None:
    with new_version(name, build_id) as path:
        connection = duckdb.connect(str(path))
        connection.execute(f"create table t as select {n} as n").fetchall()
        connection.close()


def read(name: Path) -> int:
    connection = duckdb.connect(str(resolve(name)), read_only=True)
    try:
        return connection.sql("select n from t").fetchall()[0][0]
    finally:
        connection.close()


def test_the_name_stands_for_the_version_published_last(tmp_path: Path) -> None:
    name = tmp_path / "company.duckdb"
    for n in (1, 2, 3):
        publish(name, n)
        assert read(name) == n


def test_at_most_two_versions_are_kept(tmp_path: Path) -> None:
    name = tmp_path / "company.duckdb"
    for n in range(5):
        publish(name, n)
    assert len(list((tmp_path / "company.duckdb.d").glob("*.duckdb"))) == 2


def test_a_build_that_fails_leaves_the_old_version_and_no_rubbish(tmp_path: Path) -> None:
    name = tmp_path / "company.duckdb"
    publish(name, 1)
    with pytest.raises(RuntimeError, match="half way"), new_version(name, "v2") as path:
        path.write_bytes(b"half a build")
        raise RuntimeError("half way")
    assert read(name) == 1
    assert not list((tmp_path / "company.duckdb.d").glob("*.tmp*"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not known there")
def test_a_killed_build_leaves_the_old_version_and_the_next_one_sweeps_up(tmp_path: Path) -> None:
    name = tmp_path / "company.duckdb"
    publish(name, 1)
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert builder.stdout is not None and builder.stdout.readline() == "half\n"
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    assert read(name) == 1
    assert list((tmp_path / "company.duckdb.d").glob("*.tmp"))
    publish(name, 3)
    assert read(name) == 3
    assert not list((tmp_path / "company.duckdb.d").glob("*.tmp*"))


def test_other_peoples_files_beside_the_versions_are_left_alone(tmp_path: Path) -> None:
    name = tmp_path / "company.duckdb"
    publish(name, 1)
    foreign = tmp_path / "company.duckdb.d" / "backup.tmp"
    foreign.write_text("not ours")
    publish(name, 2)
    assert read(name) == 2 and foreign.read_text() == "not ours"


def test_readers_see_a_whole_version_throughout_many_swaps(tmp_path: Path) -> None:
    name, seen, done, has_read = tmp_path / "company.duckdb", [], threading.Event(), threading.Event()
    publish(name, 0)

    def keep_reading() -> None:
        while not done.is_set():
            seen.append(read(name))
            has_read.set()

    reader = threading.Thread(target=keep_reading)
    reader.start()
    for n in range(1, 11):
        publish(name, n)
        has_read.clear()
        assert has_read.wait(timeout=30)  # the reader gets its turn between swaps
    done.set()
    reader.join()
    assert len(seen) >= 10 and seen == sorted(seen) and read(name) == 10


@pytest.mark.parametrize("there", [b"somebody's file", b""])
def test_nothing_that_is_not_ours_is_replaced(tmp_path: Path, there: bytes) -> None:
    name = tmp_path / "precious.duckdb"
    name.write_bytes(there)
    with pytest.raises(UserError, match="not a Holdfast data set"), new_version(name, "v"):
        pass
    assert name.read_bytes() == there


def test_a_missing_folder_is_said_before_anything_is_built(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match="folder does not exist"),
        new_version(tmp_path / "no" / "x.duckdb", "v"),
    ):
        pass


def test_a_name_without_a_data_set_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holdfast build"):
        resolve(tmp_path / "nothing.duckdb")

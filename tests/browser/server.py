"""A fresh dashboard process on a free port, against one data set."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 60


@contextmanager
def serve(app: Path = ROOT / "app.py", file: Path | None = None, log: Path | None = None) -> Iterator[str]:
    """`streamlit run app` in a process of its own; gives its address, ends it afterwards.

    file: the data set, handed over as the dashboard expects it, in HOLDFAST_FILE.
    log: where the server's words go; they are part of the error when it does not start.
    """
    port = find_free_port()
    log = log or Path(os.devnull)
    with log.open("w") as words:
        process = subprocess.Popen(
            launch_command(app, port),
            cwd=ROOT,
            env=environment(file),
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
        )
        try:
            address = f"http://localhost:{port}"
            wait_until_ready(address, process, log)
            yield address
        finally:
            stop(process)


def launch_command(app: Path, port: int) -> list[str]:
    options = {"server.port": port, "server.headless": "true", "server.address": "localhost"}
    flags = [f"--{key}={value}" for key, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(app), *flags]


def environment(file: Path | None) -> dict[str, str]:
    told = {} if file is None else {"HOLDFAST_FILE": str(file)}
    return {**os.environ, "OMP_WAIT_POLICY": "passive", **told}


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, process: subprocess.Popen, log: Path) -> None:
    """Returns when the server answers; raises with its words when it ends or stays silent."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    said = log.read_text() if log.is_file() else ""
    raise RuntimeError(f"the server at {address} did not get ready (exit status {process.poll()}):\n{said}")


def stop(process: subprocess.Popen) -> None:
    """End the server, and what it started."""
    if process.poll() is None and os.name != "nt":
        os.killpg(process.pid, signal.SIGTERM)
    elif process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

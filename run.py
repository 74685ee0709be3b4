#!/usr/bin/env python3
"""Holdfast in one command, on a machine that has only Python: `python3 run.py` (or `py run.py` on Windows).

  setup   makes .venv with everything in it, the `holdfast` command included
  demo    setup, then the sample company in the dashboard (the default)
  test    setup, then everything that must be green: lint, format, types, tests
  studies setup, then the checks over many seeds, of which `test` runs a short form

What follows the command is handed on: `python3 run.py test -q tests/metrics`.
Uses the standard library alone and stays readable for old Pythons, so that they can be told what they lack.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
STAMP = ENVIRONMENT / "holdfast.stamp"
OLDEST, NEWEST = (3, 11), (3, 14)
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "analytics"),
)


def main():
    """Set up, then hand over to the command; its exit status is ours."""
    arguments, further = parse_arguments()
    check_python()
    os.chdir(str(ROOT))
    # Threads of the model library otherwise burn the very cores they wait for: up to 25 times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    set_up()
    commands = {"setup": explain_setup, "demo": run_demo, "test": run_checks, "studies": run_studies}
    return commands[arguments.command](further)


def parse_arguments():
    """The command, and everything behind it for the program it starts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="run.py [command] …"
    )
    parser.add_argument("command", nargs="?", default="demo", choices=("setup", "demo", "test", "studies"))
    return parser.parse_known_args()


def check_python():
    """Refuse a Python the locked packages have no builds for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"Holdfast needs Python 3.11 to 3.14 and this is {found} ({sys.executable}): "
            "start run.py with one of those, for example `python3.12 run.py`."
        )


# --- setup -------------------------------------------------------------------------------------------------


def set_up():
    """The environment as the lock describes it; immediate when the stamp says that nothing changed."""
    stamp = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == stamp:
        return
    print("Setting up .venv, once: this takes half a minute to a few minutes.", file=sys.stderr, flush=True)
    STAMP.unlink(missing_ok=True)
    uv = shutil.which("uv")
    if not (uv and install_with_uv(uv)):
        install_with_pip()
    STAMP.write_text(stamp)


def fingerprint():
    """sha256 over all that decides what the environment holds; the folder too, as scripts hold its path."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), bytes(ROOT))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def install_with_uv(uv):
    """The fast way; whether it worked. Not the last word: uv does not read what pip was told of a network."""
    create = [uv, "venv", "--clear", "--python", sys.executable, str(ENVIRONMENT)]
    install = [uv, "pip", "install", "--python", str(PYTHON)]
    steps = [*([] if is_reusable() else [create]), *installations(install)]
    done = all(subprocess.call(step) == 0 for step in steps)
    if not done:
        print("uv did not succeed; trying again with pip.", file=sys.stderr, flush=True)
    return done


def install_with_pip():
    """Way with nothing but Python's own tools."""
    if not (is_reusable() and run_quietly(PYTHON, "-m", "pip", "--version")):
        if importlib.util.find_spec("ensurepip") is None:
            sys.exit(
                "This Python cannot make virtual environments: "
                "run `sudo apt install python3-venv` (Debian, Ubuntu) and start again."
            )
        require(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT))
    # Not compiled in advance: most of what is installed is never imported.
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
    for step in installations(pip):
        require(*step)


def installations(install):
    """The locked packages with their hashes, then this folder itself, which brings the `holdfast` command."""
    yield [*install, "--require-hashes", "-r", str(LOCK)]
    yield [*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]


def is_reusable():
    """Whether .venv runs this very version of Python; else it is made anew."""
    compare = f"import sys; sys.exit(sys.version_info[:3] != {tuple(sys.version_info[:3])})"
    return PYTHON.exists() and run_quietly(PYTHON, "-c", compare)


def run_quietly(*command):
    """Whether a command ends well; its words do not matter."""
    try:
        return subprocess.run(list(map(str, command)), capture_output=True).returncode == 0
    except OSError:
        return False


def require(*command):
    """Run one step of the set-up or end with its status."""
    status = subprocess.call(list(command))
    if status:
        print(f"Set-up stopped at: {' '.join(command)}", file=sys.stderr)
        sys.exit(status)


# --- commands ----------------------------------------------------------------------------------------------


def explain_setup(further):
    """Say where the command lies."""
    print(f"Ready: {PROGRAMS / 'holdfast'}")
    return 0


def run_demo(further):
    """The sample company: generate, build, train, serve; the `holdfast` command does it all."""
    command = [str(PROGRAMS / "holdfast"), "demo", *further]
    if os.name == "nt":
        return call(*command)
    sys.stdout.flush()
    os.execv(command[0], command)  # this process becomes the dashboard, so stopping it stops the dashboard


def run_checks(further):
    """Everything that must be green, the quickest first; stops at the first that is not."""
    for check in CHECKS:
        print(f"\n== {' '.join(check)}", flush=True)
        status = call(str(PYTHON), "-m", *check)
        if status:
            return status
    print("\n== pytest", flush=True)
    # A file's tests stay together: they share the data sets they build.
    # In the order of the folders, which begins with the browser: the files with few but long tests must not come last.
    workers = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder")
    return call(str(PYTHON), "-m", "pytest", *workers, *further)


def run_studies(further):
    """What takes many seeds to tell; minutes each."""
    return call(str(PYTHON), "-m", "tests.studies", *further)


def call(*command):
    """A program's exit status. Ctrl-C reaches the program too, and it decides how to end."""
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main())

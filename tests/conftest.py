"""What every test can ask for: the shared real data, where it exists, and a clean Streamlit cache."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = Path(os.environ.get("HOLDFAST_SHARED_DATA", ROOT / ".." / "shared" / "data"))

USED_SHARED_DATA = pytest.StashKey[bool]()
SHARED = "shared data"

# Threads of the model library otherwise burn the very cores they wait for; set before anything imports it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def pytest_configure(config: pytest.Config) -> None:
    # Streamlit reads its theme from the working directory when a page is tested without a server.
    os.chdir(ROOT)


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """`shared_data("online_retail")` is the folder of that data set; skips the test where it is missing.

    The folder of all data sets comes from HOLDFAST_SHARED_DATA, else from ../shared/data.
    """

    def find(name: str) -> Path:
        request.node.stash[USED_SHARED_DATA] = True
        folder = (SHARED_DATA / name).resolve()
        if not folder.is_dir():
            pytest.skip(f"shared data set {name} is not on this machine; HOLDFAST_SHARED_DATA says where to look")
        return folder

    return find


@pytest.fixture(autouse=True)
def forget_what_pages_cached() -> Iterator[None]:
    """Streamlit's caches outlive a page test; whichever test imported Streamlit leaves them empty."""
    yield
    streamlit = sys.modules.get("streamlit")
    if streamlit is not None and hasattr(streamlit, "cache_data"):
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """Mark the report of a test on shared data, whether it was its fixture or its body that asked for the folder.

    The mark travels with the report: with several workers the one that tells the summary has run no test itself.
    """
    outcome = yield
    report = outcome.get_result()
    if item.stash.get(USED_SHARED_DATA, False) and (report.skipped or report.when == "call"):
        report.user_properties.append((SHARED, "skipped" if report.skipped else "ran"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for each in terminalreporter.stats.values() for report in each]
    marks = [dict(getattr(report, "user_properties", [])).get(SHARED) for report in reports]
    terminalreporter.write_line(f"shared data: {marks.count('ran')} ran, {marks.count('skipped')} skipped")

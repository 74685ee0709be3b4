"""Browser tests: `serve` starts a fresh dashboard, `visitor` opens its pages and fails on any error."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.finder import REMEDY, find_browser
from tests.browser.server import ROOT
from tests.browser.server import serve as serve_app
from tests.browser.visit import DRAWN_WITHIN_MS, Visitor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


# What waits for a page must bear a machine that is busy with other tests.
expect.set_options(timeout=DRAWN_WITHIN_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, found on the machine; without one a skip, or a failure under HOLDFAST_REQUIRE_BROWSER=1."""
    path = find_browser()
    if path is None:
        complain = pytest.fail if os.environ.get("HOLDFAST_REQUIRE_BROWSER") == "1" else pytest.skip
        complain(REMEDY)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`serve(app=ROOT / "app.py", file=None)` starts a fresh server process and gives its address."""
    with ExitStack() as servers:

        def start(app: Path = ROOT / "app.py", file: Path | None = None) -> str:
            log = tmp_path / f"server-{len(list(tmp_path.glob('server-*.log')))}.log"
            return servers.enter_context(serve_app(app, file, log))

        yield start


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """`visitor.open(address)` opens a page; the test fails if a page showed or logged any error."""
    visitor = Visitor(browser)
    yield visitor
    visitor.close()
    assert not visitor.complaints, "\n".join(visitor.complaints)

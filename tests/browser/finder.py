"""Finds a Chromium-like browser on any machine; `python -m tests.browser.finder` prints it or fails."""

import os
import shutil
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
REMEDY = "no browser found: run `python -m playwright install chromium`, or set HOLDFAST_BROWSER to one"


def find_browser() -> str | None:
    """Path of a browser: HOLDFAST_BROWSER, Playwright's own, one on the PATH, one where systems put them."""
    told = os.environ.get("HOLDFAST_BROWSER")
    if told:
        return shutil.which(told)
    on_path = (shutil.which(name) for name in NAMES)
    places = (place for place in PLACES if Path(place).is_file())
    return playwrights_own() or next((path for path in on_path if path), None) or next(places, None)


def playwrights_own() -> str | None:
    """The browser Playwright downloaded, if it did."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    found = find_browser()
    print(found or REMEDY)
    sys.exit(0 if found else 1)

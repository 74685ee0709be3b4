"""A person with a browser: opens pages by their address, waits until they are drawn, notes every error."""

import re
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    TimeoutError,
)

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DRAWN_WITHIN_MS = 30_000

# True once the script has ended, nothing is stale or a placeholder, and every chart has its drawing.
SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const drawn = chart => chart.querySelector('.main-svg') !== null;
  return app !== null
    && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]') === null
    && document.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]') !== null
    && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].every(drawn)
    && document.fonts.status === 'loaded';
}"""

# A deep link makes Streamlit ask for these below the page's own address first: two 404s that mean nothing.
HARMLESS = re.compile(r"/_stcore/(health|host-config)$")


class Visitor:
    """One browser, many visits; `complaints` is all that went wrong so far, one sentence each."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(self, address: str, scheme: Scheme = "light", width: int = 1440, height: int = 1000) -> Page:
        """A page by its full address, in a browser profile of its own, waited for until it is drawn."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        self._contexts.append(context)
        page = context.new_page()
        self._listen(page)
        page.goto(address)
        self.settle(page)
        return page

    def go(self, page: Page, address: str) -> None:
        """Another address in the same browser profile, which has the app's files already."""
        page.goto(address)
        self.settle(page)

    def settle(self, page: Page) -> None:
        """Wait until the page is drawn, and note the error boxes on it."""
        try:
            page.wait_for_function(SETTLED, timeout=DRAWN_WITHIN_MS)
        except TimeoutError as late:
            said = "\n".join(self.complaints) or "no error was logged"
            raise AssertionError(f"{page.url} was not drawn in time: {said}") from late
        for box in page.get_by_test_id("stException").all():
            self.complaints.append(f"{page.url}: error box: {box.inner_text()}")

    def photograph(self, page: Page, name: str) -> Path:
        """Save the whole page, however long, as screenshots/NAME.png."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        before = page.viewport_size
        # Streamlit scrolls inside the page, so only a window of the page's height shows all of it.
        height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
        page.set_viewport_size({"width": before["width"], "height": max(before["height"], height)})
        self.settle(page)
        page.screenshot(path=path)
        page.set_viewport_size(before)
        return path

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", self._note_script_error)
        page.on("console", self._note_console)
        page.on("response", self._note_response)
        page.on("request", lambda request: self._note_outsider(page, request.url))

    def _note_script_error(self, error: Error) -> None:
        self.complaints.append(f"script error: {error}")

    def _note_console(self, message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        if message.type == "error" and not HARMLESS.search(address):
            self.complaints.append(f"console error: {message.text} ({address})")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and not HARMLESS.search(response.url):
            self.complaints.append(f"{response.status} for {response.url}")

    def _note_outsider(self, page: Page, url: str) -> None:
        if re.match(r"(https?|wss?)://", url) and not re.match(r"\w+://localhost[:/]", url):
            self.complaints.append(f"{page.url} asked another host: {url}")

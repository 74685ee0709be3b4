"""Page tests run the whole app without a browser: `visit(page, file)` opens a page on a data set."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT

Visit = Callable[..., AppTest]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    """`visit("pages/executives/scorecard.py", file, only_plan=["pro"])`: the page, with choices from the address."""

    def open_page(path: str, file: Path | str, **choices: str | list[str]) -> AppTest:
        monkeypatch.setenv("HOLDFAST_FILE", str(file))
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        for name, value in choices.items():
            at.query_params[name] = value
        at.switch_page(path)  # before the first run: the root would lead to the scorecard and run it for nothing
        return at.run()

    return open_page


def words(at: AppTest) -> str:
    """Everything a person reads on the page, as one text."""
    kinds = (at.title, at.header, at.markdown, at.caption, at.info, at.error, at.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind)

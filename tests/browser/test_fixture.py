"""The browser fixture itself, proved on a small app: theme, chart, deep link, planted error."""

import shutil
from pathlib import Path

import pytest

from tests.browser.server import ROOT

APP = """
import os
import plotly.graph_objects as go
import streamlit as st

def home():
    st.title("Home")

def chart():
    st.title("Chart")
    st.plotly_chart(go.Figure(go.Bar(x=[1, 2], y=[3, 4])), theme=None, alt="two bars")
    st.text(os.environ["HOLDFAST_FILE"])

def broken():
    raise ValueError("planted")

st.navigation([st.Page(home), st.Page(chart, url_path="chart"), st.Page(broken, url_path="broken")]).run()
"""


@pytest.fixture
def small_app(tmp_path: Path) -> Path:
    path = tmp_path / "app.py"
    path.write_text(APP)
    shutil.copytree(ROOT / "static", tmp_path / "static")  # the theme's font is served from beside the app
    return path


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(14, 21, 38)")])
def test_a_page_is_opened_in_the_theme_and_photographed(small_app, serve, visitor, scheme, background):
    page = visitor.open(f"{serve(small_app, file=Path('company.duckdb'))}/chart", scheme)
    assert page.get_by_role("heading", name="Chart").is_visible()
    assert page.get_by_test_id("stPlotlyChart").locator(".main-svg").count() > 0
    assert page.get_by_text("company.duckdb").is_visible()
    # backgroundColor of [theme.light] and [theme.dark]: #FFFFFF and #0E1526
    assert page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor") == background
    loaded = "() => [...document.fonts].some(font => font.family === 'Inter' && font.status === 'loaded')"
    assert page.evaluate(loaded)
    assert visitor.photograph(page, f"fixture-{scheme}").stat().st_size > 5_000


def test_error_boxes_and_unknown_addresses_are_noted(small_app, serve, visitor):
    address = serve(small_app)
    visitor.open(f"{address}/broken")
    assert any("error box" in complaint for complaint in visitor.complaints)
    visitor.open(f"{address}/nowhere")
    assert any("does not seem to exist" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


def test_a_server_that_cannot_start_says_why(tmp_path, serve):
    with pytest.raises(RuntimeError, match="does not exist"):
        serve(tmp_path / "missing.py")

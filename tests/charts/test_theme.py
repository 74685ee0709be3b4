"""The one theme: readable in both modes, complete, and the same for page and charts."""

import re
import tomllib

import pytest

from analytics.charts.theme import CONFIG, HEATMAP_STEPS, describe, fade, read_theme, start_figure, template
from tests.sources import ROOT

MODES = ("light", "dark")
CAPTION_OPACITY = 0.6  # Streamlit draws captions and secondary labels so
READABLE, VISIBLE = 4.5, 3.0  # WCAG 2.2: text (1.4.3), parts of graphics and controls (1.4.11)


def channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def luminance(colour: list[float]) -> float:
    """Relative luminance as WCAG defines it."""
    shares = [value / 255 for value in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str | list[float], other: str | list[float]) -> float:
    """Contrast ratio as WCAG defines it: 1 (the same) to 21 (black on white)."""
    colours = (channels(colour) if isinstance(colour, str) else colour for colour in (one, other))
    dark, bright = sorted(map(luminance, colours))
    return (bright + 0.05) / (dark + 0.05)


def blend(colour: str, ground: str, opacity: float) -> list[float]:
    pairs = zip(channels(colour), channels(ground), strict=True)
    return [opacity * over + (1 - opacity) * under for over, under in pairs]


def config() -> dict:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))


def test_the_measure_of_contrast_is_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)  # the greyest grey WCAG allows on white


@pytest.mark.parametrize("mode", MODES)
def test_text_and_captions_are_readable_on_page_sidebar_and_panels(mode):
    theme = read_theme(mode)
    sidebar = config()["theme"][mode]["sidebar"]["backgroundColor"]
    for ground in (theme.page, sidebar):
        assert contrast(theme.text, ground) >= READABLE
        assert contrast(theme.muted, ground) >= READABLE
        assert contrast(blend(theme.text, ground, CAPTION_OPACITY), channels(ground)) >= READABLE
    assert contrast(theme.text, theme.panel) >= READABLE
    assert contrast(theme.muted, theme.panel) >= READABLE


@pytest.mark.parametrize("mode", MODES)
def test_coloured_labels_are_readable_on_the_page(mode):
    theme = read_theme(mode)
    for colour in (*theme.categorical, theme.good, theme.bad, theme.warning, theme.primary):
        assert contrast(colour, theme.page) >= READABLE, colour


@pytest.mark.parametrize("mode", MODES)
def test_a_button_shows_its_words_and_itself(mode):
    theme = read_theme(mode)
    assert contrast("#FFFFFF", theme.primary) >= VISIBLE
    assert contrast(theme.primary, theme.page) >= READABLE


@pytest.mark.parametrize("mode", MODES)
def test_numbers_are_readable_on_every_fill_of_a_heatmap(mode):
    theme = read_theme(mode)
    fills = [colour for _, colour in theme.heatmap]
    assert len(fills) == HEATMAP_STEPS
    assert min(contrast(theme.text, fill) for fill in fills) >= READABLE


@pytest.mark.parametrize("mode", MODES)
def test_streamlit_gets_scales_of_exactly_ten_colours(mode):
    theme = read_theme(mode)
    assert len(theme.sequential) == len(theme.diverging) == 10
    assert len(set(theme.categorical)) == len(theme.categorical)


@pytest.mark.parametrize("mode", MODES)
def test_the_template_draws_with_the_colours_of_the_page(mode):
    theme, layout = read_theme(mode), template(mode).layout
    assert layout.font.color == theme.text
    assert layout.font.family == theme.font
    assert layout.colorway == theme.categorical
    assert layout.paper_bgcolor == "rgba(0,0,0,0)"  # a card shows through


def test_both_modes_declare_the_same_keys():
    theme = config()["theme"]
    assert theme["light"].keys() == theme["dark"].keys()


def test_nothing_in_the_theme_comes_from_another_host():
    assert not re.search(r"https?:", CONFIG.read_text(encoding="utf-8"))


def test_every_font_file_the_theme_names_exists():
    for face in config()["theme"]["fontFaces"]:
        assert (ROOT / face["url"].removeprefix("app/")).is_file()


def test_a_figure_carries_its_words_and_its_title():
    figure = start_figure("light", alt="what it shows", title="A finding", subtitle="A definition", height=200)
    assert describe(figure) == "what it shows"
    assert figure.layout.title.text == "A finding"
    assert figure.layout.title.subtitle.text == "A definition"


def test_a_figure_without_a_title_leaves_no_room_for_one():
    assert start_figure("light", alt="", title="", subtitle="", height=200).layout.margin.t == 8


def test_a_faded_colour_keeps_its_hue():
    assert fade("#0B7F86", 0.14) == "rgba(11,127,134,0.14)"

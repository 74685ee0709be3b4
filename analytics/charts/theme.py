"""Colours and Plotly template, both made from .streamlit/config.toml: one theme for page and charts."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
HEATMAP_STEPS = 6  # of the sequential colours: as far as text stays readable on the fill

Mode = Literal["light", "dark"]


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours of one mode as `#RRGGBB`; `muted` is text of second rank, `panel` a fill just off the page."""

    mode: Mode
    font: str
    font_size: int
    page: str
    panel: str
    text: str
    muted: str
    border: str
    primary: str
    good: str
    bad: str
    warning: str
    categorical: tuple[str, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]

    @property
    def heatmap(self) -> list[list[float | str]]:
        """The colour scale of tables of rates, light enough (dark mode: dark enough) for text everywhere."""
        steps = self.sequential[:HEATMAP_STEPS]
        return [[index / (len(steps) - 1), colour] for index, colour in enumerate(steps)]


@cache
def read_theme(mode: Mode) -> Theme:
    """The theme of `.streamlit/config.toml` in one mode; KeyError when the file lacks a colour."""
    shared = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    own = shared[mode]
    return Theme(
        mode=mode,
        font=shared["font"],
        font_size=shared["baseFontSize"],
        page=own["backgroundColor"],
        panel=own["secondaryBackgroundColor"],
        text=own["textColor"],
        muted=own["grayColor"],
        border=own["borderColor"],
        primary=own["primaryColor"],
        good=own["greenColor"],
        bad=own["redColor"],
        warning=own["orangeColor"],
        categorical=tuple(own["chartCategoricalColors"]),
        sequential=tuple(own["chartSequentialColors"]),
        diverging=tuple(own["chartDivergingColors"]),
    )


@cache
def template(mode: Mode) -> go.layout.Template:
    """The layout every figure starts from: quiet grid, no frame, the page's font, transparent paper."""
    theme = read_theme(mode)
    axis = {
        "automargin": True,
        "zeroline": False,
        "linecolor": theme.border,
        "gridcolor": theme.border,
        "tickcolor": theme.border,
        "tickfont": {"color": theme.muted, "size": theme.font_size - 2},
        "title": {"font": {"color": theme.muted, "size": theme.font_size - 2}, "standoff": 8},
    }
    layout: dict[str, Any] = {
        "font": {"family": theme.font, "size": theme.font_size - 1, "color": theme.text},
        "colorway": list(theme.categorical),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside", "ticklen": 4},
        "yaxis": {**axis, "showgrid": True},
        "hoverlabel": hover_label(theme),
        "barcornerradius": 4,
        "bargap": 0.35,
        "dragmode": False,
        "showlegend": False,
    }
    return go.layout.Template(layout=layout)


def hover_label(theme: Theme) -> dict[str, Any]:
    """Boxes that look like the page's own cards."""
    font = {"family": theme.font, "size": theme.font_size - 1, "color": theme.text}
    return {"bgcolor": theme.page, "bordercolor": theme.border, "font": font, "align": "left"}


def start_figure(mode: Mode, *, alt: str, title: str, subtitle: str, height: int) -> go.Figure:
    """An empty figure with the template, its finding as title, and its description in `layout.meta`.

    title: what the picture shows, as a sentence; empty where the page says it above the figure.
    """
    theme = read_theme(mode)
    figure = go.Figure(layout={"template": template(mode), "height": height, "meta": {"alt": alt}})
    figure.update_layout(margin={"l": 4, "r": 8, "t": 8, "b": 4})
    if title:
        small = {"size": theme.font_size - 2, "color": theme.muted}
        heading = {"size": theme.font_size + 1, "weight": 600, "color": theme.text}
        figure.update_layout(
            margin_t=62 if subtitle else 42,
            title={
                "text": title,
                "font": heading,
                "subtitle": {"text": subtitle, "font": small},
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 6, "l": 4},
            },
        )
    return figure


def describe(figure: go.Figure) -> str:
    """The words for people who do not see the figure."""
    return str(figure.layout.meta["alt"])


def fade(colour: str, opacity: float) -> str:
    """A colour `#RRGGBB` as see-through `rgba(…)`, for bands and fills."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"

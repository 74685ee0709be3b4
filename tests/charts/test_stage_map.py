"""The stage map: arcs as wide as the moves they stand for, and words for people who do not see them."""

import polars as pl
import pytest

from analytics.charts import describe, read_theme
from analytics.charts.stage_map import stage_map

STAGES = pl.DataFrame({"stage": ["onboarding", "adoption", "escalation", "renewal"], "still_in": [110, 791, 28, 86]})
MOVES = pl.DataFrame(
    {
        "from_stage": ["onboarding", "adoption", "escalation", "adoption", "renewal", "churned"],
        "to_stage": ["adoption", "escalation", "adoption", "churned", "onboarding", "adoption"],
        "customers": [1000, 500, 250, 100, 0, 26],
        "mrr": [0.0, 0.0, 0.0, 4500.0, 0.0, 0.0],
    }
)


@pytest.fixture
def figure():
    return stage_map(MOVES, STAGES, "light", unit="€")


def paths(figure) -> list:
    return [shape for shape in figure.layout.shapes if shape.type == "path"]


def test_an_arc_is_as_wide_as_the_moves_it_stands_for(figure):
    # 1,000 moves are the widest: 15 pixels; 500 are half of it, 250 a quarter, 100 a tenth, at the least 1.5
    assert [shape.line.width for shape in paths(figure)] == [15.0, 7.5, 3.75, 1.5]


def test_a_move_forward_runs_above_the_stages_and_one_back_below(figure):
    forward, _, back, _ = (shape.path for shape in paths(figure))
    assert float(forward.split("Q")[1].split()[0].split(",")[1]) > 0
    assert float(back.split("Q")[1].split()[0].split(",")[1]) < 0


def test_who_left_falls_out_with_what_they_paid(figure):
    said = [trace.text[0] for trace in figure.data]
    assert "<b>100 left</b><br>€4,500 a month" in said
    assert read_theme("light").bad in {trace.textfont.color for trace in figure.data}


def test_moves_that_never_happened_and_returns_have_no_arc(figure):
    assert len(paths(figure)) == 4


def test_the_map_is_told_in_words(figure):
    assert describe(figure).startswith("Stage map. Now: 110 in Onboarding; 791 in Adoption;")
    assert "100 from Adoption to left" in describe(figure)


def test_a_map_without_any_move_still_shows_the_stages():
    figure = stage_map(MOVES.head(0), STAGES, "dark")
    assert len([shape for shape in figure.layout.shapes if shape.type == "rect"]) == 4
    assert describe(figure).endswith("Moves: none.")

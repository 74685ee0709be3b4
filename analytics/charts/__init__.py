"""Frames to Plotly figures: one file per kind of chart, no arithmetic, one template for light and dark.

Every figure carries its description for people who do not see it; `describe` reads it back.
"""

from analytics.charts.bars import rate_bars, stage_bars
from analytics.charts.bridge import bridge
from analytics.charts.cohort_table import cohort_table
from analytics.charts.course import course
from analytics.charts.curves import curves
from analytics.charts.movements import movement_bars
from analytics.charts.reasons import reason_bars
from analytics.charts.sparkline import sparkline
from analytics.charts.theme import Mode, Theme, describe, read_theme, template
from analytics.charts.value_bars import value_bars

__all__ = [
    "Mode",
    "Theme",
    "bridge",
    "cohort_table",
    "course",
    "curves",
    "describe",
    "movement_bars",
    "rate_bars",
    "read_theme",
    "reason_bars",
    "sparkline",
    "stage_bars",
    "template",
    "value_bars",
]

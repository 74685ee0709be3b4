"""The retention table: one row per cohort, one column per age, and every cell says how sure it is."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from analytics.charts.theme import Mode, Theme, read_theme, start_figure
from analytics.charts.wording import say_date, say_name, say_percent, say_period

ROW_PIXELS = 30
SIZING_BLANKS = 40
SIGNED_AGES = 16  # above it the columns have no room for percent signs
TEXT_CELLS = 500  # above it the numbers cost more time to draw than they are read; hovering still tells them
MOST_DRAWN = 53  # cohorts, and ages: a year of weeks; more is slow to draw and too small to read
AVERAGE_ROW = -1.0  # above the first cohort


def cohort_table(
    cells: pl.DataFrame,
    mode: Mode,
    *,
    period: str = "month",
    low_n: int = 10,
    averages: pl.DataFrame | None = None,
    age_names: Mapping[int, str] | None = None,
    title: str = "",
    subtitle: str = "",
) -> go.Figure:
    """Retention by cohort (down) and age (across); a click on a cell selects it.

    cells: one row per cohort and age, the columns of `show retention` (cohort, size, age, retained, eligible,
    rate 0-1, low, high, state), and completes_on where known. averages: one row per age, as `show
    retention_average`, drawn on top. period: what an age counts; age_names: how ages are called where not by their
    number. Only final cells with at least `low_n` customers are coloured; smaller ones are grey, unfinished ones
    hatched, unobserved ones blank. A selected point's `customdata` is [cohort as ISO text, age, state].
    """
    theme = read_theme(mode)
    columns = place_ages(cells)
    drawn = place_cells(cells, period, low_n).join(columns, on="age")
    overall = place_averages(averages).join(columns, on="age")
    shown = pl.concat([overall, drawn], how="diagonal")
    height = ROW_PIXELS * shown["row"].n_unique() + 44 + (54 if title else 0)
    figure = start_figure(mode, alt=word_table(drawn, period), title=title, subtitle=subtitle, height=height)
    figure.add_traces(fill_cells(shown, theme))
    figure.add_trace(hatch_cells(shown.filter(look="unfinished"), theme))
    figure.add_trace(select_cells(shown, theme, period))
    lay_out(figure, drawn, overall, theme, period)
    name_ages(figure, columns, age_names or {})
    return figure


def fit_cells(cells: pl.DataFrame, most: int = MOST_DRAWN) -> pl.DataFrame:
    """The newest cohorts and first ages, as many of each as a figure can show."""
    cohorts = cells["cohort"].unique().sort(descending=True).head(most)
    ages = cells["age"].unique().sort().head(most)
    return cells.filter(pl.col("cohort").is_in(cohorts.to_list()) & pl.col("age").is_in(ages.to_list()))


def find_width(cells: pl.DataFrame) -> int:
    """Pixels below which the table can no longer be read."""
    is_told = cells["rate"].drop_nulls().len() <= TEXT_CELLS
    return 110 + (34 if is_told else 18) * cells["age"].n_unique()


def place_ages(cells: pl.DataFrame) -> pl.DataFrame:
    """age, column: side by side even where ages are the ends of brackets."""
    ages = cells.select(pl.col("age").unique().sort())
    return ages.with_columns(column=pl.int_range(pl.len()).cast(pl.Float64))


def place_cells(cells: pl.DataFrame, period: str, low_n: int) -> pl.DataFrame:
    """The observed cells with the `row` they stand in, the cohort's `label`, and the `look` they get."""
    # what is measured in money has no interval, and its base is no number of customers
    customers = pl.when(pl.col("low").is_null()).then(pl.col("size")).otherwise(pl.col("eligible"))
    few = (pl.col("state") == "final") & (customers < low_n)
    return (
        cells.filter((pl.col("state") != "unobserved") & pl.col("rate").is_not_null())
        .with_columns(
            row=pl.col("cohort").rank("dense").cast(pl.Float64),
            label=pl.col("cohort").map_elements(lambda start: say_period(start, period), pl.String),
            look=pl.when(few).then(pl.lit("few")).otherwise(pl.col("state")),
            cohort=pl.col("cohort").dt.to_string("iso"),
        )
        .with_columns(pl.col("row") - 1)
    )


def place_averages(averages: pl.DataFrame | None) -> pl.DataFrame:
    """The averages as cells of one more row; no rows without averages."""
    if averages is None:
        return pl.DataFrame(schema={"age": pl.Int64})
    return averages.filter(pl.col("rate").is_not_null()).with_columns(
        row=pl.lit(AVERAGE_ROW),
        label=pl.lit("All cohorts"),
        look=pl.lit("final"),
        state=pl.lit("final"),
        cohort=pl.lit(""),
    )


def fill_cells(cells: pl.DataFrame, theme: Theme) -> list[go.Heatmap]:
    """Fills and numbers: final cells in colour, small ones grey, unfinished ones bare for their hatching.

    The colours span the final rates after the first age, where cohorts differ.
    """
    later = cells.filter((pl.col("look") == "final") & (pl.col("age") > 0))["rate"]
    spread = later if later.len() else cells["rate"]
    bare = "rgba(0,0,0,0)"
    looks: dict[str, tuple[list[list[float | str]], str]] = {
        "final": (theme.heatmap, theme.text),
        "few": ([[0, theme.panel], [1, theme.panel]], theme.muted),
        "unfinished": ([[0, bare], [1, bare]], theme.muted),
    }
    present = set(cells["look"])
    return [draw_layer(cells, look, spread, *looks[look]) for look in looks if look in present]


def draw_layer(
    cells: pl.DataFrame, look: str, spread: pl.Series, fill: list[list[float | str]], ink: str
) -> go.Heatmap:
    """The cells of one look; every layer holds every cell, as a row missing from one would stretch the others."""
    rates = [rate if own == look else None for rate, own in cells.select("rate", "look").iter_rows()]
    return go.Heatmap(
        x=cells["column"],
        y=cells["row"],
        z=rates,
        zmin=spread.min(),
        zmax=spread.max(),
        colorscale=fill,
        showscale=False,
        text=label_rates(rates, "%" if cells["age"].n_unique() <= SIGNED_AGES else ""),
        texttemplate="%{text}" if cells.height <= TEXT_CELLS else None,
        textfont={"color": ink},
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )


def label_rates(rates: list[float | None], sign: str) -> list[str]:
    """Whole percentages. Plotly sizes labels to the gaps between them, so a few blanks make all layers agree."""
    return [
        "\u00a0" * 4 if rate is None and index < SIZING_BLANKS else "" if rate is None else f"{100 * rate:.0f}{sign}"
        for index, rate in enumerate(rates)
    ]


def hatch_cells(cells: pl.DataFrame, theme: Theme) -> go.Scatter:
    """Periods that are not over: a heatmap has no patterns, so these are filled outlines."""
    corners_x = [-0.47, 0.47, 0.47, -0.47, -0.47]
    corners_y = [-0.43, -0.43, 0.43, 0.43, -0.43]
    x: list[float | None] = []
    y: list[float | None] = []
    for column, row in cells.select("column", "row").iter_rows():
        x += [*(column + corner for corner in corners_x), None]
        y += [*(row + corner for corner in corners_y), None]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": 1, "color": theme.border},
        fill="toself",
        fillcolor=theme.border,
        fillpattern={"shape": "/", "size": 6, "solidity": 0.3, "fgcolor": theme.border, "bgcolor": "rgba(0,0,0,0)"},
        hoverinfo="skip",
    )


def select_cells(cells: pl.DataFrame, theme: Theme, period: str) -> go.Scatter:
    """What a hover says and a click selects, as unseen squares: a heatmap alone emits no selection."""
    return go.Scatter(
        x=cells["column"],
        y=cells["row"],
        mode="markers",
        marker={"symbol": "square-open", "size": ROW_PIXELS - 3, "opacity": 0, "color": theme.text},
        marker_line_width=2,
        customdata=cells.select("cohort", "age", "state").rows(),
        hovertext=[hover_words(cell, period) for cell in cells.iter_rows(named=True)],
        hoverinfo="text",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
    )


def hover_words(cell: dict[str, Any], period: str) -> str:
    """One cell in words."""
    completes_on = cell.get("completes_on")
    until = f"completes on {say_date(completes_on)}" if completes_on else "the number will still change"
    remarks = {"few": "<br>too few customers to judge", "unfinished": f"<br>this {period} is not over: {until}"}
    interval = "" if cell["low"] is None else f" ({say_percent(cell['low'])} to {say_percent(cell['high'])})"
    counts = f"{cell['retained']:,.0f} of {cell['eligible']:,.0f}"
    return (
        f"<b>{cell['label']}, {period} {cell['age']}</b><br>{say_percent(cell['rate'])}{interval}<br>"
        f"{counts}{remarks.get(cell['look'], '')}"
    )


def word_table(cells: pl.DataFrame, period: str) -> str:
    """The table for people who do not see it."""
    if cells.is_empty():
        return "Retention table without any observed cell."
    final = cells.filter((pl.col("look") == "final") & (pl.col("age") > 0))
    names = cells.sort("row")["label"].to_list()
    span = f"Retention table: {cells['row'].n_unique()} cohorts from {names[0]} to {names[-1]}"
    if final.is_empty():
        return f"{span}; no {period} after the first is over yet."
    rates = final["rate"].sort().to_list()
    lowest, highest = say_percent(rates[0]), say_percent(rates[-1])
    return f"{span}; rates after the first {period} lie between {lowest} and {highest}."


def lay_out(figure: go.Figure, cells: pl.DataFrame, overall: pl.DataFrame, theme: Theme, period: str) -> None:
    """Cohorts down with their sizes, ages across the top, no lines."""
    cohorts = cells.unique("row").sort("row")
    named = zip(cohorts["label"], cohorts["size"], strict=True)
    labels = [f"{label}  <span style='color:{theme.muted}'>{size:,}</span>" for label, size in named]
    rows = cohorts["row"].to_list()
    if overall.height:
        labels, rows = ["<b>All cohorts</b>", *labels], [AVERAGE_ROW, *rows]
    bare = {"showgrid": False, "showline": False, "ticks": "", "fixedrange": True}
    right = max([0.0, *cells["column"]]) + 0.5
    figure.update_xaxes(**bare, side="top", range=[-0.5, right])
    span = [max(rows, default=0) + 0.5, min(rows, default=0) - 0.5]
    figure.update_yaxes(**bare, tickvals=rows, ticktext=labels, ticklabelstandoff=6, range=span)
    corner = {"x": 0, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"}
    font = {"size": theme.font_size - 2, "color": theme.muted}
    if overall.height:
        rule = {"color": theme.text, "width": 1.5}
        figure.add_shape(type="line", x0=-0.5, x1=right, y0=-0.5, y1=-0.5, line=rule)
    figure.add_annotation(**corner, text=f"{say_name(period)}s since", font=font, showarrow=False, xshift=-6)
    figure.update_layout(hovermode="closest", hoverdistance=40, margin_t=figure.layout.margin.t + 20)


def name_ages(figure: go.Figure, columns: pl.DataFrame, names: Mapping[int, str]) -> None:
    """Ages across the top, or the names of their brackets; every third where there are many."""
    step = 1 if columns.height <= 25 else 3
    shown = columns.gather_every(step)
    text = [names.get(age, str(age)) for age in shown["age"]]
    figure.update_xaxes(tickvals=shown["column"].to_list(), ticktext=text)

"""Activity in sentences: the latest stretch in the title, the likeliest in the list, groups and the lifecycle."""

import datetime as dt

import polars as pl
import pytest

from analytics.reports import activity_findings as findings

INCIDENTS = pl.DataFrame(
    {
        "series": ["cart, plan pro", "cart, plan basic"],
        "event": ["cart", "cart"],
        "group": ["pro", "basic"],
        "from": [dt.date(2024, 5, 19), dt.date(2024, 6, 1)],
        "to": [dt.date(2024, 6, 8), dt.date(2024, 6, 9)],
        "observed": [12, 1_500],
        "expected": [40.0, 6.04],
        "ratio": [0.3, None],
    }
)


def test_the_title_names_the_latest_stretch_and_counts_the_others():
    said = findings.say_activity(INCIDENTS, "cart", "")
    assert said == "Cart, plan basic: more than the usual, 1 Jun to 9 Jun 2024; 1 more unusual stretch"
    one = findings.say_activity(INCIDENTS.head(1), "cart", "")
    assert one == "Cart, plan pro: 0.30 times the usual, 19 May to 8 Jun 2024"


def test_none_found_and_not_looked_for_are_told_apart():
    assert findings.say_activity(INCIDENTS.head(0), "cart", "view") == "Cart per view has no unusual stretch"
    assert findings.say_activity(INCIDENTS.head(0), "", "") == "Activity has no unusual stretch"
    assert findings.say_activity(None, "cart", "") == "Cart: too few finished periods to tell what is unusual"


def test_an_incident_is_told_with_what_was_to_be_expected():
    assert findings.list_incidents(INCIDENTS) == [
        "**cart, plan pro**, 19 May to 8 Jun 2024: 12 where 40 were to be expected (0.30 times).",
        "**cart, plan basic**, 1 Jun to 9 Jun 2024: 1,500 where 6.0 were to be expected.",
    ]
    assert findings.list_incidents(pl.concat([INCIDENTS] * 4))[6:] == ["2 more in the table."]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((2024, 6, 3), (2024, 6, 3), "3 Jun 2024"),
        ((2024, 6, 3), (2024, 7, 9), "3 Jun to 9 Jul 2024"),
        ((2023, 12, 30), (2024, 1, 2), "30 Dec 2023 to 2 Jan 2024"),
    ],
)
def test_a_span_names_a_shared_year_once(first, last, said):
    assert findings.say_span(dt.date(*first), dt.date(*last)) == said


def test_lines_and_stretches_carry_the_same_names():
    rows = pl.DataFrame(
        {
            "period": [dt.date(2024, 6, 3)] * 2,
            "event": ["cart"] * 2,
            "n": [6, 4],
            "ratio": [0.6, None],
            "state": ["final"] * 2,
            "group": ["pro", "basic"],
        }
    )
    # one event only: the group alone is the name
    lines, stretches = findings.line_rows(rows), findings.stretch_rows(INCIDENTS, rows)
    assert lines.select("series", "y", "size").rows() == [("pro", 0.6, 6), ("basic", None, 4)]
    assert stretches["series"].to_list() == ["pro", "basic"]
    assert stretches["said"][0].startswith("cart, plan pro, 19 May")
    assert findings.line_rows(rows.drop("ratio", "group"))["y"].to_list() == [6.0, 4.0]
    assert findings.line_rows(rows.drop("group"))["series"].null_count() == 2
    assert findings.say_drawn(lines, stretches) == ""
    many = pl.concat([lines.head(1).with_columns(series=pl.lit(f"g{nth}")) for nth in range(8)])
    assert findings.say_drawn(many, stretches).startswith("Drawn: 6 of 8,")


def groups(p: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "event": ["cart"] * 2,
            "group": ["mobile", "web"],
            "ratio": [0.4, 0.6],
            "others": [0.6, 0.4],
            "difference": [-0.2, 0.2],
            "adjusted_p": p,
            "said": [None if one is None else "said." for one in p],
        },
        schema_overrides={"adjusted_p": pl.Float64, "said": pl.String},
    )


def test_only_a_difference_beyond_chance_names_a_group():
    assert findings.say_groups(groups([0.01, 0.01]), "platform") == (
        "Platform mobile has less cart than the others: 0.40 against 0.60"
    )
    none = findings.say_groups(groups([0.2, 0.2]), "platform")
    assert none == "No platform departs from the others by more than chance"
    assert findings.say_groups(groups([None, None]), "platform").startswith("Too little has been seen")
    assert findings.list_groups(groups([0.2, None])) == ["said."]
    assert findings.list_groups(pl.concat([groups([0.2, 0.2])] * 4))[-1] == "2 more in the table."


def test_the_lifecycle_counts_arrivals_against_the_silent():
    row = {"period": dt.date(2025, 12, 22), "new": 4, "resurrecting": 5, "dormant": -7, "active": 1_050}
    rows = pl.DataFrame([row | {"state": "final"}, row | {"active": 3, "state": "unfinished"}])
    told = "1,050 customers are active: 9 came or came back and 7 fell silent in the week of 22 Dec 2025"
    assert findings.say_lifecycle(rows, "week") == told
    assert findings.say_lifecycle(rows, "month").endswith("in Dec 2025")
    assert findings.say_lifecycle(rows.tail(1), "week") == "No week is over yet"

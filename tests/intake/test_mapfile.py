"""Every form a column of a map may take, and what is refused."""

import datetime as dt

import pytest

from analytics.contract.errors import UserError
from analytics.intake.mapfile import parse_map, read_map

AT = dt.datetime


def columns(**forms: object) -> dict[str, object]:
    return {"shape": "tickets", "columns": {"customer_id": "who", "opened_at": "day", **forms}}


TICKETS = "who,day,minutes,flag,stars\na,2024-01-01,90,Y,5\nb,2024-01-02,,N,4\n"


def test_a_stated_format_decimal_and_currency_are_used(check):
    text = "Uid;Buy Ts;Revenue\n1;03/04/2024;$ 1.234,50\n"
    forms = {
        "customer_id": "Uid",
        "occurred_at": {"column": "Buy Ts", "format": "%d/%m/%Y"},
        "amount": {"column": "Revenue", "decimal": ",", "currency": "$"},
    }
    row = check({"log.csv": text}, {"shape": "events", "columns": forms}).table("events").row(0, named=True)
    assert (row["occurred_at"], row["amount"]) == (AT(2024, 4, 3), 1234.5)


def test_an_amount_can_be_a_product(check):
    text = "customer_id,occurred_at,n,price\n1,2024-01-01,3,2.5\n2,2024-01-01,,2.5\n"
    mapping = {"shape": "events", "columns": {"amount": {"product": ["n", "price"]}}}
    result = check({"log.csv": text}, mapping)
    assert result.table("events")["amount"].to_list() == [7.5, None]
    assert result.checked.attributes["events"] == ("n", "price")


def test_an_instant_can_lie_so_many_minutes_after_another(check):
    form = {"column": "minutes", "after": "day", "unit": "minutes"}
    company = {**tables(columns(first_response_at=form)), "churn_events": {"file": "gone.csv"}}
    result = check({"t.csv": TICKETS, "gone.csv": GONE}, {"tables": company})
    assert result.table("tickets")["first_response_at"].to_list() == [AT(2024, 1, 1, 1, 30), None]


def test_a_flag_can_stand_for_an_instant(check):
    form = {"column": "flag", "true": ["y"], "then": "day"}
    company = {**tables(columns(escalated_at=form)), "churn_events": {"file": "gone.csv"}}
    result = check({"t.csv": TICKETS, "gone.csv": GONE}, {"tables": company})
    assert result.table("tickets")["escalated_at"].to_list() == [AT(2024, 1, 1), None]


GONE = "customer_id,churned_at\na,2024-02-01\n"


def tables(one: dict[str, object]) -> dict[str, object]:
    return {"tickets": {"file": "t.csv", "columns": one["columns"]}}


def test_values_can_be_translated_and_others_are_set_aside(check):
    text = "customer_id,started_at,billing\n1,2024-01-01,Monthly\n2,2024-01-01,annual\n3,2024-01-01,weekly\n"
    form = {"column": "billing", "values": {"monthly": 1, "annual": 12}}
    result = check({"s.csv": text}, {"shape": "subscriptions", "columns": {"term_months": form}})
    assert result.table("subscriptions")["term_months"].to_list() == [1, 12]
    assert result.rejects == [("4", "billing", "weekly", "not_in_values")]


def test_a_customer_can_be_looked_up_through_another_table(check):
    files = {
        "subs.csv": "customer_id,subscription_id,started_at\na,S1,2024-01-01\nb,S2,2024-01-01\n",
        "use.csv": "sub,occurred_at\nS2,2024-01-05\nS1,2024-01-06\nS9,2024-01-07\n",
    }
    mapping = {
        "tables": {
            "events": {"file": "use.csv", "columns": {"customer_id": {"column": "sub", "lookup": "subscriptions"}}},
            "subscriptions": {"file": "subs.csv"},
        }
    }
    result = check(files, mapping)
    assert result.table("events")["customer_id"].to_list() == ["b", "a"]
    assert result.rejects == [("4", "sub", "S9", "not_in_subscriptions")]


def test_a_snapshot_takes_its_label_its_tenure_and_its_arm_from_the_map(check):
    text = "months,Gone,group,score,seg\n5,yes,No E-Mail,1,x\n6,no,Mail,2,y\n"
    mapping = {
        "shape": "snapshot",
        "columns": {
            "churned": {"column": "Gone", "true": ["Yes"]},
            "tenure": {"column": "months", "unit": "weeks"},
            "arm": {"column": "group", "control": "No E-Mail"},
        },
        "drop": {"columns": ["score"]},
    }
    result = check({"s.csv": text}, mapping)
    snapshot = result.table("snapshot")
    assert snapshot.select("customer_id", "churned", "tenure", "arm", "seg").rows() == [
        ("1", True, 5.0, "No E-Mail", "x"),
        ("2", False, 6.0, "Mail", "y"),
    ]
    checked = result.checked
    assert (checked.shape, checked.tenure_unit, checked.control) == ("snapshot", "weeks", "No E-Mail")
    assert checked.dropped_columns == ("score",) and checked.attributes == {"snapshot": ("seg",)}


def test_settings_of_the_map_lie_over_those_given(check):
    mapping = {"shape": "events", "settings": {"as_of": "2024-12-09", "churn": {"grace_days": 3}}}
    text = "customer_id,occurred_at\n1,2024-01-01\n"
    settings = check({"e.csv": text}, mapping, low_n=7, churn={"gap_days": 5}).checked.settings
    assert (settings.as_of, settings.low_n, settings.churn.grace_days, settings.churn.gap_days) == (
        "2024-12-09",
        7,
        3,
        5,
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"shap": "events"}, "Did you mean shape"),
        ({"shape": "event"}, "Did you mean events"),
        ({"shape": "events", "columns": {"custmer_id": "a"}}, "Did you mean customer_id"),
        ({"shape": "events", "columns": {"amount": {"colunm": "a"}}}, "Did you mean column"),
        ({"shape": "events", "columns": {"amount": {"column": "a", "decimal": ";"}}}, "a point or a comma"),
        ({"shape": "events", "columns": {"amount": {"decimal": ","}}}, "either column or product"),
        ({"shape": "events", "file": {"delimeter": ";"}}, "Did you mean delimiter"),
        ({"shape": "events", "file": {"skip": "2"}}, "file.skip"),
        ({"shape": "snapshot", "columns": {"tenure": {"column": "t", "unit": "moons"}}}, "months"),
        ({"shape": "tickets", "columns": {"resolved_at": {"column": "h", "after": "d"}}}, "needs a unit"),
        ({"shape": "events", "columns": {"customer_id": {"column": "a", "lookup": "subscription"}}}, "subscriptions"),
        ({"tables": {"event": {}}}, "Did you mean events"),
        ({}, "needs either shape"),
        ({"tables": {"events": {}}, "columns": {}}, "belongs to a map of one file"),
    ],
)
def test_an_unknown_key_or_value_is_refused_with_the_nearest_right_one(raw, said):
    with pytest.raises(UserError, match=said):
        parse_map(raw)


def test_a_column_the_file_does_not_have_is_refused_with_the_nearest(check):
    with pytest.raises(UserError, match="Did you mean Buy Ts"):
        check({"a.csv": "Uid,Buy Ts\n1,2024-01-01\n"}, {"shape": "events", "columns": {"occurred_at": "BuyTs"}})


def test_a_map_that_is_missing_or_no_toml_is_named(tmp_path):
    with pytest.raises(UserError, match="no such map file"):
        read_map(tmp_path / "map.toml")
    (tmp_path / "map.toml").write_text("shape = events")
    with pytest.raises(UserError, match="not valid TOML"):
        read_map(tmp_path / "map.toml")

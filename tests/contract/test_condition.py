"""Conditions: one small grammar, checked names, bound values, and the same rows in Polars and in DuckDB."""

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.contract.condition import parse_condition
from analytics.contract.errors import UserError

KINDS = {"plan": "text", "seats": "number", "is_new": "flag", "qty": "text", "Lead Source": "text"}
ROWS = pl.DataFrame(
    {
        "plan": ["pro", "basic", None, "Pro", "o'neil"],
        "seats": [10.0, 3.0, 7.0, None, 12.0],
        "is_new": [True, False, None, True, False],
        "qty": ["5", "-3", " 7 ", "x", None],
        "Lead Source": ["ad", "word of mouth", "ad", None, "C1%"],
    }
)


def in_polars(text: str) -> list[int]:
    return ROWS.with_row_index("n").filter(parse_condition(text, KINDS).to_polars())["n"].to_list()


def in_duckdb(text: str) -> list[int]:
    sql, values = parse_condition(text, KINDS).to_sql("where")
    connection = duckdb.connect()
    connection.register("rows", ROWS.with_row_index("n").to_arrow())
    used = {name: value for name, value in values.items() if f"${name}" in sql}
    return [n for (n,) in connection.sql(f"select n from rows where {sql} order by n", params=used).fetchall()]


@pytest.mark.parametrize(
    ("text", "rows", "sentence"),
    [
        ("plan = 'pro' and seats >= 10", [0], "plan is pro and seats is at least 10"),
        ("plan <> 'pro'", [1, 3, 4], "plan is not pro"),
        ("seats between 3 and 8", [1, 2], "seats is between 3 and 8"),
        ("plan in ('pro', 'basic')", [0, 1], "plan is pro or basic"),
        ("plan like 'p%'", [0], "plan is like p%"),
        ("plan ilike 'p%'", [0, 3], "plan is like p%"),
        ("plan is null", [2], "plan is empty"),
        ("plan is not null and not seats > 5", [1], "plan is not empty and not (seats is above 5)"),
        ("qty < 0 or qty = 7", [1, 2], "qty is below 0 or qty is 7"),
        ("is_new = true", [0, 3], "is_new is true"),
        ("not is_new", [1, 4], "not (is_new is true)"),
        ("\"lead source\" = 'ad'", [0, 2], "Lead Source is ad"),
        ("plan = 'o''neil'", [4], "plan is o'neil"),
        ("10 <= seats", [0, 4], "seats is at least 10"),
        ("(plan = 'pro' or plan = 'basic') and seats < 5", [1], "(plan is pro or plan is basic) and seats is below 5"),
    ],
)
def test_a_condition_chooses_the_same_rows_everywhere_and_can_say_itself(text, rows, sentence):
    assert in_polars(text) == rows
    assert in_duckdb(text) == rows
    assert parse_condition(text, KINDS).sentence == sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plan = 'a'; drop table x",
        "plan = (select 1)",
        "lower(plan) = 'a'",
        "plan = seats",
        "seats + 1 > 2",
        "1 = 1",
        "plan = 'a' union select 1",
        "read_csv('/etc/passwd') = 'a'",
        "plan = 'a' order by 1",
        "exists (select 1)",
        "plan = getenv('HOME')",
        "x.plan = 'a'",
        "plan = $1",
        "seats::text = '1'",
        "case when plan = 'a' then true end",
    ],
)
def test_what_lies_outside_the_grammar_is_refused(text):
    with pytest.raises(UserError):
        parse_condition(text, KINDS)


def test_an_unknown_column_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean seats"):
        parse_condition("seat > 3", KINDS)


def test_values_are_bound_and_never_part_of_the_text():
    sql, values = parse_condition("plan = 'x'' or 1=1 --' and seats > 3", KINDS).to_sql("where")
    assert values == {"where_0": "x' or 1=1 --", "where_1": 3.0} and "1=1" not in sql


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_is_a_condition_or_a_clear_refusal(text):
    try:
        parse_condition(text, KINDS)
    except UserError as error:
        assert error.what


MEMBERS = {"Champions": ("pro", "basic"), "it's": ("o'neil",)}


def test_a_saved_segment_chooses_its_customers_and_is_told_with_their_number():
    rows = ROWS.rename({"plan": "customer_id"}).with_row_index("n")
    kinds = {"customer_id": "text", "seats": "number"}
    condition = parse_condition("in_segment('Champions', 'ab12') and not seats < 5", kinds, MEMBERS.__getitem__)
    assert rows.filter(condition.to_polars())["n"].to_list() == [0]
    assert condition.sentence == "saved segment is Champions (2 customers) and not (seats is below 5)"
    assert condition.columns == ("seats", "customer_id")
    sql, values = condition.to_sql("where")
    connection = duckdb.connect()
    connection.register("rows", rows.to_arrow())
    assert connection.sql(f"select n from rows where {sql}", params=values).fetchall() == [(0,)]
    assert parse_condition("in_segment('it''s')", kinds, MEMBERS.__getitem__).sentence.endswith("(1 customer)")


@pytest.mark.parametrize(
    "text", ["in_segment()", "in_segment(plan)", "in_segment('a', 'b', 'c')", "in_segment('a') = 1"]
)
def test_a_segment_is_named_by_a_text_alone(text):
    with pytest.raises(UserError):
        parse_condition(text, KINDS, lambda name: ("pro",))


def test_a_segment_is_refused_where_none_is_kept():
    with pytest.raises(UserError, match="no segments are kept here"):
        parse_condition("in_segment('Champions')", KINDS)


def test_a_long_list_is_counted_and_not_read_out():
    text = "plan in (" + ", ".join(f"'p{n}'" for n in range(1234)) + ")"
    assert parse_condition(text, KINDS).sentence == "plan is one of 1,234 values"
    ids = text.replace("plan", "customer_id")
    assert parse_condition(ids, {"customer_id": "text"}).sentence == "customer_id is one of 1,234 customers"

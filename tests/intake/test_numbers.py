"""Numbers as people write them."""

import polars as pl
import pytest

from analytics.intake.numbers import NumberStyle, both_readings, count_numbers, find_open_mark, read_number
from analytics.intake.words import stated


def numbers(values: list[str], style: NumberStyle | None = None) -> list[float | None]:
    rows = pl.LazyFrame({"n": values})
    chosen = style or count_numbers(rows, ["n"])["n"].style
    return rows.select(read_number(stated(pl.col("n")), chosen)).collect()["n"].to_list()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1", "-2.5", " 3 ", "1e3"], [1, -2.5, 3, 1000]),
        (["1.234,50", "2,5", "7"], [1234.5, 2.5, 7]),  # the comma decides the whole column
        (["1,234.50", "2,000"], [1234.5, 2000]),
        (["$ 50.67", "€3", "-$5", "4 USD", "£1,000.10"], [50.67, 3, -5, 4, 1000.1]),
        (["12 345,6", "1\u00a0000,5"], [12345.6, 1000.5]),
        (["1'234.5", "1’000.5"], [1234.5, 1000.5]),
        (["1 200,500", "1 000"], [1200.5, 1000]),  # of two different marks the last is the decimal one
        (["0,125", "1,200"], [0.125, 1.2]),  # no group of thousands begins with a nought
        (["0.125", "1.200"], [0.125, 1.2]),
        (["1.234.567", "1.200"], [1234567, 1200]),
        (["12.5%", "7 %"], [0.125, 0.07]),
        (["(3.50)", "5-", "−2"], [-3.5, -5, -2]),
        (["?", "n/a", "None", "", " ", "-", "8"], [None] * 6 + [8]),
        (["abc", "1 2", "1,2,3", "inf", "nan", "5"], [None, None, None, None, None, 5]),
    ],
)
def test_numbers_are_read_as_written(written, read):
    assert numbers(written) == read


def test_the_map_can_state_the_decimal_sign_and_the_currency():
    # 1.234 alone is read with a decimal point; stated as a thousands mark it is a thousand times as much
    assert numbers(["1.234"]) == [1.234]
    assert numbers(["1.234", "kr. 5"], NumberStyle(decimal=",", currency="kr.")) == [1234, 5]


def test_a_word_where_a_number_is_due_counts_against_the_column():
    counts = count_numbers(pl.LazyFrame({"n": ["1", "2,5", "x", "n/a", ""]}), ["n"])["n"]
    assert (counts.filled, counts.comma, counts.best) == (3, 2, 2)


def test_keys_and_whole_numbers_are_told_apart():
    counts = count_numbers(pl.LazyFrame({"zip": ["01234", "8"], "n": ["12", "-3"]}), ["zip", "n"])
    assert (counts["zip"].keys, counts["n"].keys, counts["n"].whole) == (1, 0, 2)


@pytest.mark.parametrize(
    ("values", "example"),
    [
        (["1.200", "3.450", "12.900"], "1.200"),
        (["1,200", "3,450", "7", ""], "1,200"),
        (["$ 1.200", "(3.450)", "n/a"], "-3.450"),
        (["1.200", "1.234,50"], ""),  # two marks
        (["1.200", "1 200.500"], ""),
        (["1.200", "1.234.567"], ""),
        (["1.200", "2.5"], ""),  # not three digits behind the mark
        (["1,200", "1,75"], ""),
        (["1.200", "1234.567"], ""),  # four digits before it
        (["1.200", "0.125"], ""),
        (["1,200", "0,125"], ""),
        (["1200", "345"], ""),  # no mark at all
        (["", "abc"], ""),
    ],
)
def test_three_digits_behind_one_mark_leave_open_what_it_is(values, example):
    assert find_open_mark(pl.LazyFrame({"n": values}), "n") == example


def test_a_late_value_can_decide_the_whole_column():
    assert find_open_mark(pl.LazyFrame({"n": ["1.200"] * 5000}), "n") == "1.200"
    assert find_open_mark(pl.LazyFrame({"n": ["1.200"] * 5000 + ["2.5"]}), "n") == ""


def test_an_open_value_is_shown_in_both_readings():
    assert both_readings("1.200") == ("1200", "1.2")
    assert both_readings("-123,456") == ("-123456", "-123.456")


def test_the_point_of_a_currency_is_no_mark_of_a_number():
    rows = pl.LazyFrame({"n": ["kr. 5", "kr. 70"], "m": ["kr. 1.200", "kr. 70"]})
    assert (find_open_mark(rows, "n", "kr."), find_open_mark(rows, "m", "kr.")) == ("", "1.200")

"""A corpus of small ugly files: each gives the right table or the right question."""

import datetime as dt
from collections.abc import Callable

import pytest

from analytics.contract.errors import UserError

DAY = dt.datetime
EVENT = ("customer_id", "occurred_at", "amount", "name")
UGLY: dict[str, tuple[bytes, list[tuple]]] = {
    "bom": (
        "\ufeffcustomer_id,date,amount,action\n007,2024-03-01,5,a\n".encode(),
        [("007", DAY(2024, 3, 1), 5.0, "a")],
    ),
    "utf16": (
        "customer_id\tdate\tamount\taction\n007\t2024-03-01\t5\tŁ\n".encode("utf-16"),
        [("007", DAY(2024, 3, 1), 5.0, "Ł")],
    ),
    "cp1251": (
        "customer_id;date;amount;action\r\n1;31.01.2024;1 234,50;Покупка\r\n2;01.02.2024;5;Возврат\r\n".encode(
            "cp1251"
        ),
        [("1", DAY(2024, 1, 31), 1234.5, "Покупка"), ("2", DAY(2024, 2, 1), 5.0, "Возврат")],
    ),
    "cp1256": (
        "customer_id;date;amount;action\n1;2024-01-31;5;مرحبا بالعالم\n".encode("cp1256"),
        [("1", DAY(2024, 1, 31), 5.0, "مرحبا بالعالم")],
    ),
    "pipe and currency": (
        b"customer_id|date|amount|action\n1|2024-01-31|$ 50.67|None\n2|2024-02-01|?|\n",
        [("1", DAY(2024, 1, 31), 50.67, "None"), ("2", DAY(2024, 2, 1), None, None)],
    ),
    "decimal comma": (
        b"customer_id;date;amount;action\n1;2024-01-31;1.234,50;a\n2;2024-01-31;0,5;b\n",
        [("1", DAY(2024, 1, 31), 1234.5, "a"), ("2", DAY(2024, 1, 31), 0.5, "b")],
    ),
    "serial dates": (
        b"customer_id,order date,amount,action\n1,45352,5,a\n2,45353,6,b\n",
        [("1", DAY(2024, 3, 1), 5.0, "a"), ("2", DAY(2024, 3, 2), 6.0, "b")],
    ),
    "blank header and trailing delimiter": (
        b"customer_id,date,amount,action,\n1,2024-01-31,5,a,\n",
        [("1", DAY(2024, 1, 31), 5.0, "a")],
    ),
    "total row": (
        b"customer_id,date,amount,action\n1,2024-01-31,5,a\nTotal,,5,\n",
        [("1", DAY(2024, 1, 31), 5.0, "a")],
    ),
    "quoted line break": (
        b'customer_id,date,amount,action\n1,2024-01-31,5,"a\nb"\n',
        [("1", DAY(2024, 1, 31), 5.0, "a\nb")],
    ),
    "trailing blanks": (
        b"customer_id ,date , amount,action\n1  , 2024-01-31 ,5  ,a \n",
        [("1", DAY(2024, 1, 31), 5.0, "a")],
    ),
    "ragged": (
        b"customer_id,date,amount,action\n1,2024-01-31,5,a\n2,2024-01-31\n3,2024-01-31,5,a,b\n",
        [("1", DAY(2024, 1, 31), 5.0, "a")],
    ),
    "float ids": (
        b"customer_id,date,amount,action\n17850.0,2024-01-31,5,a\n1.03293E+19,2024-01-31,5,a\n",
        [("17850", DAY(2024, 1, 31), 5.0, "a")],
    ),
    "day first": (
        b"customer_id,date,amount,action\n1,31/01/2024,5,a\n2,01/02/2024,5,a\n",
        [("1", DAY(2024, 1, 31), 5.0, "a"), ("2", DAY(2024, 2, 1), 5.0, "a")],
    ),
    "month first": (
        b"customer_id,date,amount,action\n1,01/31/2024,5,a\n2,01/02/2024,5,a\n",
        [("1", DAY(2024, 1, 31), 5.0, "a"), ("2", DAY(2024, 1, 2), 5.0, "a")],
    ),
}


@pytest.mark.parametrize("name", UGLY)
def test_an_ugly_file_gives_the_right_table_without_a_map(check: Callable, name: str) -> None:
    content, expected = UGLY[name]
    result = check({"log.csv": content})
    assert result.table("events").select(EVENT).rows() == expected
    read, kept, dropped, rejected = result.count("events")
    assert (kept, read) == (len(expected), kept + dropped + rejected)


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        ("customer_id,date\n1,01/02/2024\n2,03/04/2024\n", "day first or month first"),
        ("customer_id,date,date\n1,2024-01-01,2024-01-01\n", "'date' stands 2 times"),
        ("customer_id;date;amount\n1;2024-01-31;1.200\n2;2024-01-31;12.900\n", "1200 .thousands. or 1.2 .decimals."),
        ("mail\na@b.c\nd@e.f\n", "Which column says who left"),
    ],
)
def test_an_ugly_file_gives_the_right_question(check: Callable, content: str, asked: str) -> None:
    with pytest.raises(UserError, match=asked):
        check({"log.csv": content})


NAMED = "customer_id,occurred_at,amount\n1,2024-01-31,1.200\n2,2024-01-31,12.900\n"


@pytest.mark.parametrize(
    "mapping",
    [
        None,
        {"shape": "events", "columns": {"amount": "amount"}},
        {"shape": "events", "columns": {"amount": {"column": "amount", "currency": "kr."}}},
    ],
)
def test_tables_in_a_folder_and_maps_without_decimal_ask_as_well(check: Callable, mapping: dict | None) -> None:
    files = {"events.csv": NAMED} if mapping else {"events.csv": NAMED, "tickets.csv": "ticket_id,customer_id\n"}
    with pytest.raises(UserError, match="column 'amount' could hold thousands or decimals") as raised:
        check(files, mapping)
    assert 'amount = { column = "amount", decimal = "," } for 1200, or decimal = "." for 1.2.' in str(raised.value)


def test_a_further_column_keeps_its_reading_and_gets_a_warning(check: Callable) -> None:
    result = check({"log.csv": "customer_id;date;weight_kg\n1;2024-01-31;1.200\n2;2024-01-31;12.900\n"})
    assert result.table("events")["weight_kg"].to_list() == [1.2, 12.9]
    said = "log.csv: column 'weight_kg' could hold thousands or decimals: '1.200' was read as 1.2."
    assert said in result.checked.warnings

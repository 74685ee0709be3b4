"""`[signals.NAME]`: what can be declared, and what is said about what cannot."""

from typing import Any

import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import parse_settings
from analytics.contract.signal_settings import make_sign
from analytics.contract.signs import SIGNS, rule_columns
from analytics.contract.tables import TABLES

WHERE = "settings.toml"


def parse(**values: Any):
    return parse_settings({"signals": {"late_bills": values}}, WHERE)


def test_a_declared_sign_keeps_its_rule_and_says_it_in_words():
    settings = parse(table="tickets", where="priority = 'high'", at_least=2, within_days=14, before_renewal_days=45)
    sign = make_sign("late_bills", settings.signals["late_bills"])
    rule = sign.rules[0]
    assert (rule.table, rule.where, rule.at_least, rule.within_days) == ("tickets", "priority = 'high'", 2, 14)
    assert sign.label == "Late bills"
    assert sign.needs == ("tickets.opened_at",)
    assert sign.meaning == (
        "2 times within 14 days: one service request whose priority is high, in the 45 days before a contract term ends"
    )


def test_a_sign_may_read_columns_only_the_data_know():
    assert parse(table="events", where="source = 'mobile'").signals["late_bills"]["where"] == "source = 'mobile'"


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({}, "signals.late_bills.table = '' is not possible"),
        ({"table": "ticket"}, "signals.late_bills.table = 'ticket' is not possible"),
        ({"table": "churn_events"}, "signals.late_bills.table = 'churn_events' is not possible"),
        ({"table": "tickets", "atleast": 2}, "unknown setting 'signals.late_bills.atleast'"),
        ({"table": "tickets", "at_least": 0}, "signals.late_bills.at_least = 0 is not possible"),
        ({"table": "tickets", "at_least": 2.5}, "signals.late_bills.at_least = 2.5 is not possible"),
        ({"table": "tickets", "within_days": 400}, "signals.late_bills.within_days = 400 is not possible"),
        ({"table": "tickets", "before_renewal_days": True}, "before_renewal_days = True is not possible"),
        ({"table": "tickets", "where": 3}, "signals.late_bills.where = 3 is no text"),
        ({"table": "tickets", "where": "priority ="}, "signals.late_bills.where: the condition"),
        ({"table": "tickets", "where": "sqrt(priority) > 2"}, "signals.late_bills.where:"),
        ({"table": "tickets", "known_at": "priority"}, "signals.late_bills.known_at = 'priority' is no instant"),
        ({"table": "subscriptions", "where": "cancel_requested_at is not null"}, "tells of the departure itself"),
        ({"table": "subscriptions", "known_at": "ended_at"}, "is no instant of subscriptions"),
    ],
)
def test_an_impossible_sign_is_refused_with_what_and_where(values: dict[str, Any], what: str):
    with pytest.raises(UserError) as refused:
        parse(**values)
    assert what in refused.value.sentence
    assert refused.value.where == WHERE
    assert refused.value.remedy


def test_a_misspelt_table_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean tickets"):
        parse(table="ticket")


def test_a_sign_needs_a_plain_name():
    with pytest.raises(UserError, match="cannot be called 'Late bills'"):
        parse_settings({"signals": {"Late bills": {"table": "invoices"}}}, WHERE)


def test_every_shipped_sign_reads_columns_of_the_contract():
    for sign in SIGNS:
        assert sign.needs and bool(sign.rules) != bool(sign.query)
        for need in sign.needs:
            table, column = need.split(".")
            assert column in TABLES[table].names
        for rule in sign.rules:
            assert set(rule.days) <= {column.day_name for column in TABLES[rule.table].instants}


def test_no_rule_may_read_what_tells_of_the_departure():
    names = {column.name for column in rule_columns("subscriptions")}
    assert "plan" in names
    assert names.isdisjoint({"ended_at", "cancel_requested_at", "customer_id"})


def test_sign_names_are_unique():
    assert len({sign.name for sign in SIGNS}) == len(SIGNS)

"""Early signs as the settings declare them: `[signals.NAME]`."""

import re
from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp

from analytics.contract.condition import parse_condition
from analytics.contract.errors import UserError, suggest
from analytics.contract.signs import DEPARTURE_COLUMNS, KNOWN_AT, Rule, Sign
from analytics.contract.tables import TABLES

SIGNAL_KEYS = ("table", "where", "at_least", "within_days", "before_renewal_days", "known_at", "label", "meaning")
_COUNTS = {"at_least": (1, 1000), "within_days": (1, 365), "before_renewal_days": (1, 365)}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_signal(name: str, values: Mapping[str, Any], where: str) -> None:
    """UserError unless `[signals.NAME]` declares a possible sign.

    `table` is required; the columns of `where` that the contract does not know are looked up in the data set later.
    """
    if not _NAME.fullmatch(name):
        raise UserError(f"a sign cannot be called {name!r}.", where, "Use small letters, digits and underscores.")
    for key in values:
        if key not in SIGNAL_KEYS:
            raise UserError(f"unknown setting 'signals.{name}.{key}'.", where, suggest(key, SIGNAL_KEYS))
    table = values.get("table", "")
    if table not in KNOWN_AT:
        raise UserError(f"signals.{name}.table = {table!r} is not possible.", where, suggest(str(table), KNOWN_AT))
    for key in ("where", "known_at", "label", "meaning"):
        if not isinstance(values.get(key, ""), str):
            raise UserError(f"signals.{name}.{key} = {values[key]!r} is no text.", where, "Put it in quotes.")
    for key, (low, high) in _COUNTS.items():
        if key in values:
            _check_count(f"signals.{name}.{key}", values[key], low, high, where)
    _check_known_at(name, table, values.get("known_at", ""), where)
    _check_condition(name, values.get("where", ""), where)


def _check_count(key: str, value: Any, low: int, high: int, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UserError(f"{key} = {value!r} is not possible.", where, f"Give a whole number from {low} to {high}.")


def _check_known_at(name: str, table: str, known_at: str, where: str) -> None:
    instants = [column.name for column in TABLES[table].instants if column.name not in DEPARTURE_COLUMNS]
    if known_at and known_at not in instants:
        raise UserError(
            f"signals.{name}.known_at = {known_at!r} is no instant of {table}.", where, suggest(known_at, instants)
        )


def _check_condition(name: str, text: str, where: str) -> None:
    if not text:
        return
    columns = _columns_in(text)
    for column in columns:
        if column in DEPARTURE_COLUMNS:
            raise UserError(
                f"signals.{name}.where reads {column}, which tells of the departure itself.",
                where,
                "A sign must come before it: choose another column.",
            )
    try:
        parse_condition(text, columns)
    except UserError as error:
        raise UserError(f"signals.{name}.where: {error.what}", where, error.remedy) from None


def _columns_in(text: str) -> list[str]:
    """The names a condition reads, whatever they are; none when it cannot be read (which its parser then says)."""
    try:
        tree = sqlglot.parse_one(f"select 1 where {text}", read="duckdb")
    except sqlglot.errors.SqlglotError:
        return []
    return [column.name for column in tree.find_all(exp.Column)]


def make_sign(name: str, values: Mapping[str, Any]) -> Sign:
    """The sign that `[signals.NAME]` declares."""
    numbers = {key: values[key] for key in _COUNTS if key in values}
    rule = Rule(
        table=values["table"],
        where=values.get("where", ""),
        known_at=(values["known_at"],) if values.get("known_at") else (),
        **numbers,
    )
    return Sign(
        name=name,
        label=values.get("label") or name.replace("_", " ").capitalize(),
        meaning=values.get("meaning") or say_rule(rule),
        needs=(f"{rule.table}.{(rule.known_at or (KNOWN_AT[rule.table],))[0]}",),
        rules=(rule,),
        is_own=True,
    )


def say_rule(rule: Rule) -> str:
    """The rule in plain English."""
    which = parse_condition(rule.where, _columns_in(rule.where)).sentence if rule.where else ""
    rows = f"{TABLES[rule.table].row} whose {which}" if which else TABLES[rule.table].row
    often = f"{rule.at_least} times within {rule.within_days} days: " if rule.at_least > 1 else ""
    ahead = f", in the {rule.before_renewal_days} days before a contract term ends" if rule.before_renewal_days else ""
    return f"{often}{rows}{ahead}"

"""Every setting, declared once: default, bounds and meaning. `settings.toml` and `[settings]` of a map file fill
them.
"""

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from analytics.contract.errors import UserError, suggest
from analytics.contract.lever_settings import (
    check_lever,
    check_number,
    make_lever,
    read_lever_values,
    refuse_lever,
)
from analytics.contract.levers import LEVERS, Lever
from analytics.contract.signal_settings import check_signal

LAST_YEAR = 2200  # a later date is a slip of the pen
RECOGNISED = ("request", "contract_end", "grace_end", "inactivity", "label")


def _setting(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    return field(
        default=default,
        metadata={"meaning": meaning, "unit": unit, "low": low, "high": high, "choices": choices},
    )


@dataclass(frozen=True, kw_only=True)
class Churn:
    """`[churn]`: how a departure is recognised, and what is predicted."""

    recognised: str = _setting(
        "",
        "what counts as leaving; empty: contract_end with subscriptions, else label, else inactivity",
        choices=("", *RECOGNISED),
    )
    grace_days: int = _setting(
        0, "days after the contract's end before the customer counts as gone", unit="days", low=0, high=365
    )
    inactivity_days: int = _setting(
        60, "days without an event after which a customer counts as gone", unit="days", low=1, high=3650
    )
    gap_days: int = _setting(
        14, "days the team needs to act: churn inside them is not predicted", unit="days", low=0, high=365
    )
    horizon_days: int = _setting(90, "days after the gap in which churn is predicted", unit="days", low=1, high=730)


@dataclass(frozen=True, kw_only=True)
class Stages:
    """`[stages]`: thresholds of the journey stages."""

    onboarding_days: int = _setting(
        90, "onboarding ends after so many days at the latest", unit="days", low=1, high=730
    )
    onboarding_event: str = _setting("onboarding_step", "event that marks one finished onboarding step")
    onboarding_steps: int = _setting(5, "steps an onboarding has", unit="steps", low=1, high=100)
    onboarding_share: float = _setting(
        0.8, "onboarding ends when this share of the steps is done", unit="share", low=0.05, high=1
    )
    value_event: str = _setting("first_value", "event that marks first value: onboarding ends with it")
    escalation_priorities: tuple[str, ...] = _setting(
        ("urgent",), "ticket priorities that put a customer into escalation"
    )
    cooldown_days: int = _setting(
        14, "days a customer stays in escalation after the ticket is closed", unit="days", low=0, high=365
    )
    escalation_days: int = _setting(
        90, "an escalation ends after so many days at the latest, closed or not", unit="days", low=1, high=730
    )
    failed_payment_days: int = _setting(
        90, "a failed payment keeps a customer in renewal for so many days at the latest", unit="days", low=1, high=730
    )
    renewal_days: int = _setting(
        60, "the renewal stage begins so many days before the term ends", unit="days", low=1, high=365
    )
    renewal_min_term_months: int = _setting(
        3, "shorter terms have no renewal stage of their own", unit="months", low=1, high=120
    )
    dwell_days: int = _setting(
        7, "a stage shorter than this does not interrupt the one before it", unit="days", low=0, high=90
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one data set. `version` names them in every footer."""

    timezone: str = _setting("UTC", "IANA time zone in which days begin and end")
    first_weekday: str = _setting("monday", "first day of the week", choices=("monday", "sunday"))
    currency: str = _setting("EUR", "currency of all amounts (ISO 4217)")
    as_of: str = _setting("", "last day of the data; empty: the latest instant in it")
    low_n: int = _setting(
        10,
        "below this many customers a rate is greyed, never coloured or alerted on",
        unit="customers",
        low=1,
        high=100000,
    )
    upload_limit_mb: int = _setting(500, "largest upload in the dashboard", unit="MB", low=1, high=100000)
    gross_margin: float = _setting(
        0.8, "share of revenue that is left after serving the customer", unit="share", low=0, high=1
    )
    discount_rate: float = _setting(
        0.1, "what a year's wait takes off the worth of money, for customer value", unit="per year", low=0, high=1
    )
    database_url: str = _setting(
        "", "where saved segments, scenarios and notes live; empty: SQLite beside the data set"
    )
    churn: Churn = field(default_factory=Churn)
    stages: Stages = field(default_factory=Stages)
    targets: Mapping[str, float] = field(default_factory=dict)
    signals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    levers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    roles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Eight characters that change whenever a definition does."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:8]

    @property
    def as_of_date(self) -> dt.date | None:
        """The stated last day, or None where it follows from the data."""
        return dt.date.fromisoformat(self.as_of) if self.as_of else None

    def to_json(self) -> str:
        """The settings as JSON with sorted keys; `from_json` reads it back."""
        return json.dumps(asdict(self), sort_keys=True)

    def lever(self, name: str) -> Lever:
        """A declared lever with what the settings change about it; UserError names the nearest lever."""
        found = {lever.name: lever for lever in self.all_levers()}.get(name)
        return found if found is not None else refuse_lever(name, self.all_levers())

    def all_levers(self) -> tuple[Lever, ...]:
        """The shipped levers and the settings' own, in order."""
        shipped = tuple(replace(lever, **read_lever_values(self.levers.get(lever.name, {}))) for lever in LEVERS)
        names = {lever.name for lever in LEVERS}
        return shipped + tuple(
            make_lever(name, dict(values)) for name, values in self.levers.items() if name not in names
        )


NAMED_SECTIONS = ("signals", "levers", "roles")


@lru_cache(maxsize=64)  # checking the time zone reads the disk, and every answer asks for the settings
def from_json(text: str) -> Settings:
    """The settings stored in a data set."""
    return parse_settings(json.loads(text), "stored settings")


def read_settings(path: Path) -> dict[str, Any]:
    """The raw tables of a `settings.toml`; UserError when it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError("there is no such settings file.", str(path), "Check the path given to --settings.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"this is not valid TOML ({error}).", str(path), "Correct that line and try again.") from None


def parse_settings(raw: Mapping[str, Any], where: str) -> Settings:
    """Checked settings from raw tables. An unknown key or an impossible value is refused with the nearest valid
    name.
    """
    values = _section(Settings, raw, where, "")
    settings = Settings(**values)
    if settings.timezone not in available_timezones():
        raise UserError(
            f"timezone {settings.timezone!r} is unknown.",
            where,
            suggest(settings.timezone, available_timezones()),
        )
    _check_as_of(settings.as_of, where)
    for name, lever in settings.levers.items():
        check_lever(name, lever, where)
    for name, signal in settings.signals.items():
        check_signal(name, signal, where)
    return settings


def _section(kind: type, raw: Mapping[str, Any], where: str, prefix: str) -> dict[str, Any]:
    known = {f.name: f for f in fields(kind)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in known:
            raise UserError(f"unknown setting {prefix + key!r}.", where, suggest(key, known))
        values[key] = _value(known[key], value, where, prefix + key)
    return values


def _value(declared: Any, value: Any, where: str, key: str) -> Any:
    if declared.name in ("churn", "stages"):
        section = {"churn": Churn, "stages": Stages}[declared.name]
        return section(**_section(section, _table(value, where, key), where, key + "."))
    if declared.name == "targets":
        return {
            name: check_number(target, where, f"targets.{name}") for name, target in _table(value, where, key).items()
        }
    if declared.name in NAMED_SECTIONS:
        return {name: dict(_table(entry, where, f"{key}.{name}")) for name, entry in _table(value, where, key).items()}
    return _scalar(declared, value, where, key)


def _scalar(declared: Any, value: Any, where: str, key: str) -> Any:
    rules, default = declared.metadata, declared.default
    if isinstance(value, (dt.date, dt.datetime)) and isinstance(default, str):
        value = value.isoformat()[:10]
    if isinstance(default, tuple) and isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise UserError(
            f"{key} = {value!r} is not a {_kind_name(default)}.",
            where,
            f"Give a {_kind_name(default)}, such as {default!r}.",
        )
    if rules["choices"] and value not in rules["choices"]:
        raise UserError(
            f"{key} = {value!r} is not possible.",
            where,
            suggest(str(value), [c for c in rules["choices"] if c]),
        )
    if rules["low"] is not None and not rules["low"] <= value <= rules["high"]:
        raise UserError(
            f"{key} = {value} is out of bounds.",
            where,
            f"Give a value between {rules['low']} and {rules['high']}.",
        )
    return value


def _kind_name(value: Any) -> str:
    return {int: "whole number", float: "number", str: "text", tuple: "list of texts"}[type(value)]


def _table(value: Any, where: str, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UserError(f"{key} = {value!r} is not a table.", where, f"Write it as a section [{key}].")
    return value


def _check_as_of(value: str, where: str) -> None:
    try:
        if value and not 1900 <= dt.date.fromisoformat(value).year <= LAST_YEAR:
            raise UserError(f"as_of = {value} is out of bounds.", where, f"Give a day from 1900 to {LAST_YEAR}.")
    except ValueError:
        raise UserError(
            f"as_of = {value!r} is not a date.", where, "Write it as YYYY-MM-DD, such as 2024-12-31."
        ) from None

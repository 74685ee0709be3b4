"""Levers as the settings change or add them: `[levers.NAME]`."""

from collections.abc import Mapping
from typing import Any, NoReturn

from analytics.contract.errors import UserError, suggest
from analytics.contract.levers import LEVERS, Lever

LEVER_KEYS = {
    "label",
    "column",
    "direction",
    "range",
    "applies_to",
    "cost",
    "acceptance",
    "unmeasured_causes",
    "unit",
    "meaning",
}


def check_number(value: Any, where: str, key: str) -> float:
    """The value as a number; UserError when it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UserError(f"{key} = {value!r} is not a number.", where, "Give a number.")
    return float(value)


def check_lever(name: str, values: Mapping[str, Any], where: str) -> None:
    """UserError unless the keys and values of `[levers.NAME]` are possible."""
    for key in values:
        if key not in LEVER_KEYS:
            raise UserError(f"unknown setting 'levers.{name}.{key}'.", where, suggest(key, LEVER_KEYS))
    if name not in {lever.name for lever in LEVERS} and not {"column", "direction", "range"} <= set(values):
        raise UserError(
            f"lever {name!r} needs column, direction and range.",
            where,
            suggest(name, [lever.name for lever in LEVERS]),
        )
    if values.get("direction", 1) not in (-1, 1):
        raise UserError(
            f"levers.{name}.direction = {values['direction']!r} is not possible.",
            where,
            "Give −1 (more of it, less churn) or 1.",
        )
    _check_amounts(name, values, where)
    span = values.get("range", [0, 1])
    if not (
        isinstance(span, (list, tuple))
        and len(span) == 2
        and check_number(span[0], where, name) < check_number(span[1], where, name)
    ):
        raise UserError(f"levers.{name}.range = {span!r} is not possible.", where, "Give [lowest, highest].")


def _check_amounts(name: str, values: Mapping[str, Any], where: str) -> None:
    if not 0 <= check_number(values.get("acceptance", 1), where, f"levers.{name}.acceptance") <= 1:
        raise UserError(
            f"levers.{name}.acceptance = {values['acceptance']!r} is no share.", where, "Give a number from 0 to 1."
        )
    if not check_number(values.get("cost", 0), where, f"levers.{name}.cost") >= 0:
        raise UserError(f"levers.{name}.cost = {values['cost']!r} is below zero.", where, "Give 0 or more.")
    if not isinstance(values.get("applies_to", ""), str):
        raise UserError(
            f"levers.{name}.applies_to = {values['applies_to']!r} is no condition.",
            where,
            "Give a condition such as \"plan = 'pro'\".",
        )


def read_lever_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a `Lever` from the raw table; only those it names."""
    kept = {key: value for key, value in values.items() if key != "range"}
    if "unmeasured_causes" in kept:
        kept["unmeasured_causes"] = tuple(kept["unmeasured_causes"])
    if "range" in values:
        kept["low"], kept["high"] = (float(v) for v in values["range"])
    return kept


def make_lever(name: str, values: dict[str, Any]) -> Lever:
    """A lever that only the settings know."""
    return Lever(
        **{
            "name": name,
            "label": name.replace("_", " "),
            "unit": "",
            "meaning": "declared in the settings",
            **read_lever_values(values),
        }
    )


def refuse_lever(name: str, levers: tuple[Lever, ...]) -> NoReturn:
    """UserError naming the nearest lever."""
    raise UserError(f"there is no lever {name!r}.", "", suggest(name, [lever.name for lever in levers]))

"""The options of retention: one for each field of its rule, as declared beside it."""

import argparse
from typing import Any

from analytics.cli.table import Option, choice, number, text
from analytics.metrics.rule_options import RULE_OPTIONS, RuleOption, read_brackets

_METAVARS = {"brackets": "1,3,7"}


def _offer(option: RuleOption) -> Option:
    if option.values and option.default:
        return choice(option.flag, tuple(option.values), str(option.default), option.words)
    if option.values:
        values = tuple(option.values)
        return lambda command: command.add_argument(option.flag, choices=values, default="", help=option.words)
    if isinstance(option.default, int):
        return number(option.flag, option.default, "N", option.words)
    return text(option.flag, _METAVARS.get(option.name, "NAME"), option.words)


_OFFERED = {option.name: _offer(option) for option in RULE_OPTIONS}
AVERAGING: Option = _OFFERED.pop("average")
COUNTING: tuple[Option, ...] = tuple(_OFFERED.values())


def counting(args: argparse.Namespace) -> dict[str, Any]:
    """The fields of a retention rule from parsed options; UserError when the brackets are no numbers."""
    fields = {name: getattr(args, "activity" if name == "basis" else name) for name in _OFFERED}
    return fields | {"brackets": read_brackets(args.brackets)}

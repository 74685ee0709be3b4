"""The queries behind an answer, written so that an analyst can run them as they stand."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

MOST_LISTED = 200  # of a list: a page would carry every id of a large segment once per query
_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Asked:
    """One query that was run: the question's name, and its text with every value written out."""

    question: str
    sql: str


_asked: ContextVar[dict[Asked, None] | None] = ContextVar("asked", default=None)


@contextmanager
def trace() -> Iterator[dict[Asked, None]]:
    """Collects the queries run inside the block, each once, in the order of their first run, as the keys of a dict.

    Blocks may be nested; the inner block's queries belong to the outer one too.
    """
    outer = _asked.get()
    collected: dict[Asked, None] = {}
    token = _asked.set(collected)
    try:
        yield collected
    finally:
        _asked.reset(token)
        if outer is not None:
            outer.update(collected)


def record(question: str, text: str, values: Mapping[str, Any]) -> None:
    """Notes a query for the block around it, if there is one."""
    collected = _asked.get()
    if collected is not None:
        collected[Asked(question, write_out(text, values))] = None


def write_out(text: str, values: Mapping[str, Any]) -> str:
    """The text with its parameters `$name` replaced by literals; TypeError for a value that has no literal."""
    return _PARAMETER.sub(lambda found: _literal(values[found[1]]) if found[1] in values else found[0], text)


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dt.datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    if isinstance(value, dt.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, (list, tuple)):
        # no comment: a list that is not whole must not run
        rest = f", … and {len(value) - MOST_LISTED:,} more" if len(value) > MOST_LISTED else ""
        return "[" + ", ".join(map(_literal, value[:MOST_LISTED])) + rest + "]"
    raise TypeError(f"a {type(value).__name__} cannot be written into a query")

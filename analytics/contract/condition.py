"""The grammar of --where and of a map's `[rows] drop`: a condition on named columns, checked, never pasted into SQL.

Comparisons, `like`, `in`, `between`, `is null`, `and`, `or`, `not` and brackets; texts in single quotes, names with
blanks in double
quotes. A text column compared with a number is read as a number; what is no number then meets no comparison.
"""

import functools
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp

from analytics.contract.errors import UserError, suggest

Value = str | float | int | bool | None

_COMPARISONS: dict[type[exp.Expression], tuple[str, str, Callable[[pl.Expr, Any], pl.Expr]]] = {
    exp.EQ: ("=", "is", operator.eq),
    exp.NEQ: ("<>", "is not", operator.ne),
    exp.LT: ("<", "is below", operator.lt),
    exp.LTE: ("<=", "is at most", operator.le),
    exp.GT: (">", "is above", operator.gt),
    exp.GTE: (">=", "is at least", operator.ge),
}
_MIRRORED: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.LT: exp.GT,
    exp.GT: exp.LT,
    exp.LTE: exp.GTE,
    exp.GTE: exp.LTE,
}
_REMEDY = "Write it like \"plan = 'pro' and seats >= 10\"; texts stand in single quotes."


@dataclass(frozen=True)
class Condition:
    """A condition whose columns and grammar are checked. `text` is what the person wrote, `kinds` the type of each
    column.
    """

    text: str
    tree: exp.Expression
    kinds: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The condition in plain English."""
        return _say(self.tree)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns it reads, each once."""
        return tuple(dict.fromkeys(column.name for column in self.tree.find_all(exp.Column)))

    def to_polars(self) -> pl.Expr:
        """True where a row meets the condition; null where it cannot be said."""
        return _polars(self.tree, self.kinds)

    def to_sql(self, prefix: str) -> tuple[str, dict[str, Value]]:
        """(text, values): the condition in SQL with every value a bound parameter `$<prefix>_<n>`."""
        binder = _Binder(prefix, self.kinds)
        return binder.write(self.tree), binder.values


def parse_condition(text: str, columns: Mapping[str, str] | Collection[str]) -> Condition:
    """The checked condition. `columns` is the closed list of names, with their kinds (text, number, flag, instant)
    or all text.

    UserError for an unknown name (with the nearest one) and for anything outside the grammar.
    """
    kinds = dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns, "text")
    try:
        select = sqlglot.parse_one(f"select 1 where {text}", read="duckdb")
    except sqlglot.errors.SqlglotError:
        raise UserError(f"the condition {text!r} cannot be read.", "", _REMEDY) from None
    where = select.args.get("where")
    if not isinstance(select, exp.Select) or where is None or set(_present(select)) - {"expressions", "where"}:
        raise UserError(f"the condition {text!r} cannot be read.", "", _REMEDY)
    return Condition(text.strip(), _check(where.this, text, kinds), kinds)


def _present(node: exp.Expression) -> list[str]:
    return [name for name, value in node.args.items() if value]


def _check(node: exp.Expression, text: str, kinds: Mapping[str, str]) -> exp.Expression:
    """The same tree with column names as they are spelled in the data and columns on the left; UserError outside
    the grammar.
    """
    again = functools.partial(_check, text=text, kinds=kinds)
    if isinstance(node, (exp.And, exp.Or)):
        return type(node)(this=again(node.this), expression=again(node.expression))
    if isinstance(node, (exp.Not, exp.Paren)):
        return type(node)(this=again(node.this))
    if type(node) in _COMPARISONS:
        return _check_comparison(node, text, kinds)
    if isinstance(node, exp.Column):  # a flag on its own
        return exp.EQ(this=_column(node, text, kinds), expression=exp.true())
    if isinstance(node, (exp.Like, exp.ILike)):
        return type(node)(this=_column(node.this, text, kinds), expression=_literal(node.expression, text))
    if isinstance(node, exp.In) and node.expressions:
        return exp.In(
            this=_column(node.this, text, kinds),
            expressions=[_literal(value, text) for value in node.expressions],
        )
    if isinstance(node, exp.Between):
        low, high = _literal(node.args["low"], text), _literal(node.args["high"], text)
        return exp.Between(this=_column(node.this, text, kinds), low=low, high=high)
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return exp.Is(this=_column(node.this, text, kinds), expression=exp.null())
    raise UserError(f"{node.sql('duckdb')!r} is not allowed in a condition ({text!r}).", "", _REMEDY)


def _check_comparison(node: exp.Expression, text: str, kinds: Mapping[str, str]) -> exp.Expression:
    kind, left, right = type(node), node.this, node.expression
    if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
        kind, left, right = _MIRRORED.get(kind, kind), right, left
    return kind(this=_column(left, text, kinds), expression=_literal(right, text))


def _column(node: exp.Expression, text: str, kinds: Mapping[str, str]) -> exp.Column:
    if not isinstance(node, exp.Column) or node.table:
        raise UserError(f"{node.sql('duckdb')!r} is not a column ({text!r}).", "", _REMEDY)
    folded = {name.lower(): name for name in kinds}
    name = node.name if node.name in kinds else folded.get(node.name.lower())
    if name is None:
        raise UserError(f"there is no column {node.name!r} ({text!r}).", "", suggest(node.name, kinds))
    return exp.column(exp.to_identifier(name, quoted=True))


def _literal(node: exp.Expression, text: str) -> exp.Expression:
    if isinstance(node, exp.Paren):
        return _literal(node.this, text)
    inner = node.this if isinstance(node, exp.Neg) else node
    if isinstance(inner, (exp.Literal, exp.Boolean)):
        return node
    if isinstance(inner, exp.Column):
        raise UserError(
            f"{node.name!r} should be a value ({text!r}).", "", f"Put a text in single quotes: '{node.name}'."
        )
    raise UserError(f"{node.sql('duckdb')!r} is not a value ({text!r}).", "", _REMEDY)


def _value(node: exp.Expression) -> Value:
    if isinstance(node, exp.Neg):
        return -float(node.this.name)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    return node.name if node.is_string else float(node.name)


def _polars(node: exp.Expression, kinds: Mapping[str, str]) -> pl.Expr:
    if isinstance(node, exp.And):
        return _polars(node.this, kinds) & _polars(node.expression, kinds)
    if isinstance(node, exp.Or):
        return _polars(node.this, kinds) | _polars(node.expression, kinds)
    if isinstance(node, exp.Not):
        return ~_polars(node.this, kinds)
    if isinstance(node, exp.Paren):
        return _polars(node.this, kinds)
    column = pl.col(node.this.name)
    if isinstance(node, exp.Is):
        return column.is_null()
    if isinstance(node, (exp.Like, exp.ILike)):
        return column.cast(pl.String).str.contains(_pattern(node))
    values = [_value(value) for value in _values(node)]
    read = _read_column(node.this.name, values, kinds)
    if isinstance(node, exp.In):
        return functools.reduce(operator.or_, [read == pl.lit(value) for value in values])
    if isinstance(node, exp.Between):
        return (read >= pl.lit(values[0])) & (read <= pl.lit(values[1]))
    return _COMPARISONS[type(node)][2](read, pl.lit(values[0]))


def _read_column(name: str, values: list[Value], kinds: Mapping[str, str]) -> pl.Expr:
    """The column in the type its values are compared in."""
    column, kind = pl.col(name), kinds.get(name, "text")
    if all(isinstance(value, bool) for value in values):
        return (
            column
            if kind == "flag"
            else column.cast(pl.String).str.to_lowercase().is_in(["true", "t", "yes", "y", "1"])
        )
    if all(isinstance(value, (int, float)) for value in values):
        return (
            column.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)
            if kind == "text"
            else column.cast(pl.Float64)
        )
    return column if kind == "text" else column.cast(pl.String)


def _values(node: exp.Expression) -> list[exp.Expression]:
    if isinstance(node, exp.In):
        return list(node.expressions)
    return [node.args["low"], node.args["high"]] if isinstance(node, exp.Between) else [node.expression]


def _pattern(node: exp.Expression) -> str:
    body = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in str(_value(node.expression)))
    return ("(?is)" if isinstance(node, exp.ILike) else "(?s)") + f"^{body}$"


@dataclass
class _Binder:
    """Writes SQL for DuckDB and collects the values it binds."""

    prefix: str
    kinds: Mapping[str, str]
    values: dict[str, Value] = field(default_factory=dict)

    def write(self, node: exp.Expression) -> str:
        if isinstance(node, (exp.And, exp.Or)):
            return f"({self.write(node.this)} {node.key} {self.write(node.expression)})"
        if isinstance(node, exp.Not):
            return f"(not {self.write(node.this)})"
        if isinstance(node, exp.Paren):
            return self.write(node.this)
        if isinstance(node, exp.Is):
            return f"{self._name(node)} is null"
        if isinstance(node, (exp.Like, exp.ILike)):
            return f"cast({self._name(node)} as varchar) {node.key} {self._bind(_value(node.expression))}"
        values = [_value(value) for value in _values(node)]
        read, bound = self._read(node, values), [self._bind(value) for value in values]
        if isinstance(node, exp.In):
            return f"{read} in ({', '.join(bound)})"
        if isinstance(node, exp.Between):
            return f"{read} between {bound[0]} and {bound[1]}"
        return f"{read} {_COMPARISONS[type(node)][0]} {bound[0]}"

    def _read(self, node: exp.Expression, values: list[Value]) -> str:
        name, kind = self._name(node), self.kinds.get(node.this.name, "text")
        if all(isinstance(value, bool) for value in values):
            return name if kind == "flag" else f"(lower(cast({name} as varchar)) in ('true', 't', 'yes', 'y', '1'))"
        if all(isinstance(value, (int, float)) for value in values):
            return f"try_cast({name} as double)" if kind == "text" else f"cast({name} as double)"
        return name if kind == "text" else f"cast({name} as varchar)"

    def _bind(self, value: Value) -> str:
        name = f"{self.prefix}_{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def _name(self, node: exp.Expression) -> str:
        return '"' + node.this.name.replace('"', '""') + '"'


def _say(node: exp.Expression) -> str:
    if isinstance(node, (exp.And, exp.Or)):
        return f"{_say(node.this)} {node.key} {_say(node.expression)}"
    if isinstance(node, exp.Paren):
        return f"({_say(node.this)})"
    if isinstance(node, exp.Not):
        inner = node.this.this if isinstance(node.this, exp.Paren) else node.this
        return f"{inner.this.name} is not empty" if isinstance(inner, exp.Is) else f"not ({_say(inner)})"
    name = node.this.name
    if isinstance(node, exp.Is):
        return f"{name} is empty"
    words = [_word(_value(value)) for value in _values(node)]
    if isinstance(node, exp.In):
        return f"{name} is {' or '.join(words)}"
    if isinstance(node, exp.Between):
        return f"{name} is between {words[0]} and {words[1]}"
    if isinstance(node, (exp.Like, exp.ILike)):
        return f"{name} is like {words[0]}"
    return f"{name} {_COMPARISONS[type(node)][1]} {words[0]}"


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)

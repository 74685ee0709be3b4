"""The grammar of --where and of a map's `[rows] drop`: a condition on named columns, checked, never pasted into SQL.

Comparisons, `like`, `in`, `between`, `is null`, `in_segment('name')`, `and`, `or`, `not` and brackets; texts in
single quotes, names with blanks in double quotes. A text column compared with a number is read as a number; what is no
number then meets no comparison.
"""

import functools
import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp

from analytics.contract.condition_words import Value, literal_value, literals_of, say_tree
from analytics.contract.errors import UserError, suggest

FindMembers = Callable[[str], Sequence[str]]
SEGMENT, CUSTOMER = "in_segment", "customer_id"

_COMPARISONS: dict[type[exp.Expression], tuple[str, Callable[[pl.Expr, Any], pl.Expr]]] = {
    exp.EQ: ("=", operator.eq),
    exp.NEQ: ("<>", operator.ne),
    exp.LT: ("<", operator.lt),
    exp.LTE: ("<=", operator.le),
    exp.GT: (">", operator.gt),
    exp.GTE: (">=", operator.ge),
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
    column, `members` the customers of each saved segment it names.
    """

    text: str
    tree: exp.Expression
    kinds: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The condition in plain English."""
        return say_tree(self.tree, {name: len(ids) for name, ids in self.members.items()})

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns it reads, each once."""
        named = [column.name for column in self.tree.find_all(exp.Column)]
        return tuple(dict.fromkeys([*named, *([CUSTOMER] if self.members else [])]))

    def to_polars(self) -> pl.Expr:
        """True where a row meets the condition; null where it cannot be said."""
        return _polars(self.tree, self)

    def to_sql(self, prefix: str) -> tuple[str, dict[str, Any]]:
        """(text, values): the condition in SQL with every value a bound parameter `$<prefix>_<n>`."""
        binder = _Binder(prefix, self)
        return binder.write(self.tree), binder.values


def parse_condition(
    text: str, columns: Mapping[str, str] | Collection[str], find_members: FindMembers | None = None
) -> Condition:
    """The checked condition. `columns` is the closed list of names, with their kinds (text, number, flag, instant)
    or all text; `find_members` gives the customers of a saved segment by its name.

    `in_segment('name')` may carry a second text, the mark of that very list of customers: answers are cached by the
    text of a condition, and another list under the same name must not be taken for it. UserError for an unknown name
    (with the nearest one) and for anything outside the grammar.
    """
    kinds = dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns, "text")
    try:
        select = sqlglot.parse_one(f"select 1 where {text}", read="duckdb")
    except sqlglot.errors.SqlglotError:
        raise UserError(f"the condition {text!r} cannot be read.", "", _REMEDY) from None
    where = select.args.get("where")
    if not isinstance(select, exp.Select) or where is None or set(_present(select)) - {"expressions", "where"}:
        raise UserError(f"the condition {text!r} cannot be read.", "", _REMEDY)
    tree = _check(where.this, text, kinds)
    named = [node.expressions[0].name for node in tree.find_all(exp.Anonymous)]
    if named and find_members is None:
        raise UserError(f"no segments are kept here ({text!r}).", "", _REMEDY)
    members = {name: tuple(find_members(name)) for name in named} if find_members else {}
    return Condition(text.strip(), tree, kinds, members)


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
    if isinstance(node, exp.Anonymous) and node.name.lower() == SEGMENT and 1 <= len(node.expressions) <= 2:
        return exp.Anonymous(this=SEGMENT, expressions=[_literal(value, text) for value in node.expressions])
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


def _polars(node: exp.Expression, condition: Condition) -> pl.Expr:
    again = functools.partial(_polars, condition=condition)
    if isinstance(node, exp.And):
        return again(node.this) & again(node.expression)
    if isinstance(node, exp.Or):
        return again(node.this) | again(node.expression)
    if isinstance(node, exp.Not):
        return ~again(node.this)
    if isinstance(node, exp.Paren):
        return again(node.this)
    if isinstance(node, exp.Anonymous):
        return pl.col(CUSTOMER).cast(pl.String).is_in(condition.members[node.expressions[0].name])
    column = pl.col(node.this.name)
    if isinstance(node, exp.Is):
        return column.is_null()
    if isinstance(node, (exp.Like, exp.ILike)):
        return column.cast(pl.String).str.contains(_pattern(node))
    values = [literal_value(value) for value in literals_of(node)]
    read = _read_column(node.this.name, values, condition.kinds)
    if isinstance(node, exp.In):
        return functools.reduce(operator.or_, [read == pl.lit(value) for value in values])
    if isinstance(node, exp.Between):
        return (read >= pl.lit(values[0])) & (read <= pl.lit(values[1]))
    return _COMPARISONS[type(node)][1](read, pl.lit(values[0]))


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


def _pattern(node: exp.Expression) -> str:
    body = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in str(literal_value(node.expression)))
    return ("(?is)" if isinstance(node, exp.ILike) else "(?s)") + f"^{body}$"


@dataclass
class _Binder:
    """Writes SQL for DuckDB and collects the values it binds."""

    prefix: str
    condition: Condition
    values: dict[str, Any] = field(default_factory=dict)

    def write(self, node: exp.Expression) -> str:
        if isinstance(node, (exp.And, exp.Or)):
            return f"({self.write(node.this)} {node.key} {self.write(node.expression)})"
        if isinstance(node, exp.Not):
            return f"(not {self.write(node.this)})"
        if isinstance(node, exp.Paren):
            return self.write(node.this)
        if isinstance(node, exp.Is):
            return f"{self._name(node)} is null"
        if isinstance(node, exp.Anonymous):  # one list: thousands of parameters would take seconds to bind
            members = list(self.condition.members[node.expressions[0].name])
            return f'cast("{CUSTOMER}" as varchar) in (select unnest({self._bind(members)}))'
        if isinstance(node, (exp.Like, exp.ILike)):
            return f"cast({self._name(node)} as varchar) {node.key} {self._bind(literal_value(node.expression))}"
        values = [literal_value(value) for value in literals_of(node)]
        read, bound = self._read(node, values), [self._bind(value) for value in values]
        if isinstance(node, exp.In):
            return f"{read} in ({', '.join(bound)})"
        if isinstance(node, exp.Between):
            return f"{read} between {bound[0]} and {bound[1]}"
        return f"{read} {_COMPARISONS[type(node)][0]} {bound[0]}"

    def _read(self, node: exp.Expression, values: list[Value]) -> str:
        name, kind = self._name(node), self.condition.kinds.get(node.this.name, "text")
        if all(isinstance(value, bool) for value in values):
            return name if kind == "flag" else f"(lower(cast({name} as varchar)) in ('true', 't', 'yes', 'y', '1'))"
        if all(isinstance(value, (int, float)) for value in values):
            return f"try_cast({name} as double)" if kind == "text" else f"cast({name} as double)"
        return name if kind == "text" else f"cast({name} as varchar)"

    def _bind(self, value: Value | list[str]) -> str:
        name = f"{self.prefix}_{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def _name(self, node: exp.Expression) -> str:
        return '"' + node.this.name.replace('"', '""') + '"'

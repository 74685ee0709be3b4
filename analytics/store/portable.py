"""Holds every SQL file inside a vocabulary that means the same on DuckDB and on a Spark cluster."""

import re

import sqlglot
from sqlglot import exp

# Everything a SQL file may be made of. A name is added only together with a probe in the portability test.
VOCABULARY = frozenset(
    [
        "Select",
        "From",
        "Table",
        "TableAlias",
        "With",
        "CTE",
        "Subquery",
        "Join",
        "Where",
        "Group",
        "Having",
        "Union",
        "Column",
        "Identifier",
        "Alias",
        "Star",
        "Literal",
        "Null",
        "Boolean",
        "Placeholder",
        "Var",
        "Paren",
        "And",
        "Or",
        "Not",
        "EQ",
        "NEQ",
        "LT",
        "LTE",
        "GT",
        "GTE",
        "Is",
        "Between",
        "In",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Neg",
        "Case",
        "If",
        "Cast",
        "DataType",
        "Window",
        "WindowSpec",
        "Order",
        "Ordered",
        "IgnoreNulls",
        "Distinct",
        "Count",
        "Sum",
        "Min",
        "Max",
        "Avg",
        "Coalesce",
        "Nullif",
        "RowNumber",
        "Lag",
        "Lead",
        "LastValue",
        "DateDiff",
        "AddMonths",
        "Ln",
        "Exp",
        "Sqrt",
        "Abs",
        "Round",
    ]
)

# Functions under one name on every engine: DuckDB gets a macro, Spark has it.
DUCKDB_PRELUDE = "create or replace temp macro add_months(d, n) as cast(d + to_months(cast(n as integer)) as date)"

_TYPES = {"DATE", "BIGINT", "INT", "DOUBLE", "VARCHAR", "TIMESTAMP", "TIMESTAMPNTZ", "BOOLEAN"}
_UNITS = ("DAY", "SECOND")  # seconds: whole seconds elapsed; engines differ by less than one
_MISREAD = ("nearest", "asof", "positional")
_RUNNING = (exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Count)


def lint(sql: str) -> list[str]:
    """Why this text could mean different things on different engines, in words; empty when it is portable."""
    return [finding for node in sqlglot.parse_one(sql, read="duckdb").walk() for finding in _findings(node)]


def parameters(sql: str) -> set[str]:
    """Names of the parameters (`$name`) in the text."""
    return set(re.findall(r"\$([a-z_][a-z0-9_]*)", re.sub(r"--[^\n]*", "", sql)))


def to_spark(sql: str) -> str:
    """The same text in Spark's dialect."""
    return sqlglot.transpile(sql, read="duckdb", write="spark", pretty=True)[0]


def _findings(node: exp.Expr) -> list[str]:
    if type(node).__name__ not in VOCABULARY:
        return [f"{type(node).__name__} is outside the vocabulary: {node.sql('duckdb')[:60]}"]
    checks = (_literal, _unit, _division, _cast, _join, _alias, _star, _running, _frame)
    return [found for check in checks if (found := check(node))]


def _literal(node: exp.Expr) -> str:
    decimal = isinstance(node, exp.Literal) and not node.is_string and "." in node.name
    return f"{node.name} is DECIMAL on Spark: write it with an exponent" if decimal else ""


def _unit(node: exp.Expr) -> str:
    bad = isinstance(node, exp.DateDiff) and (node.text("unit") or "day").upper() not in _UNITS
    return "date_diff in months or years counts boundaries on DuckDB, elapsed time on Spark" if bad else ""


def _division(node: exp.Expr) -> str:
    bad = isinstance(node, exp.Div) and not isinstance(node.expression, (exp.Nullif, exp.Literal, exp.Cast))
    return "division by zero is infinity on DuckDB and an error on Spark: nullif the divisor" if bad else ""


def _cast(node: exp.Expr) -> str:
    bad = isinstance(node, exp.Cast) and node.args["to"].this.value not in _TYPES
    return f"cast to {node.args['to'].sql()}" if bad else ""


def _join(node: exp.Expr) -> str:
    bad = isinstance(node, exp.Join) and node.args.get("method")
    return f"{node.args['method']} join: write it as union + last_value(... ignore nulls)" if bad else ""


def _alias(node: exp.Expr) -> str:
    bad = isinstance(node, exp.TableAlias) and node.name.lower() in _MISREAD
    return f"the {node.name} join is read as an alias" if bad else ""


def _star(node: exp.Expr) -> str:
    return "select *: name the columns" if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count) else ""


def _running(node: exp.Expr) -> str:
    bare = (
        isinstance(node, exp.Window)
        and node.args.get("order")
        and not node.args.get("spec")
        and isinstance(node.this, _RUNNING)
    )
    return "a running aggregate needs an explicit ROWS frame" if bare else ""


def _frame(node: exp.Expr) -> str:
    bad = isinstance(node, exp.WindowSpec) and node.text("kind").upper() != "ROWS"
    return "RANGE frames differ between engines: use ROWS" if bad else ""

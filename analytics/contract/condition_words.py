"""A checked condition in plain English, and the values that stand in it."""

from collections.abc import Mapping

from sqlglot import exp

Value = str | float | int | bool | None
MOST_NAMED = 12  # above it a list of values is counted, not read out
_SAID: dict[type[exp.Expression], str] = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.LT: "is below",
    exp.LTE: "is at most",
    exp.GT: "is above",
    exp.GTE: "is at least",
}


def say_tree(node: exp.Expression, sizes: Mapping[str, int]) -> str:
    """The condition in words that follow "customers whose"; sizes: how many customers each named segment holds."""
    if isinstance(node, (exp.And, exp.Or)):
        return f"{say_tree(node.this, sizes)} {node.key} {say_tree(node.expression, sizes)}"
    if isinstance(node, exp.Paren):
        return f"({say_tree(node.this, sizes)})"
    if isinstance(node, exp.Not):
        inner = node.this.this if isinstance(node.this, exp.Paren) else node.this
        is_empty = isinstance(inner, exp.Is)
        return f"{inner.this.name} is not empty" if is_empty else f"not ({say_tree(inner, sizes)})"
    if isinstance(node, exp.Anonymous):
        name = node.expressions[0].name
        return f"saved segment is {name} ({sizes[name]:,} customer{'' if sizes[name] == 1 else 's'})"
    return _say_leaf(node)


def _say_leaf(node: exp.Expression) -> str:
    name = node.this.name
    if isinstance(node, exp.Is):
        return f"{name} is empty"
    words = [_word(literal_value(value)) for value in literals_of(node)]
    if isinstance(node, exp.In):
        things = "customers" if name == "customer_id" else "values"
        return f"{name} is {' or '.join(words) if len(words) <= MOST_NAMED else f'one of {len(words):,} {things}'}"
    if isinstance(node, exp.Between):
        return f"{name} is between {words[0]} and {words[1]}"
    if isinstance(node, (exp.Like, exp.ILike)):
        return f"{name} is like {words[0]}"
    return f"{name} {_SAID[type(node)]} {words[0]}"


def literals_of(node: exp.Expression) -> list[exp.Expression]:
    """The literals a column is compared with."""
    if isinstance(node, exp.In):
        return list(node.expressions)
    return [node.args["low"], node.args["high"]] if isinstance(node, exp.Between) else [node.expression]


def literal_value(node: exp.Expression) -> Value:
    """What a literal stands for."""
    if isinstance(node, exp.Neg):
        return -float(node.this.name)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    return node.name if node.is_string else float(node.name)


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)

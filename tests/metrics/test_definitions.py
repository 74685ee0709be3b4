"""The glossary: keys are unique, and every worked example gives the number it states."""

import ast
import operator

import pytest

from analytics.contract.errors import UserError
from analytics.contract.metrics import METRICS, Metric, find_metric
from analytics.metrics.definitions import definitions

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def work_out(node: ast.AST) -> float:
    if isinstance(node, ast.Expression):
        return work_out(node.body)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](work_out(node.left), work_out(node.right))
    assert isinstance(node, ast.Constant)
    return float(node.value)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_the_worked_example_gives_the_stated_answer(metric: Metric):
    assert work_out(ast.parse(metric.working, mode="eval")) == pytest.approx(metric.answer, rel=1e-4)


def test_keys_are_unique_and_definitions_are_one_sentence():
    assert len({metric.key for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.definition.endswith(".") and ". " not in metric.definition


def test_the_glossary_lists_every_metric_with_its_columns():
    rows = definitions()
    expected = ["key", "name", "unit", "direction", "definition", "formula", "source"]
    assert rows.columns[:7] == expected
    assert rows["key"].to_list() == [metric.key for metric in METRICS]


def test_an_unknown_metric_names_the_nearest():
    with pytest.raises(UserError, match="net_retention"):
        find_metric("net_retentoin")

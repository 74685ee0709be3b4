"""The house limits: short files, short functions, every public name documented and typed, no hidden clock."""

import ast
import re
from pathlib import Path
from statistics import median

import pytest

from tests.sources import (
    ROOT,
    all_python_files,
    body_lines,
    functions_of,
    name_of,
    parse,
    public_definitions,
    python_files,
)

FILE_LINES, FUNCTION_LINES = 300, 40
MEDIAN_FILE_LINES, MEDIAN_FUNCTION_LINES = 120, 10
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt", "pd", "Timestamp"}


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def calls_of(path: Path) -> list[tuple[int, str, str, ast.Call]]:
    """Every call `owner.name(…)` of a file: line, last word of the owner, name, the call."""
    found = []
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).split(".")[-1]
            found.append((node.lineno, owner, node.func.attr, node))
    return found


def test_no_file_is_longer_than_a_person_reads_at_once():
    files = all_python_files() + sorted((ROOT / "analytics").rglob("*.sql"))
    too_long = {name_of(path): lines_of(path) for path in files if lines_of(path) > FILE_LINES}
    assert not too_long


def test_no_function_is_longer_than_a_screen():
    sizes = {
        f"{name_of(path)}:{function.lineno} {function.name}": body_lines(function)
        for path in all_python_files()
        for function in functions_of(path)
    }
    assert not {name: size for name, size in sizes.items() if size > FUNCTION_LINES}


def test_the_usual_file_and_function_are_short():
    files = python_files("analytics", "pages")
    assert median(map(lines_of, files)) <= MEDIAN_FILE_LINES
    assert median(body_lines(f) for path in files for f in functions_of(path)) <= MEDIAN_FUNCTION_LINES


def test_every_public_name_of_analytics_is_documented():
    silent = [
        f"{name_of(path)}: {name}"
        for path in python_files("analytics")
        for name, node in public_definitions(path)
        if ast.get_docstring(node) is None
    ]
    assert not silent


def test_every_module_of_analytics_says_what_it_is_for():
    files = [path for path in python_files("analytics") if path.read_text(encoding="utf-8").strip()]
    assert not [name_of(path) for path in files if ast.get_docstring(parse(path)) is None]


def test_every_signature_of_analytics_is_typed():
    untyped = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in python_files("analytics")
        for function in functions_of(path)
        if not is_typed(function)
    ]
    assert not untyped


def is_typed(function: ast.FunctionDef) -> bool:
    """Whether every argument but self and cls, and the result, has a type."""
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    named = [argument for argument in given if argument is not None and argument.arg not in ("self", "cls")]
    return function.returns is not None and all(argument.annotation is not None for argument in named)


def test_frames_have_names_of_their_own():
    called_df = [
        f"{name_of(path)}:{node.lineno}"
        for path in all_python_files()
        for node in ast.walk(parse(path))
        if (isinstance(node, ast.Name) and node.id == "df") or (isinstance(node, ast.arg) and node.arg == "df")
    ]
    assert not called_df


def test_modules_are_named_after_what_they_do():
    assert not [name_of(path) for path in all_python_files() if path.stem in VAGUE_MODULES]


def test_analytics_has_no_clock():
    # The command line is where the present enters; everything behind it takes it as a parameter.
    files = [path for path in python_files("analytics") if not name_of(path).startswith("analytics/cli")]
    reads = [
        f"{name_of(path)}:{line} {owner}.{name}"
        for path in files
        for line, owner, name, _ in calls_of(path)
        if owner in CLOCK_OWNERS and name in CLOCKS
    ]
    assert not reads


def test_no_query_reads_the_clock_or_draws_at_random():
    volatile = re.compile(r"\b(current_(date|time|timestamp)|localtime(stamp)?|now\s*\(|random\s*\(|uuid\s*\()", re.I)
    queries = sorted((ROOT / "analytics").rglob("*.sql"))
    assert not [name_of(path) for path in queries if volatile.search(without_comments(path))]


def without_comments(path: Path) -> str:
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8"))


def test_analytics_has_no_unseeded_randomness():
    unseeded = [
        f"{name_of(path)}:{line} {owner}.{name}"
        for path in python_files("analytics")
        for line, owner, name, call in calls_of(path)
        if draws_unseeded(owner, name, call)
    ]
    assert not unseeded


def draws_unseeded(owner: str, name: str, call: ast.Call) -> bool:
    """`random.random()`, `np.random.normal(…)` and a generator made without a seed."""
    makers = {"default_rng", "Random", "RandomState", "SeedSequence", "PCG64", "Philox", "Generator"}
    if name in makers:
        return owner == "random" and not (call.args or call.keywords)
    return owner == "random"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("random.random()", True),
        ("np.random.normal(0, 1)", True),
        ("np.random.default_rng()", True),
        ("np.random.default_rng(7)", False),
        ("rng.normal(0, 1)", False),
    ],
)
def test_a_draw_without_a_seed_is_recognised(source, expected):
    call = ast.parse(source, mode="eval").body
    owner = ast.unparse(call.func.value).split(".")[-1]
    assert draws_unseeded(owner, call.func.attr, call) is expected

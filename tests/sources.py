"""The project's own Python files as syntax trees, for the tests that hold its architecture."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("analytics", "pages", "tests", "benchmarks", "studies")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*places: str) -> list[Path]:
    """Every Python file below these places (folders or files), sorted; places that do not exist hold none."""
    found = [ROOT / place for place in places if (ROOT / place).is_file()]
    for place in places:
        found += (ROOT / place).rglob("*.py")
    return sorted(found)


def all_python_files() -> list[Path]:
    """All of the project's Python, the files at its root included."""
    return sorted(ROOT.glob("*.py")) + python_files(*PLACES)


def name_of(path: Path) -> str:
    """A file as people name it: `analytics/charts/theme.py`."""
    return path.relative_to(ROOT).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> set[str]:
    """Full dotted names a file imports, wherever in it: `from a import b` gives both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= from_import_names(node, path)
    return names


def from_import_names(node: ast.ImportFrom, path: Path) -> set[str]:
    """The names of one `from … import …`, relative ones made absolute."""
    base = node.module or ""
    if node.level:
        package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
        base = ".".join([*package, *([base] if base else [])])
    return {base, *(f"{base}.{alias.name}" for alias in node.names)}


def functions_of(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    yield from (node for node in ast.walk(parse(path)) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Lines of a function's body, its docstring aside."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def public_definitions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Public functions, classes, and the public methods of public classes, by name."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in parse(path).body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                inner = (item for item in node.body if isinstance(item, Function))
                yield from ((f"{node.name}.{item.name}", item) for item in inner if item.name[0] != "_")

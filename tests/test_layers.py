"""The line through the house: every package imports only what stands left of it."""

import pytest

from tests.sources import ROOT, imports_of, name_of, python_files

LINE = ("contract", "intake", "store", "metrics", "risk", "levers", "charts", "reports", "cli")
ONLY_CONTRACT = ("charts",)  # frames come in as arguments: a chart that fetches its own would be a page
DATABASES = {"duckdb", "sqlalchemy", "sqlite3"}


def layer_of(dotted: str) -> str | None:
    """`analytics.store.build` stands in `store`; what is not of analytics stands nowhere."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "analytics" and len(parts) > 1 else None


def own_layer(path) -> str:
    """The package a file belongs to; `analytics/cli.py` is `cli`."""
    return path.relative_to(ROOT / "analytics").with_suffix("").parts[0]


def may_import(own: str, other: str) -> bool:
    """Whether a file of one package may import another."""
    if other not in LINE:
        return True  # a name inside `analytics` itself, such as its version
    if own in ONLY_CONTRACT:
        return other in ("contract", own)
    return LINE.index(other) <= LINE.index(own)


def offences(paths, is_offence) -> list[str]:
    """`file imports name` for every import that offends."""
    return [f"{name_of(p)} imports {name}" for p in paths for name in sorted(imports_of(p)) if is_offence(p, name)]


def test_every_package_of_analytics_stands_in_the_line():
    packages = {own_layer(path) for path in python_files("analytics")} - {"__init__"}
    assert packages <= set(LINE), "a new package needs its place in LINE"


def test_analytics_imports_only_what_stands_left():
    def is_offence(path, name):
        own, other = own_layer(path), layer_of(name)
        return own in LINE and other is not None and not may_import(own, other)

    assert not offences(python_files("analytics"), is_offence)


def test_analytics_knows_neither_streamlit_nor_the_pages():
    outside = ("streamlit", "pages", "app", "tests")
    assert not offences(python_files("analytics"), lambda path, name: name.split(".")[0] in outside)


def test_pages_reach_databases_only_through_the_store():
    pages = python_files("app.py", "pages")
    assert not offences(pages, lambda path, name: name.split(".")[0] in DATABASES)


def test_nothing_imports_the_command_line():
    everything = python_files("app.py", "pages", "analytics")
    others = [path for path in everything if not name_of(path).startswith("analytics/cli")]
    assert not offences(others, lambda path, name: name.startswith("analytics.cli"))


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ("store", "contract", True),
        ("store", "store", True),
        ("contract", "store", False),
        ("metrics", "risk", False),  # scores are a stored fact: metrics read them through the store
        ("charts", "metrics", False),
        ("reports", "charts", True),
        ("cli", "reports", True),
    ],
)
def test_the_line_reads_from_left_to_right(own, other, expected):
    assert may_import(own, other) is expected

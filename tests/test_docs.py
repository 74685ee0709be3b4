"""The documents say what the code does: generated pages are fresh, and nothing a person can name is undocumented."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from analytics.cli.parser import build_parser
from analytics.cli.reference import FOLDER, list_commands, render_pages
from analytics.contract.metrics import METRICS
from analytics.contract.settings import Churn, Settings, Stages
from analytics.contract.tables import SHAPES
from analytics.intake.mapfile import parse_map

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(render_pages()))
def test_a_generated_page_is_fresh(page: str) -> None:
    assert (FOLDER / page).read_text(encoding="utf-8") == render_pages()[page], (
        f"data/{page} is out of date: run python -m analytics.cli.reference"
    )


def test_every_command_has_words_an_example_and_helped_options() -> None:
    for name, command in list_commands(build_parser(), "holdfast"):
        assert command.description and command.epilog and name.split()[1] in command.epilog, name
        assert all(action.help for action in command._actions), name


def test_every_setting_says_what_it_means() -> None:
    named = {"churn", "stages", "targets", "signals", "levers", "roles"}
    for kind in (Settings, Churn, Stages):
        for setting in fields(kind):
            assert setting.name in named or setting.metadata["meaning"], setting.name


def test_every_column_has_a_meaning_and_an_example() -> None:
    for table in SHAPES.values():
        for column in table.columns:
            assert column.meaning and column.example, f"{table.name}.{column.name}"


def test_every_metric_is_whole() -> None:
    for metric in METRICS:
        assert metric.definition.endswith(".") and metric.formula and metric.source and metric.unit, metric.key


@pytest.mark.parametrize(
    "example", re.findall(r"```toml\n(.*?)```", (FOLDER / "MAP.md").read_text(encoding="utf-8"), re.S)
)
def test_every_example_of_a_map_is_read(example: str) -> None:
    parse_map(tomllib.loads(example), "MAP.md")


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) <= 150
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_the_readme_names_the_two_commands() -> None:
    assert "python3 run.py\n" in README and "python3 run.py test" in README


def test_every_package_of_the_line_is_described_in_the_readme() -> None:
    for package in sorted(path.parent.name for path in (ROOT / "analytics").glob("*/__init__.py")):
        assert f"{package}/" in README, package

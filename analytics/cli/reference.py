"""Writes the generated pages under `data/`: `python -m analytics.cli.reference`."""

import argparse
from pathlib import Path

from analytics.cli.parser import build_parser
from analytics.reports.reference import GENERATED, PAGES

FOLDER = Path(__file__).parents[2] / "data"


def write_commands() -> str:
    """Markdown of every command: its words, its options and its example, as `--help` has them."""
    parts = ["# Commands", "", GENERATED, ""]
    for name, command in list_commands(build_parser(), "holdfast"):
        parts += [f"## {name}", "", command.description or "", ""]
        parts += [
            f"- `{', '.join(action.option_strings) or action.metavar}`: {_help(action)}" for action in _options(command)
        ]
        parts += ["", "```", (command.epilog or "").removeprefix("example:\n  "), "```", ""]
    return "\n".join(parts).rstrip() + "\n"


def list_commands(parser: argparse.ArgumentParser, name: str) -> list[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, with its full name, in the order of the help."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return [
                found for sub, command in action.choices.items() for found in list_commands(command, f"{name} {sub}")
            ]
    return [(name, parser)]


def render_pages() -> dict[str, str]:
    """File name → text of every generated page."""
    return {**{name: write() for name, write in PAGES.items()}, "COMMANDS.md": write_commands()}


def _options(command: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in command._actions if not isinstance(action, argparse._HelpAction)]


def _name(action: argparse.Action) -> str:
    return ", ".join(action.option_strings) or str(action.metavar)


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page, text in render_pages().items():
        (FOLDER / page).write_text(text, encoding="utf-8")

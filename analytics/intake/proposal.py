"""What is proposed for a file nobody has seen: shape, mapping, reasons, and the questions only a person can answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from analytics.contract.errors import UserError
from analytics.intake.mapfile import FileOptions, MapColumn, MapFile, TableMap
from analytics.intake.sniff import FileLook


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something the file does not tell. `choices`: what a person can answer → the form it gives the column."""

    key: str  # the column of the contract it is about
    text: str
    choices: Mapping[str, MapColumn]


@dataclass(frozen=True, kw_only=True)
class ProposedColumn:
    """One column of the file: its kind, the contract column it fills, how sure that is (0-1), why, and what is odd."""

    name: str
    type: str
    maps_to: str = ""
    confidence: float = 0.0
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposed map for one file. It can be used as it is when no question is open."""

    path: Path
    look: FileLook
    shape: str
    n_rows: int
    columns: tuple[ProposedColumn, ...]
    forms: Mapping[str, MapColumn]
    drop_columns: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()
    options: FileOptions = field(default_factory=FileOptions)

    def answered(self, key: str, choice: str) -> "Proposal":
        """The proposal with one question answered; UserError for an answer that is none of its choices."""
        question = next((question for question in self.questions if question.key == key), None)
        if question is None or choice not in question.choices:
            raise UserError(
                f"{choice!r} is no answer about {key}.",
                self.path.name,
                f"Choose among {', '.join(question.choices) if question else 'the open questions'}.",
            )
        left = tuple(other for other in self.questions if other.key != key)
        return replace(self, forms={**self.forms, key: question.choices[choice]}, questions=left)

    def checked_map(self) -> MapFile:
        """The map to build with; UserError listing the open questions, if any."""
        if self.questions:
            asked = " ".join(question.text for question in self.questions)
            raise UserError(
                f"the file leaves {len(self.questions)} question(s) open: {asked}",
                self.path.name,
                f"Answer in a map file given with --map, such as:\n{self.to_map_toml()}",
            )
        return self.to_map()

    def to_map(self) -> MapFile:
        """The map as far as it is known, questions or not."""
        table = TableMap(table=self.shape, columns=dict(self.forms), drop_columns=self.drop_columns)
        return MapFile(
            shape=self.shape,
            options=self.options,
            tables={self.shape: table},
            where=f"the proposal for {self.path.name}",
        )

    def to_map_toml(self) -> str:
        """The map as a `map.toml` that can be saved and given to --map; open questions stand in it as comments."""
        lines = [f"shape = {_toml(self.shape)}", "", *_file_section(self.options), "[columns]"]
        lines += [f"{name} = {_form(form)}" for name, form in self.forms.items()]
        for question in self.questions:
            lines.append(f"# {_on_one_line(question.text)}")
            for answer, form in question.choices.items():
                lines.append(f"# {question.key} = {_form(form)}   # {_on_one_line(answer)}")
        if self.drop_columns:
            lines += ["", "[drop]", f"columns = {_toml(list(self.drop_columns))}"]
        return "\n".join(lines) + "\n"


def _file_section(options: FileOptions) -> list[str]:
    stated = {f.name: getattr(options, f.name) for f in fields(options) if getattr(options, f.name) not in ("", None)}
    return ["[file]", *[f"{key} = {_toml(value)}" for key, value in stated.items()], ""] if stated else []


def _form(form: MapColumn) -> str:
    stated = {f.name: getattr(form, f.name) for f in fields(form)}
    stated = {key: value for key, value in stated.items() if value is not None and value not in ("", (), {})}
    return _toml(form.column) if set(stated) == {"column"} else _toml(stated)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    # Texts, numbers and booleans are written alike in JSON and TOML, but for one sign.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _on_one_line(text: str) -> str:
    """A text that can stand in a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)

"""What a file looks like, before anything is built from it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analytics.intake.mapfile import FileOptions
from analytics.intake.proposal import Proposal
from analytics.intake.propose import propose_file


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """A file at a glance. `columns`: name, type (text, number, flag, instant, empty), maps_to, warnings."""

    shape: str
    encoding: str
    delimiter: str
    rows: int
    columns: list[dict[str, Any]]
    questions: list[str]


def inspect_file(path: Path, options: FileOptions | None = None) -> Inspection:
    """What a file looks like: its shape, encoding, columns and open questions. UserError if it cannot be read."""
    with TemporaryDirectory(prefix="holdfast-") as folder:
        return to_inspection(propose_file(path, Path(folder), options))


def to_inspection(proposal: Proposal) -> Inspection:
    """The inspection of a file already proposed for."""
    columns = [
        {
            "name": column.name,
            "type": column.type,
            "maps_to": column.maps_to,
            "warnings": list(column.warnings),
        }
        for column in proposal.columns
    ]
    return Inspection(
        shape=proposal.shape,
        encoding=proposal.look.encoding,
        delimiter=proposal.look.delimiter,
        rows=proposal.n_rows,
        columns=columns,
        questions=[question.text for question in proposal.questions],
    )

"""Saved segments: customers under a name, as they were listed when the name was given."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.contract.condition import SEGMENT
from analytics.contract.errors import UserError
from analytics.store.notebook import Notebook

if TYPE_CHECKING:  # a data set itself reads its segments
    from analytics.store.dataset import Dataset

_KIND = "segment"
_FROZEN = "frozen"  # the list of customers is kept, not the question that made it


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A saved segment: its name, the ids of its customers, and which customers they were, in English."""

    name: str
    customers: tuple[str, ...]
    said: str

    @property
    def condition(self) -> str:
        """The condition that chooses it, marked so that another list under this name is another condition."""
        quoted = self.name.replace("'", "''")
        mark = hashlib.sha256("\n".join(self.customers).encode()).hexdigest()[:8]
        return f"{SEGMENT}('{quoted}', '{mark}')"


def save_segment(dataset: "Dataset", name: str, customers: Sequence[str], said: str) -> Segment:
    """Keeps these customers under a name, over those of before. UserError for no customers, and for a name that is
    empty or too long."""
    if not customers:
        raise UserError("a segment needs a customer; there is none to save.", name, "Choose a cell that counts some.")
    kept = Segment(name=name.strip(), customers=tuple(sorted(set(customers))), said=said)
    Notebook(dataset).save(_KIND, kept.name, {"customers": kept.customers, "said": said, "kind": _FROZEN})
    return kept


def read_segment(dataset: "Dataset", name: str) -> Segment:
    """The segment of that name; UserError naming the nearest where there is none."""
    body = Notebook(dataset).find(_KIND, name)
    return Segment(name=name, customers=tuple(body["customers"]), said=body["said"])


def list_segments(dataset: "Dataset") -> tuple[str, ...]:
    """The names of all saved segments."""
    return Notebook(dataset).names(_KIND)


def delete_segment(dataset: "Dataset", name: str) -> None:
    """Forgets a segment; UserError naming the nearest where there is none."""
    Notebook(dataset).delete(_KIND, name)

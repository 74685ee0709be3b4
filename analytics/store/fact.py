"""What one fact is: a table of a data set, made by one SELECT."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "sql" / "facts"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact: a SQL file, the key that is unique in it, and the type of each column on every engine."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]
    order: tuple[str, ...]
    is_kept: bool = True  # false: only a step on the way, dropped before publishing

    @property
    def sql(self) -> str:
        """The text of the fact's one SELECT."""
        return (FOLDER / f"{self.name}.sql").read_text(encoding="utf-8")

    @property
    def grain(self) -> str:
        """What one row is: the first line of the SQL file."""
        return self.sql.splitlines()[0].removeprefix("-- ")


def declare(name: str, key: str, columns: str, order: str = "", *, is_kept: bool = True) -> Fact:
    """A fact from words: `key` and `order` are names between blanks, `columns` is `name type, name type, …`."""
    pairs = ((column.split()[0], column.split()[1]) for column in columns.split(","))
    types = dict(pairs)
    return Fact(name=name, key=tuple(key.split()), columns=types, order=tuple((order or key).split()), is_kept=is_kept)

"""What a person is told when their input is at fault."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """The user's input is at fault: says what happened, where, and what to do. Pages and the command line show it
    as is.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """One message: `where: what remedy`."""
        parts = [f"{self.where}: {self.what}" if self.where else self.what, self.remedy]
        return " ".join(part for part in parts if part)


def suggest(name: str, known: Iterable[str]) -> str:
    """A remedy naming the nearest known names, or all of them when nothing is near (12 at most)."""
    names = sorted(set(known))
    lowered = {candidate.lower(): candidate for candidate in names}
    near = [lowered[key] for key in difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)]
    if near:
        return f"Did you mean {' or '.join(near)}?"
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return f"Known names: {listed}." if names else ""

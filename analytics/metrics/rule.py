"""How retention is counted: who enters a cohort, what counts as coming back, and when."""

import itertools
from dataclasses import dataclass

from analytics.contract.errors import UserError, suggest

BASES = ("event", "subscribed")
COHORTS = ("first_time", "recurring", "first_ever")
MODES = ("exact", "on_or_after", "on_or_before", "streak", "bracket")
WINDOWS = ("calendar", "rolling")
MEASURES = ("customers", "revenue")
AVERAGES = ("pooled", "simple")


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """Scalars only: answers are cached by it.

    `basis`: subscribed (a customer under the churn definition in force) or event; empty chooses. `cohorts`:
    first_time (the first matching event in all history), first_ever (the same: no event carries a filter of its
    own), recurring (every period with the start event). `start_event`, `return_event`: names of events, empty for
    any. `mode`: exact (active at that age), on_or_after (then or later), on_or_before (by then: counted from age 1
    on where entering and returning are the same event), streak (at every age up to it), bracket (within the ages
    after the bracket before, up to and including its own: 1, 3, 7 are 1, 2–3 and 4–7). `window`: calendar periods,
    or rolling (a period of 24-hour days after the customer's own first instant). `min_occurrences`: returning takes
    so many events within the period. `measure`: customers, or revenue (amounts of the events, or MRR at the end of
    the period, over that of age 0). `ages`: how many, 0 for as many as the first cohort has.
    """

    basis: str = ""
    cohorts: str = "first_time"
    start_event: str = ""
    return_event: str = ""
    mode: str = "exact"
    brackets: tuple[int, ...] = ()
    window: str = "calendar"
    min_occurrences: int = 1
    measure: str = "customers"
    ages: int = 0

    def __post_init__(self) -> None:
        known = {"basis": ("", *BASES), "cohorts": COHORTS, "mode": MODES, "window": WINDOWS, "measure": MEASURES}
        for name, values in known.items():
            if getattr(self, name) not in values:
                remedy = suggest(getattr(self, name), [value for value in values if value])
                option = "--activity" if name == "basis" else f"--{name}"
                raise UserError(f"there is no {name} {getattr(self, name)!r}.", option, remedy)
        if self.min_occurrences < 1 or self.ages < 0:
            raise UserError("occurrences and ages are counted from 1.", "--min-occurrences, --ages", "Give 1 or more.")
        self._check_brackets()
        if self.measure == "revenue" and (self.mode != "exact" or self.window != "calendar"):
            raise UserError(
                "revenue is measured at each age, in calendar periods.", "--measure", "Leave --mode and --window out."
            )

    def _check_brackets(self) -> None:
        ends = self.brackets
        if bool(ends) != (self.mode == "bracket"):
            raise UserError("brackets and --mode bracket come together.", "--brackets", "Give both: --brackets 1,3,7.")
        if ends and (ends[0] < 1 or any(one >= other for one, other in itertools.pairwise(ends))):
            raise UserError(f"{ends} does not rise from 1.", "--brackets", "Give the last age of each: 1,3,7.")

    @property
    def needs_events(self) -> bool:
        """Whether only events can answer it."""
        named = bool(self.start_event or self.return_event) or self.min_occurrences > 1
        return named or self.window == "rolling" or self.basis == "event"

    @property
    def is_same_event(self) -> bool:
        """Whether entering and returning are the same thing, so that everybody is there at age 0."""
        return self.start_event == self.return_event and self.min_occurrences == 1

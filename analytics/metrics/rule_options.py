"""The ways to count retention, declared once: the command line and the page offer these and say them in these words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.contract.errors import UserError
from analytics.metrics.rule import AVERAGES, BASES, COHORTS, MEASURES, MODES, WINDOWS
from analytics.store.dataset import Dataset


@dataclass(frozen=True, kw_only=True)
class RuleOption:
    """One way: the field of `RetentionRule` it sets (or `average`), its label, what it decides in one
    line, and what each of its values means (none: a text or a number)."""

    name: str
    label: str
    words: str
    values: Mapping[str, str] = field(default_factory=dict)
    default: str | int = ""

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return "--activity" if self.name == "basis" else f"--{self.name.replace('_', '-')}"

    @property
    def help(self) -> str:
        """What it decides, and what its values mean."""
        meanings = "; ".join(f"{value.replace('_', ' ')}: {meaning}" for value, meaning in self.values.items())
        return f"{self.words}. {meanings}".strip() if meanings else self.words


def _meanings(values: tuple[str, ...], *words: str) -> dict[str, str]:
    return dict(zip(values, words, strict=True))


RULE_OPTIONS: tuple[RuleOption, ...] = (
    RuleOption(
        name="cohorts",
        label="Cohorts",
        words="how customers enter a cohort",
        values=_meanings(
            COHORTS,
            "once, with their first matching event in all history",
            "in every period with the start event",
            "once, with their very first event of that name",
        ),
        default=COHORTS[0],
    ),
    RuleOption(
        name="start_event",
        label="Start event",
        words="the event that enters a cohort (default any, or being subscribed)",
    ),
    RuleOption(
        name="return_event",
        label="Return event",
        words="the event that counts as coming back (default any, or being subscribed)",
    ),
    RuleOption(
        name="mode",
        label="Counts as back",
        words="at which ages coming back counts",
        values=_meanings(
            MODES,
            "active at that age",
            "active at that age or later",
            "back by that age",
            "active at every age up to it",
            "active within a bracket of ages",
        ),
        default=MODES[0],
    ),
    RuleOption(name="brackets", label="Brackets", words="with mode bracket: the last age of each bracket"),
    RuleOption(
        name="window",
        label="Window",
        words="calendar periods, or 24-hour days from each customer's own instant",
        values=_meanings(WINDOWS, "days, weeks, months as in the calendar", "from each customer's own first instant"),
        default=WINDOWS[0],
    ),
    RuleOption(name="min_occurrences", label="At least", words="how many events within the period it takes", default=1),
    RuleOption(
        name="measure",
        label="Measure",
        words="count customers, or add up their revenue",
        values=_meanings(MEASURES, "how many of them", "what they bring, over that of age 0"),
        default=MEASURES[0],
    ),
    RuleOption(name="ages", label="Ages", words="ages 0 … N−1; 0 for as many as the first cohort has", default=0),
    RuleOption(
        name="basis",
        label="Being active",
        words="being active by events or by subscription (default: by the data)",
        values=_meanings(BASES, "with an event", "a customer under the churn definition in force"),
    ),
    RuleOption(
        name="average",
        label="Average",
        words="how cohorts are averaged",
        values=_meanings(AVERAGES, "all their customers together", "the mean of the cohorts' rates"),
        default=AVERAGES[0],
    ),
)


def find_option(name: str) -> RuleOption:
    """The declared option of a field; KeyError for another name."""
    return {option.name: option for option in RULE_OPTIONS}[name]


def read_brackets(written: str) -> tuple[int, ...]:
    """`1,3,7` as the last ages of brackets; UserError when these are no whole numbers."""
    try:
        return tuple(int(part) for part in written.split(",") if part.strip())
    except ValueError:
        raise UserError(f"{written!r} is not a list of ages.", "--brackets", "Write it like 1,3,7.") from None


def list_events(dataset: Dataset) -> tuple[str, ...]:
    """The names of events a rule may start or return with, in their order; none without events that have a name."""
    return tuple(sorted(name for name in dataset.query("event_names")["name"] if name))

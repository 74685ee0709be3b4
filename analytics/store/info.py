"""What a data set says of itself: shape, definitions in force, as-of day, sources."""

import datetime as dt
import json
from dataclasses import asdict, dataclass, field

from analytics.contract.settings import Settings, from_json


@dataclass(frozen=True, kw_only=True)
class BuildInfo:
    """One build's identity card; stored in the file as JSON and shown in every footer.

    `as_of` and `first_on` are None for a snapshot, which has no dates. `attributes` are the customer attributes
    that may be
    filtered and broken down by, with their type (text, number, flag, instant).
    """

    shape: str
    build_id: str
    fingerprint: str
    settings_json: str
    recognised: str
    facts_version: str = ""
    as_of: dt.date | None = None
    first_on: dt.date | None = None
    tables: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    drop_rules: tuple[str, ...] = ()
    tenure_unit: str = ""
    changing: tuple[str, ...] = ()  # attributes that change over time; `attributes` holds them as of the as-of day
    origin: str = ""  # the build beside whose versions the checked rows are kept
    verdict: str = ""  # of the risk model; empty before training

    @property
    def settings(self) -> Settings:
        """The settings the build was made with."""
        return from_json(self.settings_json)

    @property
    def definition_version(self) -> str:
        """Changes whenever a setting does."""
        return self.settings.version

    @property
    def is_snapshot(self) -> bool:
        """True for one row per customer without dates."""
        return self.shape == "snapshot"

    def has(self, *tables: str) -> bool:
        """Whether all these tables came with the source and hold rows."""
        return all(self.tables.get(table, 0) > 0 for table in tables)

    def to_json(self) -> str:
        """The card as JSON; `read_info` reads it back."""
        return json.dumps(asdict(self), default=str, sort_keys=True)


def read_info(text: str) -> BuildInfo:
    """The card from its JSON."""
    raw = json.loads(text)
    for name in ("as_of", "first_on"):
        raw[name] = dt.date.fromisoformat(raw[name]) if raw[name] else None
    lists = ("warnings", "drop_rules", "changing")
    return BuildInfo(**{**raw, **{name: tuple(raw.get(name, ())) for name in lists}})

"""What the events themselves are broken down by: a further column of theirs, or a key of `properties`."""

import json

PROPERTIES_KEY = "marked_key"  # the parameter that carries the path of the key


def mark_events(name: str, columns: tuple[str, ...]) -> str:
    """The relation `marked` (source_row, mark) as text: mark is the event's value as text, null where it has none.

    name: one of `columns` (further columns of the events table), else a key of `properties`; empty: nothing is marked.
    """
    if not name:
        return "select source_row, cast(null as varchar) as mark from events"
    if name in columns:
        quoted = '"' + name.replace('"', '""') + '"'
        return f"select source_row, nullif(cast({quoted} as varchar), '') as mark from events_attributes"
    # a text that is no JSON has no keys
    value = f"json_extract_string(case when json_valid(properties) then properties end, ${PROPERTIES_KEY})"
    return f"select source_row, nullif({value}, '') as mark from events"


def properties_path(name: str) -> str:
    """The path of a key at the top of a JSON object."""
    return f"$.{json.dumps(name)}"


def read_keys(text: str) -> set[str]:
    """The keys of a JSON object; none where the text is something else."""
    try:
        value = json.loads(text)
    except ValueError:
        return set()
    return set(value) if isinstance(value, dict) else set()

"""Further columns of a file, kept as attributes: each typed from the whole column as number, flag, instant or text."""

from collections.abc import Collection, Iterable

import polars as pl

from analytics.intake.dates import AmbiguousDatesError
from analytics.intake.numbers import both_readings, count_numbers
from analytics.intake.readings import TEMPORAL, Reading, instant_parts, number_parts, raw_text, stated_day
from analytics.intake.rows import TableRows
from analytics.intake.words import as_flag, stated

SAMPLE = 2_000
NUMBER_SHARE = 0.98  # of the values that say something; the few others go to the rejects
LIKELY = 0.9  # of a sample that must look like numbers, or like dates, before the whole column is read so
DATE_MARK = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d [A-Za-z]{3,9} \d{4}"


def attribute_names(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """File column → name in the checked table: with `_2` where the contract, or another column, has that name."""
    used, renamed = {name.lower() for name in taken}, {}
    for name in names:
        new = name
        while new.lower() in used:
            new += "_2"
        used.add(new.lower())
        renamed[name] = new
    return renamed


def read_attributes(names: dict[str, str], rows: TableRows) -> tuple[list[Reading], list[str]]:
    """The readings of the columns `names` (file's name → name in the table), and warnings."""
    texts = [name for name in names if rows.schema[name] == pl.String()]
    sample = rows.rows.select(texts).head(SAMPLE).collect()
    rows.count_all(likely_numbers(sample))
    readings, warnings = [], []
    for name, new in names.items():
        if isinstance(rows.schema[name], (pl.List, pl.Array, pl.Object, pl.Binary)):
            warnings.append(f"{rows.where}: column {name!r} holds lists or bytes and was left out.")
            continue
        try:
            readings.append(_attribute(name, new, rows, sample))
        except AmbiguousDatesError as doubt:
            readings.append(_as_text(name, new, rows))
            warnings.append(
                f"{rows.where}: column {name!r} could be day/month or month/day ({doubt.example}) and was kept as text."
            )
    return readings, [*warnings, *_open_marks(texts, rows)]


def _open_marks(texts: list[str], rows: TableRows) -> list[str]:
    """A warning for each column of numbers in which nothing tells thousands from decimals."""
    numbers = [name for name in texts if name in rows.numbers and is_number(name, rows)]
    found = [(name, rows.open_mark(name)) for name in numbers]
    return [
        f"{rows.where}: column {name!r} could hold thousands or decimals: {example!r} was read as"
        f" {both_readings(example)['.' in example]}."  # a point is taken for decimals, a comma for thousands
        for name, example in found
        if example
    ]


def _attribute(name: str, new: str, rows: TableRows, sample: pl.DataFrame) -> Reading:
    dtype = rows.schema[name]
    if dtype.is_numeric() and not dtype.is_integer():
        value, raw = number_parts(name, rows)
        return Reading(name=new, source=name, value=value, raw=raw)
    if isinstance(dtype, TEMPORAL):
        value, raw = instant_parts(name, rows)
        return Reading(name=new, source=name, value=value, raw=raw, stated_on=stated_day(name, rows))
    if dtype.is_integer() or dtype == pl.Boolean():
        return Reading(
            name=new,
            source=name,
            value=pl.col(name).cast(pl.Int64) if dtype.is_integer() else pl.col(name),
            raw=raw_text(name, rows),
        )
    if dtype != pl.String():
        return _as_text(name, new, rows)
    if name in rows.numbers and is_number(name, rows):
        return _as_number(name, new, rows)
    if _is_flag(sample[name]) and is_flag(name, rows):
        raw = stated(pl.col(name))
        return Reading(name=new, source=name, value=as_flag(raw), raw=raw)
    if may_be_date(sample[name]):
        reading = rows.read_dates(name)
        if reading.filled and reading.fitting == reading.filled:
            value, raw = instant_parts(name, rows)
            faults = (("not_a_date", raw.is_not_null() & value.is_null()),)
            return Reading(name=new, source=name, value=value, raw=raw, faults=faults, stated_on=stated_day(name, rows))
    return _as_text(name, new, rows)


def is_number(name: str, rows: TableRows) -> bool:
    """Whether a text column holds numbers; keys (leading zeros, very long) stay text."""
    counts = rows.counted(name)
    return counts.filled > 0 and counts.best >= NUMBER_SHARE * counts.filled and counts.keys == 0


def is_flag(name: str, rows: TableRows) -> bool:
    """Whether every value of a text column is the word true or false; Yes and No stay the file's own levels."""
    text = stated(pl.col(name)).str.to_lowercase()
    return bool(rows.rows.select(text.is_in(["true", "false"]).all()).collect(engine="streaming").item())


def _as_number(name: str, new: str, rows: TableRows) -> Reading:
    value, raw = number_parts(name, rows)
    faults = (("not_a_number", raw.is_not_null() & value.is_null()),)
    counts = rows.counted(name)
    is_whole = counts.whole == counts.filled
    return Reading(name=new, source=name, value=value.cast(pl.Int64) if is_whole else value, raw=raw, faults=faults)


def _as_text(name: str, new: str, rows: TableRows) -> Reading:
    raw = raw_text(name, rows)
    return Reading(name=new, source=name, value=raw, raw=raw)


def likely_numbers(sample: pl.DataFrame) -> list[str]:
    """Columns of texts that may turn out to be numbers, from a sample; empty ones may."""
    counts = count_numbers(sample.lazy(), [name for name in sample.columns if _has_digits(sample[name])])
    return [name for name, count in counts.items() if count.best >= LIKELY * count.filled]


def _has_digits(sample: pl.Series) -> bool:
    return sample.len() == sample.null_count() or bool(sample.str.contains(r"\d").any())


def _is_flag(sample: pl.Series) -> bool:
    text = sample.to_frame().select(stated(pl.first()).str.to_lowercase()).to_series().drop_nulls()
    return text.len() > 0 and bool(text.is_in(["true", "false"]).all())


def may_be_date(sample: pl.Series) -> bool:
    """Whether a sample of texts looks like dates."""
    text = sample.str.strip_chars().replace("", None).drop_nulls()
    return text.len() > 0 and text.str.contains(DATE_MARK).sum() >= LIKELY * text.len()

"""Text → instants: the format is found from the whole column; where two readings fit, it asks."""

import re
from dataclasses import dataclass
from typing import Any

import polars as pl

from analytics.intake.words import stated

SAMPLE = 5_000
MANY_SHAPES = 200  # a column written in more ways than this holds no dates
CLEAR_TIMES = 20  # of day first and month first, one must be ruled out so many times more often than the other
SENTINELS = r"^(9999-|0000-|0001-01-01|1900-01-00)"  # other systems' ways to write "no date"
DAY_FIRST, MONTH_FIRST = "day/month/year", "month/day/year"
COMPACT = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}
UNITS = {  # numbers that are dates: name, lowest and highest, microseconds each
    "excel": (10_000, 80_000, 86_400_000_000),
    "unix_seconds": (1e8, 1e10, 1_000_000),
    "unix_millis": (1e11, 1e13, 1_000),
    "unix_micros": (1e14, 1e16, 1),
}
EXCEL_ZERO = -25_569  # days from 1970-01-01 to Excel's day 0

_SHAPE = re.compile(
    r"^(?P<date>.+?)(?: (?P<time>99?:99(?::99(?:\.9+)?)?|999999)(?P<half> ?A)?)?(?P<offset>[+-]99:?99)?$"
)
_YEAR_FIRST = re.compile(r"^9999([-/.])99?\1?99?$")
_NUMERIC = re.compile(r"^99?([-/.])99?\1(9999|99)$")
_DAY_NAME = re.compile(r"^99?([-/. ])A(\.?,?[-/. ])(9999|99)$")
_NAME_DAY = re.compile(r"^A( 99?,? )(9999|99)$")


class AmbiguousDatesError(Exception):
    """Day first and month first both fit the whole column."""

    def __init__(self, column: str, example: str) -> None:
        self.column, self.example = column, example
        super().__init__(f"{column}: {example}")


@dataclass(frozen=True, kw_only=True)
class DateFormat:
    """One way the dates of a column are written, in chrono's notation, or the unit of a number."""

    pattern: str
    has_time: bool
    has_offset: bool = False


@dataclass(frozen=True, kw_only=True)
class DateReading:
    """All ways the dates of one column are written; the first that fits a value is taken."""

    formats: tuple[DateFormat, ...]
    filled: int = 0  # values that say something
    fitting: int = 0  # of them, values of a known shape
    is_plain: bool = False  # every value fits as it stands, without `normalised`


def stated_reading(pattern: str) -> DateReading:
    """The reading a map states. Where it has no time of day, values with one are still read."""
    if pattern in UNITS:
        return DateReading(formats=(DateFormat(pattern=pattern, has_time=True),))
    has_time = bool(re.search(r"%[-_0]?[HIkTRsXc]", pattern))
    formats = [DateFormat(pattern=pattern, has_time=has_time, has_offset=bool(re.search(r"%[:#]?z", pattern)))]
    if not has_time:
        formats += [DateFormat(pattern=f"{pattern} %H:%M{seconds}", has_time=True) for seconds in (":%S%.f", "")]
    return DateReading(formats=tuple(formats))


def normalised(source: pl.Expr) -> pl.Expr:
    """The text of a date in one spelling: single blanks, no T, an offset for Z; null where it says nothing."""
    text = stated(source).str.replace_all(r"\s+", " ")
    text = text.str.replace(r"^(\d{4}-\d\d?-\d\d?|\d{8})T", "$1 ").str.replace(r"(\d) ?(Z|UTC|GMT)$", "$1+00:00")
    text = text.str.replace(r"(:[\d.]+) ([+-]\d\d:?\d\d)$", "$1$2").str.replace(r"(:\d\d(?:\.\d+)?[+-]\d\d)$", "$1:00")
    return pl.when(~text.str.contains(SENTINELS)).then(text)


def date_text(source: pl.Expr, reading: DateReading, *, is_stated: bool = False) -> pl.Expr:
    """The text of a date as `read_instant` expects it for this reading."""
    if is_stated or reading.is_plain:
        text = stated(source)
        return pl.when(~text.str.contains(SENTINELS)).then(text)
    return normalised(source)


def find_reading(rows: pl.LazyFrame, column: str) -> DateReading:
    """How the dates of a text column are written, from all its values; AmbiguousDatesError where it must be asked."""
    plain = _plain_reading(rows, column)
    if plain:
        return plain
    shapes = _shapes(rows, column)
    filled = sum(shape["n"] for shape in shapes)
    if len(shapes) > MANY_SHAPES:
        return DateReading(formats=(), filled=filled)
    order = _day_or_month_first([shape for shape in shapes if _is_numeric(shape["shape"])], column)
    known = [(shape["n"], _format_of(shape, order)) for shape in shapes]
    formats = dict.fromkeys(found for _, found in known if found)
    return DateReading(formats=tuple(formats), filled=filled, fitting=sum(n for n, found in known if found))


def _plain_reading(rows: pl.LazyFrame, column: str) -> DateReading | None:
    """The one format that a sample decides and every value fits; None where the whole column must be weighed."""
    shapes = _shapes(rows.head(SAMPLE), column)
    if len(shapes) != 1 or (
        _is_numeric(shapes[0]["shape"]) and not (shapes[0]["first_is_day"] or shapes[0]["second_is_day"])
    ):
        return None
    form = _format_of(shapes[0], DAY_FIRST if shapes[0]["first_is_day"] else MONTH_FIRST)
    if form is None or form.has_offset or form.pattern in UNITS:
        return None
    text = pl.col(column).str.strip_chars()
    counts = rows.select(
        (text != "").sum().alias("filled"),
        text.str.to_datetime(form.pattern, strict=False, cache=False).count().alias("fitting"),
    )
    filled, fitting = counts.collect(engine="streaming").row(0)
    return DateReading(formats=(form,), filled=filled, fitting=fitting, is_plain=True) if filled == fitting else None


def _shapes(rows: pl.LazyFrame, column: str) -> list[dict[str, Any]]:
    """One row per shape (digits as 9, words as A), most frequent first: n, bounds of numbers, which part is the day."""
    first = pl.col("text").str.extract(r"^(\d{1,2})[-/.]\d{1,2}[-/.]", 1).cast(pl.Int16, strict=False)
    second = pl.col("text").str.extract(r"^\d{1,2}[-/.](\d{1,2})[-/.]", 1).cast(pl.Int16, strict=False)
    number = pl.col("text").cast(pl.Float64, strict=False)
    texts = rows.select(normalised(pl.col(column)).alias("text")).filter(pl.col("text").is_not_null())
    shape = pl.col("text").str.replace_all(r"\d", "9").str.replace_all(r"\p{L}+", "A").alias("shape")
    found = texts.group_by(shape).agg(
        pl.len().alias("n"),
        number.min().alias("low"),
        number.max().alias("high"),
        (first > 12).sum().alias("first_is_day"),
        (second > 12).sum().alias("second_is_day"),
        pl.col("text").filter((first <= 12) & (second <= 12) & (first != second)).min().alias("swappable"),
        pl.col("text").str.slice(0, 8).str.to_date("%Y%m%d", strict=False).count().alias("compact"),
    )
    return (
        found.sort("n", "shape", descending=[True, False]).head(MANY_SHAPES + 1).collect(engine="streaming").to_dicts()
    )


def _is_numeric(shape: str) -> bool:
    match = _SHAPE.match(shape)
    return bool(match and _NUMERIC.match(match["date"]))


def _day_or_month_first(shapes: list[dict[str, Any]], column: str) -> str:
    day_first = sum(shape["first_is_day"] for shape in shapes)
    month_first = sum(shape["second_is_day"] for shape in shapes)
    swappable = [shape["swappable"] for shape in shapes if shape["swappable"]]
    if day_first > CLEAR_TIMES * month_first or (not swappable and day_first >= month_first):
        return DAY_FIRST
    if month_first > CLEAR_TIMES * day_first or not swappable:
        return MONTH_FIRST
    raise AmbiguousDatesError(column, swappable[0])


def _format_of(shape: dict[str, Any], order: str) -> DateFormat | None:
    text = shape["shape"]
    if text.replace(".", "", 1).isdigit():
        return _number_format(shape, text)
    match = _SHAPE.match(text)
    date = _date_pattern(match["date"], order) if match else ""
    if match is None or not date or (match["offset"] and not match["time"]):
        return None
    time = _time_pattern(match["time"] or "", match["half"] or "")
    return DateFormat(
        pattern=date + time + ("%z" if match["offset"] else ""),
        has_time=bool(time),
        has_offset=bool(match["offset"]),
    )


def _number_format(shape: dict[str, Any], text: str) -> DateFormat | None:
    pattern = COMPACT.get(len(text))
    if pattern and shape["compact"] >= 0.9 * shape["n"]:
        return DateFormat(pattern=pattern, has_time=len(text) > 8)
    for unit, (low, high, _) in UNITS.items():
        if low <= shape["low"] and shape["high"] <= high:
            return DateFormat(pattern=unit, has_time=True)
    return None


def _date_pattern(shape: str, order: str) -> str:
    if match := _YEAR_FIRST.match(shape):
        return f"%Y{match[1]}%m{match[1]}%d" if shape.count(match[1]) == 2 else ""
    if match := _NUMERIC.match(shape):
        mark, year = match[1], "%Y" if len(match[2]) == 4 else "%y"
        return f"%d{mark}%m{mark}{year}" if order == DAY_FIRST else f"%m{mark}%d{mark}{year}"
    if match := _DAY_NAME.match(shape):
        return f"%d{match[1]}%B{match[2]}{'%Y' if len(match[3]) == 4 else '%y'}"
    if match := _NAME_DAY.match(shape):
        return f"%B %d{', ' if ',' in match[1] else ' '}{'%Y' if len(match[2]) == 4 else '%y'}"
    return "%Y%m%d" if shape == "99999999" else ""


def _time_pattern(time: str, half: str) -> str:
    if not time or time == "999999":
        return " %H%M%S" if time else ""
    hours = "%I" if half else "%H"
    seconds = (":%S%.f" if "." in time else ":%S") if time.count(":") == 2 else ""
    return f" {hours}:%M{seconds}" + {"": "", "A": "%p", " A": " %p"}[half]


def read_instant(text: pl.Expr, reading: DateReading, timezone: str) -> pl.Expr:
    """The instant (UTC, without zone) in a `date_text`; a date alone is local midnight. Null where no format fits."""
    if not reading.formats:
        return pl.lit(None, dtype=pl.Datetime("us"))
    return pl.coalesce([_read_one(text, form, timezone) for form in reading.formats])


def stated_on(text: pl.Expr, reading: DateReading) -> pl.Expr | None:
    """The date in a `date_text` that states no time of day, null where it states one; None where all of them do."""
    if all(form.has_time and form.pattern != "excel" for form in reading.formats):
        return None
    day = pl.lit(None, dtype=pl.Date)
    for form in reversed(reading.formats):
        moment = _read_one(text, form, "UTC")
        day = pl.when(moment.is_not_null()).then(_date_alone(moment, form)).otherwise(day)
    return day


def _date_alone(moment: pl.Expr, form: DateFormat) -> pl.Expr:
    if form.pattern == "excel":  # a whole number is a date
        return pl.when(moment == moment.dt.truncate("1d")).then(moment.dt.date())
    return pl.lit(None, dtype=pl.Date) if form.has_time else moment.dt.date()


def _read_one(text: pl.Expr, form: DateFormat, timezone: str) -> pl.Expr:
    if form.pattern in UNITS:
        return _read_unit(text.cast(pl.Float64, strict=False), form.pattern, timezone)
    moment = text.str.to_datetime(form.pattern, time_unit="us", strict=False, cache=False)
    if form.has_offset:
        return moment.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return moment if form.has_time else at_local_midnight(moment, timezone)


def _read_unit(number: pl.Expr, unit: str, timezone: str) -> pl.Expr:
    low, high, micros = UNITS[unit]
    number = pl.when(number.is_between(low, high)).then(number)
    if unit != "excel":
        return (number * micros).round().cast(pl.Int64).cast(pl.Datetime("us"))
    moment = (((number + EXCEL_ZERO) * 86_400_000).round().cast(pl.Int64) * 1_000).cast(pl.Datetime("us"))
    return pl.when(number == number.floor()).then(at_local_midnight(moment, timezone)).otherwise(moment)


def at_local_midnight(day: pl.Expr, timezone: str) -> pl.Expr:
    """The UTC instant at which a local day begins; where the clock skips midnight, one hour later."""
    if timezone == "UTC":
        return day
    midnight = day.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    one = (day + pl.duration(hours=1)).dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(midnight, one).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def local_day(instant: pl.Expr, timezone: str) -> pl.Expr:
    """The date of a UTC instant in the project's time zone."""
    if timezone == "UTC":
        return instant.dt.date()
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.date()

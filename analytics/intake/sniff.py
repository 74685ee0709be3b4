"""How a text table is written: delimiter, lines above the header, header, column names."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from analytics.contract.errors import UserError
from analytics.intake.encoding import check_is_text, find_encoding, read_head
from analytics.intake.mapfile import FileOptions

MAX_COLUMNS = 2_000
FIRST_SAMPLE, LARGEST_SAMPLE = 1 << 18, 1 << 24
SAMPLE_ROWS = 500
DELIMITERS = (",", ";", "\t", "|")
WHITESPACE = "whitespace"
SAID = re.compile(r"^\"?sep=(.)\"?\s*$")
OURS = re.compile(r"^(__|=)+")  # the intake names its own columns so
VALUE = re.compile(
    r"^[-+(]?\s*[$€£¥]?\s*[-+]?\d[\d\s.,'’]*([eE][-+]?\d+)?\s*[%€$£)]?$|^\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([T ].*)?$"
)


@dataclass(frozen=True, kw_only=True)
class FileLook:
    """How a file is written. `skip` counts the lines before the first row of data, header included."""

    kind: str  # text, parquet, excel
    encoding: str = ""
    delimiter: str = ""
    header: bool = True
    skip: int = 0
    names: tuple[str, ...] = ()


def look_at_text(path: Path, options: FileOptions) -> FileLook:
    """How a text file is written; what `options` state is taken so. UserError when it is empty, binary or too wide."""
    sample = _read_sample(path)
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise UserError("the file is empty.", path.name, "Choose a file with a header and rows.")
    check_is_text(sample, path.name)
    encoding = options.encoding or find_encoding(path)
    text = _decode(sample, encoding, path.name)
    lines = text.splitlines(keepends=True)
    said = SAID.match(lines[0])  # `sep=;`, which spreadsheets write above the table
    skip = options.skip if options.skip is not None else int(said is not None)
    delimiter = options.delimiter or (said[1] if said else _find_delimiter("".join(lines[skip:])))
    records = split_records("".join(lines[skip:]), delimiter)
    above, header_at = _find_first_record(records, stated=options.skip is not None)
    has_header = (
        options.header if options.header is not None else _has_header([cells for _, cells in records[header_at:]])
    )
    names = _names(records[header_at:], has_header, path.name)
    data_from = records[header_at][0] if has_header else above
    return FileLook(
        kind="text",
        encoding=encoding,
        delimiter=delimiter,
        header=has_header,
        skip=skip + data_from,
        names=names,
    )


def _read_sample(path: Path) -> bytes:
    size = FIRST_SAMPLE
    while True:
        head = read_head(path, size)
        if len(head) < size or head.count(b"\n") + head.count(b"\r") > 20:
            return head if len(head) < size else head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
        if size >= LARGEST_SAMPLE:
            raise UserError(
                "the first lines are longer than 16 MB.",
                path.name,
                "Check that the file has line ends and is a table.",
            )
        size *= 4


def _decode(sample: bytes, encoding: str, name: str) -> str:
    try:
        return sample.decode(encoding, errors="ignore").removeprefix("\ufeff")
    except LookupError:
        raise UserError(
            f"encoding {encoding!r} is unknown.", name, "Use a name such as utf-8, cp1252 or utf-16."
        ) from None


def split_records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first records of a sample, each with the number of the line it ends on; blank lines are left out."""
    if delimiter == WHITESPACE:
        return [(at, line.split()) for at, line in enumerate(text.splitlines()[:SAMPLE_ROWS], 1) if line.strip()]
    reader, records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []
    try:
        for cells in reader:
            if cells:
                records.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(records) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # a field longer than the sample allows: judge by the records before it
    return records


def _find_delimiter(text: str) -> str:
    scores = {}
    for delimiter in (*DELIMITERS, WHITESPACE):
        widths = [len(cells) for _, cells in split_records(text, delimiter)]
        width, n = _usual_width(widths)
        is_enough = width > 2 or (
            width == 2 and (delimiter != WHITESPACE or "  " in text)
        )  # a name and a surname are no table
        share = n / len(widths) if widths else 0.0
        if is_enough and share >= (0.7 if delimiter == WHITESPACE else 0.5):
            scores[delimiter] = (delimiter != WHITESPACE, round(share, 1), width in widths[:1], width)
    if scores:
        return max(scores, key=lambda delimiter: scores[delimiter])
    return next((delimiter for delimiter in DELIMITERS if delimiter not in text), ",")


def _usual_width(widths: list[int]) -> tuple[int, int]:
    return max(Counter(widths).items(), key=lambda item: (item[1], item[0]), default=(0, 0))


def _find_first_record(records: list[tuple[int, list[str]]], *, stated: bool) -> tuple[int, int]:
    """Lines above the table, and the index of its first record: titles above a table are narrower than the table."""
    width, _ = _usual_width([len(cells) for _, cells in records])
    if stated or width < 3:
        return 0, 0
    first = next(at for at, (_, cells) in enumerate(records) if len(cells) >= width - 1 and len(cells) > 1)
    return (records[first - 1][0] if first else 0), first


def _has_header(rows: list[list[str]]) -> bool:
    first, below = rows[0], rows[1:]
    if not below:
        return True
    looks = [_value_share([row[at] for row in below if at < len(row)]) for at in range(len(first))]
    is_value = [bool(VALUE.match(cell)) for cell in first]
    if any(cell and not value and share >= 0.8 for cell, value, share in zip(first, is_value, looks, strict=True)):
        return True
    if any(is_value):
        return False
    return not any(cell and any(row[at : at + 1] == [cell] for row in below) for at, cell in enumerate(first))


def _value_share(cells: list[str]) -> float:
    filled = [cell for cell in cells if cell]
    return sum(bool(VALUE.match(cell)) for cell in filled) / len(filled) if filled else 0.0


def _names(records: list[tuple[int, list[str]]], has_header: bool, where: str) -> tuple[str, ...]:
    first = records[0][1]
    widths = [len(cells) for _, cells in records[has_header:]]
    usual, n = _usual_width(widths)
    width = usual if n > widths.count(len(first)) and usual > len(first) else len(first)
    return checked_names([*first, *[""] * (width - len(first))] if has_header else [""] * width, where)


def checked_names(cells: list[str], where: str) -> tuple[str, ...]:
    """Column names from header cells, blank ones numbered; UserError for two of one name, or above MAX_COLUMNS."""
    if len(cells) > MAX_COLUMNS:
        raise UserError(
            f"the table has {len(cells):,} columns; at most {MAX_COLUMNS:,} are read.",
            where,
            "Keep the columns that describe customers.",
        )
    names = [OURS.sub("", cell.strip()) or f"column_{at}" for at, cell in enumerate(cells, 1)]
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise UserError(
            f"column {twice[0]!r} stands {names.count(twice[0])} times in the header.",
            where,
            "Give every column its own name.",
        )
    return tuple(names)

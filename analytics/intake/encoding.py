"""Which bytes a text file is written in: compression, encoding, and whether it is text at all."""

import codecs
import gzip
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

from charset_normalizer import from_bytes

from analytics.contract.errors import UserError

CHUNK = 1 << 20
TASTED = 20_000  # bytes that decide between encodings that fit alike
USUAL = [
    "cp1252",
    "cp1251",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "cp932",
    "gb18030",
    "big5",
    "euc_kr",
]
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format": "a SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"BZh": "a bzip2 archive",
}
MAX_CONTROL_SHARE = 0.005  # of bytes that no text contains


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzip (by its first two bytes, not by its name)."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def read_head(path: Path, n_bytes: int) -> bytes:
    """The first bytes of a file; UserError when the gzip archive is broken."""
    try:
        with open_bytes(path) as file:
            return file.read(n_bytes)
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise UserError(
            f"the file cannot be unpacked ({error}).", path.name, "Save it again and try once more."
        ) from None


def check_is_text(head: bytes, name: str) -> None:
    """UserError when the bytes are those of a picture, an archive or another binary file."""
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            raise UserError(
                f"this is {kind}, not a text table.",
                name,
                "Save it as CSV, or give it its right ending (.xlsx, .parquet).",
            )
    if _wide_encoding(head):
        return
    control = sum(head.count(bytes([byte])) for byte in (*range(9), *range(14, 32), 127))
    if control > MAX_CONTROL_SHARE * len(head):
        raise UserError("this is a binary file, not a text table.", name, "Save the table as CSV, Parquet or XLSX.")


def find_encoding(path: Path) -> str:
    """Python's name of the encoding, from the whole file: by byte order mark; UTF-8 if every byte fits; a guess."""
    head = read_head(path, 4096)
    wide = _wide_encoding(head)
    if wide:
        return wide
    odd = _first_odd_bytes(path)
    if odd is None:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    matches = list(from_bytes(odd, cp_isolation=USUAL))
    likely = [match.encoding for match in matches if match.chaos <= matches[0].chaos]
    best = min(likely, key=lambda name: (_odd_words(odd, name), USUAL.index(name)), default="cp1252")
    return "cp1252" if odd.decode(best, errors="replace") == odd.decode("cp1252", errors="replace") else best


def _odd_words(sample: bytes, encoding: str) -> int:
    """Words no language has: two alphabets in one, accents three in a row, a capital after a small letter."""
    words = re.findall(r"[^\W\d_]+", sample[:TASTED].decode(encoding, errors="replace"))
    return sum(_is_odd(word) for word in words)


def _is_odd(word: str) -> bool:
    latin = [unicodedata.name(letter, "").startswith("LATIN") for letter in word]
    if not all(latin):
        return any(latin) or any(one.islower() and next_.isupper() for one, next_ in pairwise(word))
    return bool(re.search(r"[^\x00-\x7f]{3}", word))


def _wide_encoding(head: bytes) -> str:
    for mark, name in BOMS.items():
        if name != "utf-8-sig" and head.startswith(mark):
            return name
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.8 * half and head[0::2].count(0) == 0:
        return "utf-16-le"
    if head[0::2].count(0) > 0.8 * half and head[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _first_odd_bytes(path: Path) -> bytes | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk, is_last in _chunks(path):
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        try:
            decoder.decode(chunk, final=is_last)
        except UnicodeDecodeError:
            lines = [line for line in chunk.splitlines() if not line.isascii()]
            return b"\n".join(lines[:500]) or chunk[:CHUNK]
    return None


def _chunks(path: Path) -> Iterator[tuple[bytes, bool]]:
    with open_bytes(path) as file:
        chunk = file.read(CHUNK)
        while True:
            following = file.read(CHUNK)
            yield chunk, not following
            if not following:
                return
            chunk = following


def count_lines(path: Path) -> int:
    """Lines of an unpacked text file; the last one counts without a line end too."""
    n, last = 0, b"\n"
    with open_bytes(path) as file:
        while chunk := file.read(CHUNK):
            n, last = n + chunk.count(b"\n"), chunk
    return n + (not last.endswith(b"\n"))


def copy_as_utf8(path: Path, encoding: str, target: Path) -> Path:
    """A UTF-8 copy with plain line ends, for the readers; bytes outside the encoding become replacement signs."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with target.open("w", encoding="utf-8", newline="") as out:
        held = ""
        for chunk, is_last in _chunks(path):
            text = held + decoder.decode(chunk, final=is_last)
            held = "\r" if text.endswith("\r") and not is_last else ""
            out.write(
                text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n")
                if held
                else text.replace("\r\n", "\n").replace("\r", "\n")
            )
    return target

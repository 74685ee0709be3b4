"""Whatever is in a text file, the counts add up or one clear message says why not."""

import csv
import io
import tempfile
import tomllib
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.contract.errors import UserError
from analytics.intake.check import check_source
from analytics.intake.mapfile import FileOptions, parse_map
from analytics.intake.propose import propose_file
from analytics.intake.read import stage_file
from analytics.intake.sniff import FileLook

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
CELL = st.one_of(
    st.sampled_from(
        ["", "1", "007", "1,5", "2024-01-01", "01/02/2024", "Yes", "None", "?", "1.0E+19", 'a "b"', "x\ny", " "]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8),
)
MAP = {"shape": "events", "file": {"delimiter": ",", "header": True, "skip": 0}}


def checked_or_refused(content: bytes, mapping: dict | None = None) -> None:
    """Checks a file; the counts must add up and the tables hold what was kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        try:
            checked = check_source(
                path, {}, None, Path(folder) / "out", mapping=parse_map(mapping) if mapping else None
            )
        except UserError as error:
            assert error.what
            return
        for count in checked.counts:
            assert count.read == count.kept + count.dropped + count.rejected
            table = pl.read_parquet(checked.folder / f"{count.table}.parquet")
            assert table.height == count.kept and table["customer_id"].null_count() == 0
        rejects = pl.read_csv(checked.rejects, infer_schema=False).height if checked.rejects else 0
        assert rejects == sum(count.rejected for count in checked.counts)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@QUICK
def test_any_text_is_checked_or_refused(text):
    checked_or_refused(text.encode())


@given(st.binary(max_size=200))
@QUICK
def test_any_bytes_are_checked_or_refused(content):
    checked_or_refused(content)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=12))
@QUICK
def test_any_table_with_a_header_is_checked_or_refused(rows):
    out = io.StringIO()
    csv.writer(out).writerows([["customer_id", "occurred_at", "amount", "note"], *rows])
    checked_or_refused(out.getvalue().encode(), MAP)


@given(st.lists(st.lists(CELL, min_size=1, max_size=3), min_size=1, max_size=12))
@QUICK
def test_the_line_of_every_row_is_where_it_begins_in_the_file(rows):
    """One more than the line breaks written before it. Rows end in a word: an empty cell too many is no fault."""
    out, lines = io.StringIO(), []
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b"])
    rows = [[*row, "end"] for row in rows]
    for row in rows:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow([cell.replace("\r", "") for cell in row])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        options = FileOptions(delimiter=",", header=True, skip=0, encoding="utf-8")
        width = len(found(path, options).names)
        staged = stage_file(path, options, Path(folder))
        expected = [line for line, row in zip(lines, rows, strict=True) if len(row) == width]
        assert staged.rows.select("__line").collect()["__line"].to_list() == expected
        assert sorted(staged.ragged["line"]) == [
            line for line, row in zip(lines, rows, strict=True) if len(row) != width
        ]


def found(path: Path, options: FileOptions) -> FileLook:
    from analytics.intake.sniff import look_at_text

    return look_at_text(path, options)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=6), min_size=1, max_size=4))
@QUICK
def test_any_proposal_can_be_saved_as_a_map_and_read_back(names):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [["date", "churn", *names], ["01/02/2024", "a", *names], ["02/03/2024", "b", *names]]
            )
        try:
            proposal = propose_file(path, Path(folder))
        except UserError:
            return
        assert parse_map(tomllib.loads(proposal.to_map_toml())).tables == proposal.to_map().tables

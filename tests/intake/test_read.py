"""Files of every kind come in as rows that know their line."""

import gzip
import zipfile
from pathlib import Path

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.intake.mapfile import FileOptions
from analytics.intake.read import Staged, check_upload_size, stage_file


def staged(tmp_path: Path, name: str, content: str | bytes, **options: object) -> Staged:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (tmp_path / "staging").mkdir()
    return stage_file(path, FileOptions(**options), tmp_path / "staging")


def cells(file: Staged) -> list[tuple]:
    return file.rows.select("__line", *file.look.names).collect().rows()


def test_every_row_knows_its_line_past_quoted_breaks_blank_lines_and_rows_set_aside(tmp_path):
    # lines: 1 header, 2 a, 3-5 b (a blank line inside its quotes), 6 blank, 7 too short, 8 too long, 9 c
    text = 'id,note,n\na,x,1\nb,"one\n\nthree",2\n\nshort,1\nlong,1,2,3\nc,z,3\n'
    file = staged(tmp_path, "a.csv", text)
    assert cells(file) == [(2, "a", "x", "1"), (3, "b", "one\n\nthree", "2"), (9, "c", "z", "3")]
    assert file.ragged.select("line", "value", "rule").rows() == [
        (7, "short,1", "too_few_columns"),
        (8, "long,1,2,3", "too_many_columns"),
    ]


def test_windows_line_ends_and_a_missing_last_one_do_not_move_the_lines(tmp_path):
    file = staged(tmp_path, "a.csv", b"id,n\r\na,1\r\n\r\nb,2")
    assert cells(file) == [(2, "a", "1"), (4, "b", "2")]


def test_old_mac_line_ends_are_read(tmp_path):
    assert cells(staged(tmp_path, "a.csv", b"id,n\ra,1\rb,2\r")) == [(2, "a", "1"), (3, "b", "2")]


def test_gzip_is_unpacked_whatever_the_name_says(tmp_path):
    assert cells(staged(tmp_path, "a.csv", gzip.compress(b"id,n\na,1\n"))) == [(2, "a", "1")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    text = f"id{delimiter}price{delimiter}n\na{delimiter}1{delimiter}2\nb{delimiter}3{delimiter}4\n"
    file = staged(tmp_path, "a.txt", text)
    assert file.look.delimiter == delimiter
    assert cells(file)[1] == (3, "b", "3", "4")


def test_runs_of_blanks_split_lines_and_ragged_ones_are_set_aside(tmp_path):
    file = staged(tmp_path, "a.txt", "  id    day  n\n 0001 19970101  1\n\n 0002  19970102   2\n 0003 19970103\n")
    assert file.look.delimiter == "whitespace"
    assert cells(file) == [(2, "0001", "19970101", "1"), (4, "0002", "19970102", "2")]
    assert file.ragged.select("line", "rule").rows() == [(5, "too_few_columns")]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Łódź"),
        ("utf-8-sig", "Łódź"),
        ("utf-16", "Łódź"),
        ("cp1251", "Привет, мир"),
        ("cp1256", "مرحبا بالعالم"),
    ],
)
def test_the_encoding_is_found(tmp_path, encoding, name):
    text = "id;name\n" + "".join(f"{n};{name} {n}\n" for n in range(20))
    file = staged(tmp_path, "a.csv", text.encode(encoding))
    assert file.look.encoding.startswith(encoding.replace("-sig", ""))
    assert cells(file)[19] == (21, "19", f"{name} 19")


def test_western_text_is_taken_for_cp1252(tmp_path):
    file = staged(tmp_path, "a.csv", "id;name\n1;Grün café Straße\n".encode("cp1252"))
    assert (file.look.encoding, cells(file)[0][2]) == ("cp1252", "Grün café Straße")


def test_a_byte_that_is_not_utf8_far_down_the_file_is_noticed(tmp_path):
    text = b"id,name\n" + b"1,plain\n" * 300_000 + "2,Müller\n".encode("cp1252")
    file = staged(tmp_path, "a.csv", text)
    assert file.rows.select(pl.col("name").last(), "__line").last().collect().row(0) == ("Müller", 300_002)


def test_titles_above_the_table_are_skipped(tmp_path):
    file = staged(tmp_path, "a.csv", "Report of March\n\nid,day,n\na,2024-03-01,1\nb,2024-03-02,2\n")
    assert file.look.names == ("id", "day", "n")
    assert cells(file)[0] == (4, "a", "2024-03-01", "1")


def test_the_delimiter_a_spreadsheet_states_is_believed(tmp_path):
    file = staged(tmp_path, "a.csv", "sep=;\nid;n\na,b;1\n")
    assert cells(file) == [(3, "a,b", "1")]


def test_a_file_without_a_header_gets_numbered_columns(tmp_path):
    file = staged(tmp_path, "a.csv", "7,2024-01-01\n8,2024-01-02\n")
    assert file.look.names == ("column_1", "column_2")
    assert cells(file)[0] == (1, "7", "2024-01-01")


def test_blank_headers_are_numbered_and_duplicated_ones_refused(tmp_path):
    assert staged(tmp_path, "a.csv", "id,,n\na,b,1\n").look.names == ("id", "column_2", "n")
    (tmp_path / "b.csv").write_text("id,n,n\na,1,2\n")
    with pytest.raises(UserError, match="'n' stands 2 times"):
        stage_file(tmp_path / "b.csv", FileOptions(), tmp_path / "staging")


def test_names_that_differ_in_case_only_and_names_like_ours_are_kept_apart(tmp_path):
    file = staged(tmp_path, "a.csv", "Name,name,__line,=x\na,b,7,8\n")
    assert file.look.names == ("Name", "name", "line", "x")
    assert cells(file) == [(2, "a", "b", "7", "8")]


def test_a_file_of_one_column_is_read(tmp_path):
    assert cells(staged(tmp_path, "a.csv", "id\na\nb\n")) == [(2, "a"), (3, "b")]


def test_what_the_map_states_about_the_file_is_taken(tmp_path):
    file = staged(tmp_path, "a.csv", "x\nx\n1:2024\n", delimiter=":", header=False, skip=2)
    assert cells(file) == [(3, "1", "2024")]


def workbook(rows: list[list[str]]) -> dict[str, str]:
    """The parts of a minimal .xlsx with one sheet of text cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    lines = [
        f'<row r="{r}">'
        + "".join(f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    ]
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="sheet.xml"/></Relationships>',
        "xl/sheet.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }


def test_a_workbook_is_read_as_text_with_its_row_numbers(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
        for name, part in workbook([["id", "n"], ["007", "1,5"], ["008", "2"]]).items():
            book.writestr(name, part)
    (tmp_path / "staging").mkdir()
    file = stage_file(tmp_path / "a.xlsx", FileOptions(), tmp_path / "staging")
    assert cells(file) == [(2, "007", "1,5"), (3, "008", "2")]


def test_typed_parquet_is_read_where_it_lies(tmp_path):
    pl.DataFrame({"id": [1, 2], "n": [0.5, None]}).write_parquet(tmp_path / "a.parquet")
    file = stage_file(tmp_path / "a.parquet", FileOptions(), tmp_path)
    assert cells(file) == [(1, 1, 0.5), (2, 2, None)]
    assert not list(tmp_path.glob("*.staged*"))


REFUSED = {
    "empty.csv": (b"", "empty"),
    "blank.csv": (b"\n \n", "empty"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
    "noise.csv": (bytes(range(256)) * 9, "binary"),
    "wide.csv": (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n", "10,000 columns"),
    "cut.csv.gz": (gzip.compress(b"a,b\n1,2\n" * 9_000)[:-9], "unpacked"),
    "a.docx": (b"x", "'.docx' is unknown"),
    "a.parquet": (b"id,n\n1,2\n", "no readable Parquet"),
    "a.xlsx": (b"id,n\n1,2\n", "no readable workbook"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, name):
    content, reason = REFUSED[name]
    with pytest.raises(UserError, match=reason) as error:
        staged(tmp_path, name, content)
    assert error.value.where == name and error.value.remedy


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        stage_file(tmp_path / "none.csv", FileOptions(), tmp_path)


def test_an_upload_above_the_limit_is_refused():
    check_upload_size(5_000_000, Settings(upload_limit_mb=5))
    with pytest.raises(UserError, match="at most 5 MB"):
        check_upload_size(5_000_001, Settings(upload_limit_mb=5))

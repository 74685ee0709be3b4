"""Bring your data: from a file through proposal, questions, check and build to every page; errors are one sentence."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.contract.errors import UserError
from analytics.contract.settings import Settings
from analytics.intake.read import check_upload_size
from pages.parts import upload as uploads
from pages.parts.menu import entries
from pages.parts.upload import read_upload_map, tame_name
from tests.pages.companies import company_file
from tests.pages.conftest import words

PAGE = "pages/analysts/bring.py"

# 24 customers with two visits each, days and months that could be either; three rows that break a rule
VISITS = "user;when;amount\n" + "".join(
    f"u{n:02};{1 + n % 12:02}/{1 + (n + later) % 12:02}/2024;{n},50\n" for n in range(24) for later in (3, 5)
)
BROKEN = "u01;31/31/2024;5,00\n;01/02/2024;5,00\nu09;02/02/2024;=1+1\n"
PEOPLE = "customer_id,tenure,plan,charges,churned\n" + "".join(
    f"P{n:03},{n % 40},{'pro' if n % 3 else 'basic'},{20 + n % 17},{'Yes' if n % 4 == 0 else 'No'}\n"
    for n in range(200)
)


@pytest.fixture
def bring(visit):
    """`bring("name.csv", text)`: the page after this file has arrived."""

    def upload(name: str, content: str | bytes) -> AppTest:
        at = visit(PAGE, company_file())
        return give(at, name, content)

    return upload


def give(at: AppTest, name: str, content: str | bytes) -> AppTest:
    data = content.encode() if isinstance(content, str) else content
    at.file_uploader[0].set_value((name, data, "text/csv"))
    return at.run()


def figure(at: AppTest, label: str) -> str:
    return next(metric.value for metric in at.metric if metric.label == label)


def test_the_page_says_what_a_file_needs_and_that_it_stays_private(visit):
    at = visit(PAGE, company_file())
    assert not at.exception
    assert "nobody else sees it" in words(at)
    assert "500 MB" in at.file_uploader[0].label


def test_a_file_is_described_before_anything_is_built(bring):
    at = bring("people.csv", PEOPLE)
    assert not at.exception and not at.error
    assert at.title[0].value == "people.csv: 200 rows"
    assert (figure(at, "Rows"), figure(at, "Columns")) == ("200", "5")
    assert (figure(at, "Encoding"), figure(at, "Between the columns")) == ("utf-8", "comma")
    mapping = next(table.value for table in at.dataframe if "taken for" in table.value.columns)
    assert dict(zip(mapping["column"], mapping["taken for"], strict=True)) == {
        "customer_id": "customer_id", "tenure": "tenure", "plan": "attribute", "charges": "attribute",
        "churned": "churned",
    }  # fmt: skip


def test_dates_that_could_be_either_are_asked_about_and_never_guessed(bring):
    at = bring("visits.csv", VISITS)
    assert [radio.value for radio in at.radio] == [None]
    assert "once every question above has an answer" in at.info[0].value
    assert not any(button.label.startswith("Build") for button in at.button)
    at.radio[0].set_value("day first").run()
    assert (figure(at, "Read"), figure(at, "Kept"), figure(at, "Set aside")) == ("48", "48", "0")


def test_rows_that_break_a_rule_are_counted_and_shown_with_line_and_value(bring):
    at = bring("visits.csv", VISITS + BROKEN)
    at.radio[0].set_value("day first").run()
    assert (figure(at, "Read"), figure(at, "Kept"), figure(at, "Set aside")) == ("51", "48", "3")
    rejects = next(table.value for table in at.dataframe if "rule" in table.value.columns)
    assert list(rejects["line"]) == ["50", "51", "52"]
    assert {"not_a_date", "customer_id_missing", "not_a_number"} == set(rejects["rule"])


def test_rows_can_be_left_out_by_a_condition_of_ones_own(bring):
    at = bring("visits.csv", VISITS)
    at.radio[0].set_value("day first").run()
    at.text_input[0].set_value("user in ('u00', 'u01')").run()
    assert (figure(at, "Read"), figure(at, "Kept"), figure(at, "Left out by your rule")) == ("48", "44", "4")


def test_the_unit_of_a_tenure_is_asked_with_a_widget(bring):
    at = bring("people.csv", PEOPLE)
    at.radio[0].set_value("weeks").run()
    assert 'unit = "weeks"' in at.code[0].value


def test_an_answer_outlives_a_look_at_another_page(bring):
    at = bring("visits.csv", VISITS)
    at.radio[0].set_value("day first").run()
    at.switch_page("pages/executives/scorecard.py").run()
    at.switch_page(PAGE).run()
    assert at.radio[0].value == "day first"


def test_a_built_upload_is_in_force_on_every_page_until_one_goes_back(bring):
    at = bring("people.csv", PEOPLE)
    at.button(key="build").click().run()
    assert not at.exception and not at.error
    assert "Every page now runs on people.csv" in [header.value for header in at.header]
    for entry in entries():
        at.switch_page(entry.path).run()
        assert not at.exception, entry.path
        assert "Your upload: people.csv" in words(at), entry.path
    at.button(key="return").click().run()
    assert "The company's data" in words(at)
    assert any(button.label == "Use people.csv again" for button in at.button)


def test_an_upload_can_be_trained_and_then_shows_risks(bring):
    at = bring("people.csv", PEOPLE)
    at.button(key="build").click().run()
    at.switch_page("pages/analysts/risk.py").run()
    at.button(key="train").click().run()
    assert not at.exception
    assert "refused" in words(at) or "at high risk" in at.title[0].value


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header.csv", b"a,b\n"),
        ("binary.csv", bytes(range(256)) * 40),
        ("wide.csv", (",".join(f"c{n}" for n in range(10_000)) + "\n").encode()),
        ("twice.csv", b"a,a\n1,2\n"),
        ("picture.png", b"\x89PNG\r\n"),
        ("broken.csv.gz", b"not gzip at all"),
        ("broken.parquet", b"PAR1 no PAR1"),
        ("broken.xlsx", b"PK no workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(bring, name, content):
    at = bring(name, content)
    assert not at.exception
    assert len(at.error) == 1
    assert name in at.error[0].value
    assert at.file_uploader, "another file can be given"


def test_a_column_of_empty_ids_is_refused_at_the_check(bring):
    at = bring("visits.csv", "customer_id,occurred_at\n,2024-01-01\n,2024-01-02\n")
    assert not at.exception
    assert len(at.error) == 1
    assert not any(button.label.startswith("Build") for button in at.button)


def test_an_upload_above_the_limit_is_refused_and_what_was_there_stays(bring, monkeypatch):
    at = bring("people.csv", PEOPLE)
    at.button(key="build").click().run()
    at.button(key="another").click().run()
    small = replace(Settings(), upload_limit_mb=1)
    monkeypatch.setattr(uploads, "check_upload_size", lambda n_bytes, _: check_upload_size(n_bytes, small))
    give(at, "large.csv", PEOPLE + "x" * 1_100_000)
    assert not at.exception
    assert "upload_limit_mb" in at.error[0].value
    assert "Your upload: people.csv" in words(at)


def test_a_file_that_fails_leaves_the_upload_in_force(bring):
    at = bring("people.csv", PEOPLE)
    at.button(key="build").click().run()
    at.button(key="another").click().run()
    give(at, "empty.csv", b"")
    assert len(at.error) == 1
    at.switch_page("pages/executives/scorecard.py").run()
    assert "Your upload: people.csv" in words(at)
    assert not at.exception and not at.error


def test_a_gzipped_file_is_read(bring):
    at = bring("people.csv.gz", gzip.compress(PEOPLE.encode()))
    assert not at.exception and not at.error
    assert figure(at, "Rows") == "200"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[tables.events]\nfile = "../other.csv"', "one file"),
        ('shape = "events"\n[settings]\ndatabase_url = "sqlite:////tmp/x"', "database_url"),
        ("shape = ", "TOML"),
        ('shape = "evens"', "evens"),
    ],
)
def test_a_map_may_speak_only_of_its_own_file(toml, said):
    with pytest.raises(UserError, match=said):
        read_upload_map(toml)


@pytest.mark.parametrize(
    ("name", "tame"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..", "upload"),
        ("C:\\data\\a b.csv", "a b.csv"),
        ("Kündigungen (1).csv", "Kündigungen (1).csv"),
        ("a\x00<b>.csv", "a_b_.csv"),
    ],
)
def test_a_file_name_names_nothing_outside_its_folder(name, tame):
    assert tame_name(name) == tame
    assert Path(tame_name(name)).name == tame_name(name)

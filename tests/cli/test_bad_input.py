"""Whatever is wrong with the input is said in one sentence, ends with 2, and loses nothing that was there."""

import gzip
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

GOOD = "customer_id,started_at,ended_at,mrr\nC1,2024-01-01,2024-06-01,50\nC2,2024-02-01,,80\nC3,2024-07-01,,20\n"
MANY = ",".join(f"c{n}" for n in range(10_000))

BAD = {
    "empty.csv": b"",
    "header_only.csv": b"customer_id,started_at,mrr\n",
    "binary.csv": bytes(range(256)) * 64,
    "picture.csv": b"\x89PNG\r\n\x1a\n" + os.urandom(4096),
    "ten_thousand_columns.csv": (MANY + "\n" + ",".join("1" for _ in range(10_000)) + "\n").encode(),
    "twice_named.csv": b"customer_id,started_at,started_at,mrr\nC1,2024-01-01,2024-02-01,5\n",
    "no_customer.csv": b"started_at,mrr\n2024-01-01,5\n2024-01-02,6\n",
    "no_ids.csv": b"customer_id,started_at,mrr\n,2024-01-01,5\n,2024-01-02,6\n",
    "not_gzip.csv.gz": b"this is not compressed",
    "cut.csv.gz": gzip.compress(GOOD.encode() * 2000)[:-200],
    "unknown.pdf": b"%PDF-1.7",
}
MAP = 'shape = "subscriptions"\n[columns]\ncustomer_id = "customer_id"\nstarted_at = "started_at"\nmrr = "mrr"\n'


@pytest.fixture(scope="module")
def company(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    (folder / "good.csv").write_text(GOOD)
    built = run("build", folder / "good.csv", "--out", folder / "company.duckdb")
    assert built.status == 0, built.err
    return folder / "company.duckdb"


@pytest.mark.parametrize("file", BAD)
@pytest.mark.parametrize("is_mapped", [True, False], ids=["mapped", "proposed"])
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    run: Run, tmp_path: Path, company: Path, file: str, is_mapped: bool
) -> None:
    before = run("show", "movements", "--file", company).out
    (tmp_path / file).write_bytes(BAD[file])
    (tmp_path / "map.toml").write_text(MAP)
    mapping = ("--map", tmp_path / "map.toml") if is_mapped else ()
    refused = run("build", tmp_path / file, *mapping, "--out", company)
    lines = [line for line in refused.err.splitlines() if line.startswith("holdfast: ")]
    assert refused.status == 2, refused.err
    assert len(lines) == 1 and refused.out == "" and "Traceback" not in refused.err and "our fault" not in refused.err
    assert len(lines[0]) < 500
    assert run("show", "movements", "--file", company).out == before


def test_a_missing_source_is_named(run: Run, tmp_path: Path) -> None:
    refused = run("build", tmp_path / "nowhere", "--out", tmp_path / "x.duckdb")
    assert refused.status == 2 and "nowhere" in refused.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('timezone = "Europe/Berlim"', "Europe/Berlin"),
        ("low_m = 3", "low_n"),
        ('[churn]\nrecognised = "inactive"', "inactivity"),
        ("[churn]\ngrace_days = -3", "between 0 and 365"),
        ('as_of = "last week"', "YYYY-MM-DD"),
        ("not toml at all", "TOML"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_nearest_right_one(
    run: Run, tmp_path: Path, settings: str, said: str
) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "settings.toml").write_text(settings)
    refused = run(
        "build", tmp_path / "good.csv", "--settings", tmp_path / "settings.toml", "--out", tmp_path / "x.duckdb"
    )
    assert refused.status == 2 and said in refused.err
    assert not (tmp_path / "x.duckdb").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--where", "plann = 'pro'"), "plan"),
        (("--where", "plan = "), "cannot be read"),
        (("--where", "1=1; drop table customers"), "cannot be read"),
        (("--by", "plann"), "plan"),
        (("--from", "01.02.2024"), "YYYY-MM-DD"),
    ],
)
def test_a_wrong_question_is_answered_with_a_remedy(
    run: Run, tmp_path: Path, arguments: tuple[str, str], said: str
) -> None:
    (tmp_path / "good.csv").write_text(
        GOOD.replace("mrr", "mrr,plan").replace(",50", ",50,pro").replace(",80", ",80,basic")
    )
    name = tmp_path / "x.duckdb"
    assert run("build", tmp_path / "good.csv", "--out", name).status == 0
    refused = run("show", "movements", "--file", name, *arguments)
    assert refused.status == 2 and said in refused.err and refused.out == ""


def test_a_data_set_that_is_not_there_says_how_to_build_one(run: Run, tmp_path: Path) -> None:
    refused = run("show", "churn", "--file", tmp_path / "none.duckdb")
    assert refused.status == 2 and "holdfast build" in refused.err


def test_an_unknown_customer_gets_the_nearest_names(run: Run, company: Path) -> None:
    refused = run("explain", "C1", "--file", company)
    assert refused.status == 2 and "holdfast train" in refused.err


def test_a_data_set_with_too_few_churners_is_refused_and_everything_else_works(run: Run, company: Path) -> None:
    trained = run("train", "--file", company, "--format", "json")
    assert trained.status == 0
    verdict = next(row for row in trained.json if row["metric"] == "verdict")
    assert verdict["text"].startswith("refused") and "30" in verdict["text"]
    rows = run("show", "risk", "--file", company, "--format", "json").json
    shown = [(row["customer_id"], row["probability"], row["mrr"]) for row in rows]
    assert shown == [("C2", None, 80), ("C3", None, 20)]
    for command in (("explain", "C2"), ("whatif", "--set", "mrr=-10%")):
        asked = run(*command, "--file", company)
        assert asked.status == 2 and "30" in asked.err


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("show", "churn", "--period", "decade"), "decade"),
        (("show", "nonsense"), "nonsense"),
        (("show", "reconcile", "--where", "customer_id = 'nobody'"), "no customer meets the condition"),
        (("show", "flows", "--to", "1990-01-01"), "no month starts in the time chosen"),
        (("show", "friction", "--to", "1990-01-01"), "no month starts in the time chosen"),
    ],
)
def test_an_option_that_cannot_be_is_told_in_one_sentence(
    run: Run, company: Path, asked: tuple[str, ...], named: str
) -> None:
    file = () if asked[1] == "nonsense" else ("--file", company)
    refused = run(*asked, *file)
    lines = [line for line in refused.err.splitlines() if line]
    assert refused.status == 2 and refused.out == ""
    assert len(lines) == 1 and lines[0].startswith("holdfast: ") and named in lines[0]


def test_a_table_of_the_contract_takes_a_file_it_does_not_need(run: Run, company: Path) -> None:
    with_file = run("show", "definitions", "--file", company, "--format", "csv")
    assert with_file.status == 0 and with_file.out == run("show", "definitions", "--format", "csv").out

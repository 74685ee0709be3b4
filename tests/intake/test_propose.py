"""A file nobody has seen gets a proposal with reasons, or the right question."""

from pathlib import Path

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.intake.check import check_source
from analytics.intake.inspect import inspect_file
from analytics.intake.mapfile import parse_map, read_map
from analytics.intake.proposal import Proposal
from analytics.intake.propose import propose_file


@pytest.fixture
def propose(tmp_path: Path):
    def run(text: str, name: str = "a.csv") -> Proposal:
        (tmp_path / name).write_text(text)
        (tmp_path / "staging").mkdir(exist_ok=True)
        return propose_file(tmp_path / name, tmp_path / "staging")

    return run


def mapped(proposal: Proposal) -> dict[str, str]:
    """Contract column → file column of what is proposed."""
    return {name: form.column or " × ".join(form.product) for name, form in proposal.forms.items()}


def test_an_event_log_is_recognised(propose):
    text = "Uid,Buy Ts,page\n1,2024-01-01 10:00:00,home\n1,2024-01-02 10:00:00,cart\n2,2024-01-02 11:00:00,home\n"
    proposal = propose(text)
    assert (proposal.shape, proposal.questions) == ("events", ())
    assert mapped(proposal) == {"customer_id": "Uid", "occurred_at": "Buy Ts"}
    uid = proposal.columns[0]
    assert (uid.maps_to, uid.confidence, uid.reason) == ("customer_id", 0.9, "'Uid' is a usual name for it")


def test_subscription_periods_are_recognised(propose):
    proposal = propose("customer,start_date,end_date,monthly_fee\n1,2024-01-01,,5\n1,2023-01-01,2024-01-01,4\n")
    assert proposal.shape == "subscriptions" and not proposal.questions
    assert mapped(proposal) == {
        "customer_id": "customer",
        "started_at": "start_date",
        "ended_at": "end_date",
        "mrr": "monthly_fee",
    }


def test_a_churn_csv_is_a_snapshot_and_columns_that_repeat_the_outcome_are_left_out(propose):
    rows = "".join(f"{n},{n % 70},{'Yes' if n % 4 == 0 else 'No'},{int(n % 4 == 0)},{n % 3}\n" for n in range(1, 41))
    proposal = propose("id,tenure months,Churn Label,Churn Value,plan\n" + rows)
    assert (proposal.shape, proposal.questions) == ("snapshot", ())
    assert mapped(proposal) == {"customer_id": "id", "tenure": "tenure months", "churned": "Churn Label"}
    assert proposal.drop_columns == ("Churn Value",)
    assert proposal.forms["tenure"].unit == "months"


def test_a_label_in_words_is_understood_where_one_of_them_means_gone(propose):
    proposal = propose("id,Customer Status\n1,Churned\n2,Stayed\n3,Joined\n")
    assert proposal.forms["churned"].true == ("Churned",)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("customer_id,date\n1,03/04/2024\n2,05/06/2024\n", "occurred_at", "day first or month first"),
        ("id,churn\n1,A\n2,B\n3,A\n", "churned", "Which value of 'churn'"),
        ("a,date,c\n1,2024-01-01,4\n1,2024-01-02,5\n", "customer_id", "Which column is customer_id"),
        (
            "customer_id,date,amount\n1,2024-01-01,1.200\n2,2024-01-02,12.900\n",
            "amount",
            "Is '1.200' in column 'amount'",
        ),
        ("weeks,arrest\n1,0\n2,1\n3,1\n", "churned", "Which column says who left"),
    ],
)
def test_what_the_file_does_not_tell_is_asked(propose, text, key, said):
    proposal = propose(text)
    assert [question.key for question in proposal.questions] == [key]
    assert said in proposal.questions[0].text
    with pytest.raises(UserError, match="leaves 1 question"):
        proposal.checked_map()


def test_an_answer_closes_its_question(propose, tmp_path):
    proposal = propose("customer_id,date\n1,03/04/2024\n2,05/06/2024\n")
    answered = proposal.answered("occurred_at", "day first")
    assert answered.forms["occurred_at"].format == "%d/%m/%Y"
    checked = check_source(proposal.path, {}, None, tmp_path / "out", mapping=answered.checked_map())
    assert checked.counts[0].kept == 2
    with pytest.raises(UserError, match="Choose among day first, month first"):
        proposal.answered("occurred_at", "year first")


@pytest.mark.parametrize(
    ("written", "answer", "decimal", "amounts"),
    [
        (("1.200", "3.450"), "thousands", ",", [1200, 3450]),
        (("1.200", "3.450"), "decimals", ".", [1.2, 3.45]),
        (("1,200", "3,450"), "thousands", ".", [1200, 3450]),
        (("1,200", "3,450"), "decimals", ",", [1.2, 3.45]),
    ],
)
def test_the_answer_says_which_mark_is_the_decimal_one(propose, tmp_path, written, answer, decimal, amounts):
    proposal = propose("customer_id;date;amount\n1;2024-01-01;{}\n2;2024-01-02;{}\n".format(*written))
    assert proposal.columns[2].warnings == ("could be thousands or decimals",)
    answered = proposal.answered("amount", answer)
    assert answered.forms["amount"].decimal == decimal
    (tmp_path / "map.toml").write_text(answered.to_map_toml())
    checked = check_source(proposal.path, {}, tmp_path / "map.toml", tmp_path / "out")
    assert pl.read_parquet(checked.folder / "events.parquet")["amount"].to_list() == amounts


def test_the_answer_about_one_factor_leaves_the_other_as_it_is(propose, tmp_path):
    text = "customer_id,date,Qty,Unit price\n1,2024-01-01,2.5,1.200\n1,2024-01-02,1,3.450\n"
    answered = propose(text).answered("amount", "thousands")
    assert answered.forms["amount"].product == ("Qty", "Unit price")
    checked = check_source(answered.path, {}, None, tmp_path / "out", mapping=answered.checked_map())
    # 2.5 × 1200 and 1 × 3450
    assert pl.read_parquet(checked.folder / "events.parquet")["amount"].to_list() == [3000, 3450]


def test_a_proposal_saved_as_a_map_says_the_same(propose, tmp_path):
    text = "Kund nr,Order date,Qty,Unit price\n1,2024-01-01,2,5\n1,2024-01-02,1,6\n"
    proposal = propose(text.replace("Kund nr", "customer number"))
    assert mapped(proposal)["amount"] == "Qty × Unit price"
    (tmp_path / "map.toml").write_text(proposal.to_map_toml())
    assert read_map(tmp_path / "map.toml").tables == proposal.to_map().tables


def test_names_that_need_quoting_survive_the_map(propose):
    proposal = propose('"the ""id""\\",churn\n1,Yes\n2,No\n'.replace('the ""id""\\', "id"))
    assert parse_map_of(proposal) == proposal.to_map().tables
    odd = propose('customer_id,"date ""x"" \\ y"\n1,2024-01-01\n')
    assert parse_map_of(odd) == odd.to_map().tables


def parse_map_of(proposal: Proposal):
    import tomllib

    return parse_map(tomllib.loads(proposal.to_map_toml())).tables


def test_inspect_says_what_the_file_looks_like(tmp_path):
    (tmp_path / "a.csv").write_bytes("customer_id;date;note\n1;31.01.2024;Grün\n2;01.02.2024;\n".encode("cp1252"))
    found = inspect_file(tmp_path / "a.csv")
    assert (found.shape, found.encoding, found.delimiter, found.rows, found.questions) == (
        "events",
        "cp1252",
        ";",
        2,
        [],
    )
    assert [(column["name"], column["type"], column["maps_to"]) for column in found.columns] == [
        ("customer_id", "number", "customer_id"),
        ("date", "instant", "occurred_at"),
        ("note", "text", ""),
    ]
    assert found.columns[2]["warnings"] == ["1 of 2 values are empty"]


def test_inspect_works_on_one_column(tmp_path):
    (tmp_path / "a.csv").write_text("mail\na@b.c\nd@e.f\n")
    assert inspect_file(tmp_path / "a.csv").columns == [{"name": "mail", "type": "text", "maps_to": "", "warnings": []}]


def test_inspect_refuses_a_header_without_rows(tmp_path):
    (tmp_path / "a.csv").write_text("customer_id,date\n")
    with pytest.raises(UserError, match="a header and no rows"):
        inspect_file(tmp_path / "a.csv")

"""A folder or a file becomes checked tables; every row is kept, dropped or rejected, and the counts add up."""

import datetime as dt

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.tables import SHAPES

EVENTS = "customer_id,occurred_at,amount\n007,2024-01-01,1\n008,2024-01-02,2\n"


def test_a_checked_table_has_every_column_of_the_contract_and_then_its_attributes(check):
    events = check(
        {"events.csv": "occurred_at,page,customer_id\n2024-01-01T23:30:00Z,home,007\n"}, timezone="Asia/Tokyo"
    )
    table = events.table("events")
    assert table.columns == [*SHAPES["events"].schema, "page"]
    assert {name: table.schema[name] for name in SHAPES["events"].schema} == dict(SHAPES["events"].schema)
    # 23:30 UTC on the first is 08:30 on the second in Tokyo
    assert table["occurred_on"][0] == dt.date(2024, 1, 2)
    assert events.checked.attributes == {"events": ("page",)}


def test_each_broken_rule_sets_its_row_aside_with_file_line_column_value_and_rule(check):
    text = (
        "customer_id,started_at,ended_at,mrr,status,term_months\n"
        "a,2024-01-01,2024-02-01,10,Active,12\n"
        ",2024-01-01,,10,active,\n"
        "b,soon,,10,active,\n"
        "c,2024-01-01,,ten,active,\n"
        "d,2024-01-01,,-10,active,\n"
        "e,2024-01-01,,10,asleep,\n"
        "f,2024-02-01,2024-01-01,10,active,\n"
        "g,2024-01-01,,10,active,1.5\n"
        ",,,,,\n"
        "1.03293E+19,2024-01-01,,10,active,\n"
        "Total,2024-01-01,,50,active,\n"
    )
    company = check({"subscriptions.csv": text, "events.csv": EVENTS})
    february, january = "2024-02-01 00:00:00.000000", "2024-01-01 00:00:00.000000"
    assert company.count("subscriptions") == (11, 1, 0, 10)
    assert company.rejects == [
        ("3", "customer_id", None, "customer_id_missing"),
        ("4", "started_at", "soon", "not_a_date"),
        ("5", "mrr", "ten", "not_a_number"),
        ("6", "mrr", "-10", "mrr_out_of_bounds"),
        ("7", "status", "asleep", "not_a_choice"),
        ("8", "started_at and ended_at", f"{february} and {january}", "ended_at_not_before_started_at"),
        ("9", "term_months", "1.5", "not_a_whole_number"),
        ("10", "", "", "blank_row"),
        ("11", "customer_id", "1.03293E+19", "damaged_id"),
        ("12", "customer_id", "Total", "total_row"),
    ]  # fmt: skip
    kept = company.table("subscriptions").row(0, named=True)
    assert (kept["customer_id"], kept["status"], kept["term_months"]) == ("a", "active", 12)


def test_ids_stay_text(check):
    events = check({"events.csv": "customer_id,occurred_at\n007,2024-01-01\n17850.0,2024-01-01\n12E45,2024-01-01\n"})
    assert events.table("events")["customer_id"].to_list() == ["007", "17850", "12E45"]


def test_ids_of_typed_parquet_lose_their_point_and_damaged_ones_are_set_aside(check, tmp_path):
    rows = pl.DataFrame({"customer_id": [17850.0, 2.0**60, None], "occurred_at": [dt.date(2024, 1, 1)] * 3})
    rows.write_parquet(tmp_path / "a.parquet")
    events = check({"events.parquet": (tmp_path / "a.parquet").read_bytes()}, timezone="America/New_York")
    assert events.table("events").select("customer_id", "occurred_at").rows() == [("17850", dt.datetime(2024, 1, 1, 5))]
    assert [rule for *_, rule in events.rejects] == ["damaged_id", "customer_id_missing"]


def test_the_level_none_of_a_text_stays_and_a_question_mark_says_nothing(check):
    customers = "customer_id,churned_at,extra\na,2024-01-01,None\nb,2024-01-02,?\nc,2024-01-02,  x  \n"
    assert check({"customers.csv": customers}).table("customers")["extra"].to_list() == ["None", None, "x"]


def test_attributes_are_typed_from_the_whole_column(check):
    text = (
        "customer_id,churned_at,seats,price,zip,is_new,yes,joined,mixed,signed_up_on\n"
        'a,2024-01-01,3,"1,5",01234,True,Yes,2024-01-01,1,x\n'
        'b,2024-01-02,4,"2,25",01235,false,No,2024-01-02,b,y\n'
    )
    company = check({"customers.csv": text})
    further = company.table("customers").select(company.checked.attributes["customers"])
    assert further.row(0) == (3, 1.5, "01234", True, "Yes", dt.datetime(2024, 1, 1), "1", "x")
    assert further.columns[-1] == "signed_up_on_2"  # the contract has that name


def test_a_second_row_of_one_customer_is_set_aside_and_repeated_events_are_only_counted(check):
    events = "customer_id,occurred_at,event_id\na,2024-01-01,1\na,2024-01-01,1\nb,2024-01-03,2\n"
    company = check({"customers.csv": "customer_id,name\na,Anna\na,Anne\n", "events.csv": events})
    assert company.count("customers") == (2, 1, 0, 1) and company.count("events") == (3, 3, 0, 0)
    assert company.rejects == [("3", "customer_id", "a", "customer_id_repeated")]
    said = " ".join(company.checked.warnings)
    assert "1 rows repeat an event_id" in said and "1 rows repeat an earlier row in every column" in said


def test_rows_the_map_drops_are_counted_apart_from_rejects(check):
    text = "Uid,Day,Qty,No\n1,2024-01-01,5,A1\n2,2024-01-01,-5,C1\n3,2024-01-02,5,C2\n,2024-01-02,5,A2\n"
    mapping = {
        "shape": "events",
        "columns": {"customer_id": "Uid", "occurred_at": "Day"},
        "rows": {"drop": "Qty < 0 or No like 'C%'"},
    }
    result = check({"log.csv": text}, mapping)
    assert result.count("events") == (4, 1, 2, 1)
    assert result.checked.drop_rules == ("Qty < 0 or No like 'C%'",)


def test_several_files_of_one_table_are_one_table(check):
    company = check({"events_1.csv": EVENTS, "events_2.csv": EVENTS.replace("007", "009")})
    assert company.count("events") == (4, 4, 0, 0)
    with pytest.raises(UserError, match="columns differ"):
        check_again(company, {"events_3.csv": "customer_id,occurred_at\n1,2024-01-01\n"})


def check_again(company, more: dict[str, str]) -> None:
    """Checks the same folder with more files in it."""
    from analytics.intake.check import check_source

    folder = company.checked.folder.parents[1]
    for name, text in more.items():
        (folder / "source" / name).write_text(text)
    check_source(folder / "source", {}, None, folder / "again")


def test_customers_who_are_nowhere_else_and_events_too_early_are_pointed_out(check):
    company = check(
        {
            "customers.csv": "customer_id,signed_up_at,churn_flag\n007,2024-01-05,True\n",
            "subscriptions.csv": "customer_id,started_at,mrr\n007,2024-02-01,5\n",
            "events.csv": EVENTS,
            "churn_events.csv": "customer_id,churned_at\n009,2024-03-01\n",
        }
    )
    said = "\n".join(company.checked.warnings)
    assert "events: 1 rows belong to 1 customers who are not in customers." in said
    assert "events: 1 rows lie before the customer’s first subscription starts." in said
    assert (
        "churn_events names 1 customers as gone, customers.churn_flag 1: 1 only in the first, 1 only in the second."
        in said
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"customers.csv": "customer_id,name\n1,A\n", "x.csv": "a\n1\n"}, "nothing that happens in time"),
        ({"subscriptions.csv": "customer_id,mrr\n1,5\n", "x.csv": "a\n1\n"}, "column started_at .* is missing"),
        ({"events.csv": "customer_id,occurred_at\n,2024-01-01\n"}, "holds no customer in any of the 1 rows"),
        ({"events.csv": "customer_id,occurred_at\n1,soon\n"}, "no row can be kept"),
        ({"events.csv": "customer_id,occurred_at\n", "x.csv": "a\n1\n"}, "a header and no rows"),
        ({"events.csv": "customer_id,occurred_at\n1,01/02/2024\n", "x.csv": "a\n1\n"}, "day/month or month/day"),
        ({"a.csv": "a,b\n1,2\n", "b.csv": "a\n1\n"}, "named after a table"),
        ({"events.csv": EVENTS, "events.tsv": EVENTS}, "are both the table events"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused_with_a_reason(check, files, reason):
    with pytest.raises(UserError, match=reason):
        check(files)


def test_the_fingerprint_follows_bytes_map_and_settings(check, tmp_path):
    from analytics.intake.check import check_source

    first = check({"events.csv": EVENTS, "other.csv": "a\n1\n"}).checked
    source = tmp_path / "source"
    assert "other.csv is named after no table" in first.warnings[0]
    assert check_source(source, {}, None, tmp_path / "b").fingerprint == first.fingerprint
    assert check_source(source, {"low_n": 5}, None, tmp_path / "c").fingerprint != first.fingerprint
    (source / "events.csv").write_text(EVENTS + "009,2024-01-03,3\n")
    assert check_source(source, {}, None, tmp_path / "d").fingerprint != first.fingerprint

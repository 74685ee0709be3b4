"""Real files, read as they are: the counts are those of the data sets' own notes."""

from pathlib import Path

import polars as pl
import pytest

from analytics.contract.settings import parse_settings, read_settings
from analytics.intake.check import check_source
from analytics.intake.checked import Checked
from analytics.intake.inspect import inspect_file

RAVENSTACK = Path(__file__).parents[1] / "ravenstack"


def counts(checked: Checked) -> dict[str, tuple[int, int, int, int]]:
    return {count.table: (count.read, count.kept, count.dropped, count.rejected) for count in checked.counts}


def test_online_retail_is_proposed_as_events_and_lines_without_a_customer_are_set_aside(shared_data, tmp_path):
    checked = check_source(shared_data("online_retail") / "online_retail.csv.gz", {}, None, tmp_path)
    assert counts(checked) == {"events": (541_909, 406_829, 0, 135_080)}
    rejects = pl.read_csv(checked.rejects, infer_schema=False)
    assert rejects["rule"].unique().to_list() == ["customer_id_missing"]
    events = pl.read_parquet(checked.folder / "events.parquet")
    assert events["customer_id"].n_unique() == 4_372
    # first line: 6 lanterns at 2.55, by customer "17850.0"
    assert events.row(0, named=True)["customer_id"] == "17850" and events["amount"][0] == pytest.approx(15.30)
    assert any("5,268 rows repeat an earlier row" in warning for warning in checked.warnings)


def test_cancelled_orders_can_be_left_out_by_a_rule(shared_data, tmp_path):
    mapping = {
        "shape": "events",
        "columns": {"customer_id": "CustomerID", "occurred_at": "InvoiceDate"},
        "rows": {"drop": "Quantity < 0 or InvoiceNo like 'C%'"},
    }
    checked = check_source(shared_data("online_retail") / "online_retail.csv.gz", {}, None, tmp_path, mapping=mapping)
    read, kept, dropped, rejected = counts(checked)["events"]
    # 10,624 lines have a negative quantity, and every invoice that begins with C is among them
    assert (read, dropped, kept + rejected) == (541_909, 10_624, 541_909 - 10_624)


def test_telco_is_a_snapshot_whose_eleven_blank_charges_become_null(shared_data, tmp_path):
    checked = check_source(shared_data("telco_ibm") / "Telco-Customer-Churn.csv", {}, None, tmp_path)
    snapshot = pl.read_parquet(checked.folder / "snapshot.parquet")
    assert (checked.shape, checked.tenure_unit, counts(checked)["snapshot"]) == (
        "snapshot",
        "months",
        (7043, 7043, 0, 0),
    )
    assert snapshot["churned"].sum() == 1869
    assert snapshot["TotalCharges"].null_count() == 11 and snapshot["TotalCharges"].dtype == pl.Float64
    assert snapshot.filter(pl.col("TotalCharges").is_null())["tenure"].to_list() == [0] * 11


def test_the_workbook_and_the_csv_of_one_data_set_are_read_alike(shared_data, tmp_path):
    folder = shared_data("telco_ibm_rich")
    tables = []
    for ending in ("csv", "xlsx"):
        checked = check_source(folder / f"Telco_customer_churn.{ending}", {}, None, tmp_path / ending)
        assert checked.dropped_columns == ("Churn Value", "Churn Score", "Churn Reason")
        tables.append(pl.read_parquet(checked.folder / "snapshot.parquet"))
    assert tables[0].columns == tables[1].columns and tables[0].shape == tables[1].shape
    exact = [name for name in tables[0].columns if tables[0].schema[name] != pl.Float64]
    assert tables[0].select(exact).equals(tables[1].select(exact))


def test_cdnow_is_split_at_blanks_and_keeps_its_zeros(shared_data, tmp_path):
    checked = check_source(shared_data("cdnow") / "CDNOW_master.txt", {}, None, tmp_path)
    events = pl.read_parquet(checked.folder / "events.parquet")
    assert counts(checked) == {"events": (69_659, 69_659, 0, 0)}
    assert (events["customer_id"][0], events["customer_id"].n_unique()) == ("00001", 23_570)
    assert any("255 rows repeat an earlier row" in warning for warning in checked.warnings)


def test_subscription_periods_are_proposed_without_a_question(shared_data, tmp_path):
    checked = check_source(shared_data("mrr_playbook") / "subscription_periods.csv", {}, None, tmp_path)
    assert counts(checked) == {"subscriptions": (121, 121, 0, 0)}
    assert pl.read_parquet(checked.folder / "subscriptions.parquet")["customer_id"].n_unique() == 55


@pytest.mark.parametrize(
    ("data", "file", "shape"),
    [
        ("bank_churn_10k", "Churn_Modelling.csv", "snapshot"),
        ("orange_3333", "churn_3333.csv", "snapshot"),
        ("synthetic_subscriptions_64k", "customer_churn_dataset-testing-master.csv.gz", "snapshot"),
        ("ecom_clickstream", "ecom.csv.gz", "events"),
    ],
)
def test_other_sets_need_no_map(shared_data, data, file, shape):
    found = inspect_file(shared_data(data) / file)
    assert (found.shape, found.questions) == (shape, [])


@pytest.mark.parametrize(
    ("data", "file", "asked"),
    [
        ("hillstrom", "hillstrom.csv.gz", "outcome of the test"),
        ("survival_reference", "rossi.csv", "Which column says who left"),
        ("cdnow", "CDNOW_sample.txt", "Which column is customer_id"),
    ],
)
def test_what_a_set_does_not_tell_is_asked(shared_data, data, file, asked):
    assert asked in inspect_file(shared_data(data) / file).questions[0]


def test_ravenstack_builds_with_five_tables_and_its_contradictions_are_named(shared_data, tmp_path):
    settings = read_settings(RAVENSTACK / "settings.toml")
    checked = check_source(shared_data("ravenstack"), settings, RAVENSTACK / "map.toml", tmp_path)
    kept = {table: count[1] for table, count in counts(checked).items()}
    assert kept == {"customers": 500, "subscriptions": 5000, "events": 25_000, "tickets": 2000, "churn_events": 600}
    said = "\n".join(checked.warnings)
    assert "events: 19,142 rows lie before their subscription starts." in said
    assert "events: 21 rows repeat an event_id" in said
    # of the 352 customers in churn_events 277 are not flagged; of the 110 flagged accounts 35 have no event
    flagged = "customers.churn_flag 110: 277 only in the first, 35 only in the second."
    assert f"churn_events names 352 customers as gone, {flagged}" in said
    assert "subscriptions.churn_flag 312" in said
    assert checked.settings == parse_settings(settings, "settings") and checked.settings.churn.recognised == "label"
    tickets = pl.read_parquet(checked.folder / "tickets.parquet")
    # the first ticket arrived on 2023-07-27 and was answered after 74 minutes
    assert str(tickets["first_response_at"][0]) == "2023-07-27 01:14:00"
    # 95 tickets carry escalation_flag True
    assert tickets["escalated_at"].count() == tickets["escalation_flag"].sum()
    status = pl.read_parquet(checked.folder / "subscriptions.parquet")["status"]
    assert (status == "trial").sum() == 778


def test_nothing_but_the_result_reaches_standard_output(shared_data, tmp_path, capfd):
    # DuckDB draws a progress bar on standard output when a query takes longer than two seconds
    check_source(shared_data("online_retail") / "online_retail.csv.gz", {}, None, tmp_path)
    assert capfd.readouterr().out == ""

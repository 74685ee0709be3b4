"""The nine tables of the sample company keep the data contract and agree with each other."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.contract.tables import TABLES
from analytics.intake.sample import SampleSummary, write_sample

END = datetime(2026, 1, 1)  # the end of the last day


def test_every_table_has_every_column_of_the_contract(tables: dict[str, pl.DataFrame]) -> None:
    for name, table in TABLES.items():
        assert tables[name].height > 0
        assert set(table.names) <= set(tables[name].columns), name


def test_rows_keep_the_rules_of_the_contract(tables: dict[str, pl.DataFrame]) -> None:
    for name, table in TABLES.items():
        for rule in table.rules:
            broken = tables[name].filter(rule.broken.fill_null(False))
            assert broken.is_empty(), f"{name}: {rule.sentence}"
        for column in table.required:
            assert tables[name][column].null_count() == 0, f"{name}.{column}"


@pytest.mark.usefixtures("quick_truth")
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("first", 7), ("second", 7), ("third", 8)):
        write_sample(tmp_path / folder, customers=40, months=12, seed=seed)
    for path in sorted((tmp_path / "first").iterdir()):
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name
    assert (tmp_path / "first" / "events.parquet").read_bytes() != (tmp_path / "third" / "events.parquet").read_bytes()


@pytest.mark.usefixtures("quick_truth")
def test_blocks_give_the_same_tables_as_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sample(tmp_path / "whole", customers=90, months=12)
    monkeypatch.setattr("analytics.intake.sample.writer.BLOCK_CUSTOMERS", 40)
    shares: list[float] = []
    write_sample(tmp_path / "blocks", customers=90, months=12, progress=lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    for name in TABLES:
        whole, blocks = (pl.read_parquet(tmp_path / folder / f"{name}.parquet") for folder in ("whole", "blocks"))
        assert whole.equals(blocks), name


def test_ids_are_unique_text(tables: dict[str, pl.DataFrame]) -> None:
    keys = {"customers": "customer_id", "events": "event_id", "tickets": "ticket_id", "invoices": "invoice_id"}
    for name, key in {**keys, "contacts": "contact_id"}.items():
        assert tables[name][key].is_unique().all(), name
        assert tables[name][key].dtype == pl.String
    assert tables["customers"]["customer_id"].str.contains(r"^C\d{7}$").all()


def test_every_row_belongs_to_a_customer(tables: dict[str, pl.DataFrame]) -> None:
    known = tables["customers"].select("customer_id")
    for name in (*TABLES, "truth_hazards"):
        assert tables[name].join(known, on="customer_id", how="anti").is_empty(), name


def test_periods_of_a_subscription_follow_each_other(tables: dict[str, pl.DataFrame]) -> None:
    periods = tables["subscriptions"].sort("subscription_id", "started_at")
    assert periods.filter(pl.col("ended_at") <= pl.col("started_at")).is_empty()
    gaps = periods.with_columns(next_start=pl.col("started_at").shift(-1).over("subscription_id"))
    assert gaps.filter(pl.col("next_start") < pl.col("ended_at")).is_empty()
    assert gaps.filter(pl.col("next_start").is_not_null() & pl.col("ended_at").is_null()).is_empty()
    assert periods.filter((pl.col("status") == "active") & (pl.col("mrr") <= 0)).is_empty()
    assert periods.filter((pl.col("status") != "active") & (pl.col("mrr") > 0)).is_empty()


def test_nothing_happens_before_the_first_period(tables: dict[str, pl.DataFrame]) -> None:
    first = tables["subscriptions"].group_by("customer_id").agg(pl.col("started_at").min())
    moments = {"events": "occurred_at", "tickets": "opened_at", "touches": "touched_at", "surveys": "answered_at"}
    for name, column in {**moments, "invoices": "due_at"}.items():
        joined = tables[name].join(first, on="customer_id")
        assert joined.height == tables[name].height
        assert joined.filter(pl.col(column).cast(pl.Date) < pl.col("started_at")).is_empty(), name


def test_nothing_lies_after_the_last_day_but_dates_known_before(tables: dict[str, pl.DataFrame]) -> None:
    ahead = {"ended_at", "renews_at", "trial_ends_at"}
    for name, table in TABLES.items():
        for column in (column.name for column in table.instants if column.name not in ahead):
            late = tables[name].filter(pl.col(column).cast(pl.Datetime("us")) >= END)
            assert late.is_empty(), f"{name}.{column}"
    announced = tables["subscriptions"].filter((pl.col("ended_at") >= END.date()) & (pl.col("status") == "active"))
    assert announced["cancel_requested_at"].null_count() == 0


def test_whoever_left_has_an_ended_subscription_and_a_recorded_departure(tables: dict[str, pl.DataFrame]) -> None:
    gone = tables["customers"].filter(pl.col("churned_at").is_not_null()).select("customer_id", "churned_at")
    assert gone.height > 50
    departures = tables["churn_events"].filter(pl.col("returned_at").is_null())
    assert gone.join(departures, on=["customer_id", "churned_at"]).height == gone.height == departures.height
    paid = tables["subscriptions"].filter(pl.col("status") == "active")
    ends = paid.group_by("customer_id").agg(pl.col("ended_at").max(), open=pl.col("ended_at").is_null().any())
    ended = gone.join(ends, on="customer_id")
    assert not ended["open"].any()
    assert (ended["ended_at"] == ended["churned_at"]).all()


def test_a_customer_is_in_one_arm_of_a_test_only(tables: dict[str, pl.DataFrame]) -> None:
    trials = tables["touches"].filter(pl.col("experiment").is_not_null())
    assert set(trials["experiment"]) == {"welcome_training", "payment_retries"}
    assert trials.select("customer_id", "experiment").is_duplicated().sum() == 0
    assert set(trials["arm"]) == {"treated", "control"}
    assert trials.filter((pl.col("arm") == "control") & (pl.col("kind") != "holdout")).is_empty()


def test_the_summary_counts_the_rows_of_every_file(written: SampleSummary, tables: dict[str, pl.DataFrame]) -> None:
    assert written.rows == {name: frame.height for name, frame in tables.items()}
    assert "simulated" in (written.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("customers", "months"), [(3, 36), (100, 5)])
def test_too_small_a_company_is_refused(tmp_path: Path, customers: int, months: int) -> None:
    with pytest.raises(UserError, match="too few"):
        write_sample(tmp_path, customers=customers, months=months)

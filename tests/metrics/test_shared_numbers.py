"""Numbers that others counted on public data, cell by cell."""

from pathlib import Path

import polars as pl
import pytest

from analytics.metrics.kaplan_meier import estimate_survival, median_time
from analytics.metrics.movements import KINDS, movements, revenue
from analytics.metrics.question import Question
from analytics.metrics.retention import retention, retention_average
from analytics.metrics.survival import survival
from analytics.metrics.tenure import tenure_bands
from tests.metrics.factory import build


def read_triangle(path: Path) -> dict[tuple[str, int], int]:
    rows = pl.read_csv(path)
    return {(row[0], age): int(n) for row in rows.iter_rows() for age, n in enumerate(row[1:]) if n is not None}


def observed(cells: pl.DataFrame) -> dict[tuple[str, int], int]:
    seen = cells.filter((pl.col("state") != "unobserved") & (pl.col("size") > 0))
    return {(f"{cohort:%Y-%m}", age): n for cohort, age, n in seen.select("cohort", "age", "retained").iter_rows()}


def read_invoices(folder: Path, *, with_cancellations: bool) -> pl.DataFrame:
    lines = pl.read_csv(folder / "online_retail.csv.gz", infer_schema=False)
    lines = lines.filter(pl.col("CustomerID").is_not_null())
    if not with_cancellations:
        is_cancelled = (pl.col("Quantity").cast(pl.Int64) < 0) | pl.col("InvoiceNo").str.starts_with("C")
        lines = lines.filter(~is_cancelled)
    return lines.select(
        pl.col("CustomerID").str.replace(r"\.0$", "").alias("customer_id"),
        pl.col("InvoiceDate").str.to_datetime(time_unit="us").alias("occurred_at"),
    )


@pytest.mark.parametrize("name, with_cancellations", [("all", True), ("no_cancel", False)])
def test_online_retail_equals_the_reference_in_every_cell(shared_data, tmp_path, name, with_cancellations):
    folder = shared_data("online_retail")
    dataset = build(tmp_path, {"events": read_invoices(folder, with_cancellations=with_cancellations)})
    cells = retention(dataset, Question())
    assert observed(cells) == read_triangle(folder / f"ref_cohort_counts_{name}.csv")
    first = cells.filter(pl.col("cohort") == pl.col("cohort").min())
    if with_cancellations:
        assert first["retained"].to_list() == [948, 362, 317, 367, 341, 376, 360, 336, 336, 374, 354, 474, 260]
    else:
        assert first["retained"].to_list()[:4] == [885, 324, 286, 340] and first["retained"].to_list()[-1] == 235
    # the file ends on 9 December 2011
    assert first["state"].to_list() == ["final"] * 12 + ["unfinished"]
    assert retention_average(dataset, Question())["cohorts"].to_list() == list(range(12, 0, -1))


def test_cdnow_equals_the_reference_in_every_cell(shared_data, tmp_path):
    folder = shared_data("cdnow")
    text = pl.read_csv(
        folder / "CDNOW_master.txt", has_header=False, separator="\n", new_columns=["line"], infer_schema=False
    )
    fields = text.select(pl.col("line").str.strip_chars().str.replace_all(r"\s+", " ").str.split(" ").alias("parts"))
    orders = fields.select(
        pl.col("parts").list.get(0).alias("customer_id"),
        pl.col("parts").list.get(1).str.to_datetime("%Y%m%d", time_unit="us", strict=False).alias("occurred_at"),
    ).drop_nulls()  # the heading
    dataset = build(tmp_path, {"events": orders})
    assert observed(retention(dataset, Question())) == read_triangle(folder / "ref_cohort_counts_master.csv")


def test_mrr_playbook_equals_the_reference_in_every_month(shared_data, tmp_path):
    folder = shared_data("mrr_playbook")
    periods = pl.read_csv(folder / "subscription_periods.csv", try_parse_dates=True).select(
        pl.col("customer_id").cast(pl.String),
        pl.col("start_date").cast(pl.Datetime("us")).alias("started_at"),
        pl.col("end_date").cast(pl.Datetime("us")).alias("ended_at"),
        pl.col("monthly_amount").cast(pl.Float64).alias("mrr"),
    )
    dataset = build(tmp_path, {"subscriptions": periods})
    for basis in ("event", "snapshot"):  # every change lies on the first of a month
        rows = movements(dataset, Question(), basis=basis)
        totals = {kind: rows[kind].sum() for kind in KINDS}
        assert totals == {"new": 2295, "expansion": 660, "reactivation": 150, "contraction": -555, "churn": -2550}
        assert (rows["opening"] + rows.select(pl.sum_horizontal(KINDS)).to_series() == rows["closing"]).all()
        reference = pl.read_csv(folder / "ref_mrr_movements.csv", try_parse_dates=True)
        joined = reference.join(rows, left_on="date_month", right_on="period", how="left")
        theirs = ("mrr", "new_mrr", "upgrade_mrr", "reactivation_mrr", "downgrade_mrr", "churn_mrr")
        for name, ours in zip(
            theirs, ("closing", "new", "expansion", "reactivation", "contraction", "churn"), strict=True
        ):
            assert joined[name].to_list() == joined[ours].to_list()
        absent = rows.join(reference, left_on="period", right_on="date_month", how="anti")
        assert absent["closing"].to_list() == [0]  # December 2017: nobody paid, the month is there
    counted = reference.join(revenue(dataset, Question()), left_on="date_month", right_on="period", how="left")
    assert counted["active"].to_list() == counted["customers"].to_list()


def test_waltons_medians_are_26_and_58(shared_data):
    rows = pl.read_csv(shared_data("survival_reference") / "waltons_dataset.csv")
    left = pl.col("E").cast(pl.Float64)
    counted = rows.select(
        "group", pl.col("T").alias("time"), pl.lit(None, dtype=pl.Float64).alias("entry"), left.alias("events")
    )
    curves = estimate_survival(counted.with_columns(censored=1 - pl.col("events")))
    assert {part["group"][0]: median_time(part) for part in curves.partition_by("group")} == {
        "miR-137": 26,
        "control": 58,
    }


def test_telco_by_contract_reaches_its_median_month_to_month_only(shared_data, tmp_path):
    rows = pl.read_csv(shared_data("telco_ibm") / "Telco-Customer-Churn.csv")
    snapshot = rows.select(
        pl.col("customerID").alias("customer_id"),
        (pl.col("Churn") == "Yes").alias("churned"),
        pl.col("tenure"),
        "Contract",
    )
    dataset = build(tmp_path, {"snapshot": snapshot}, unit="months")
    summary = survival(dataset, Question(by="Contract"), summary=True)
    assert dict(summary.select("group", "median").iter_rows()) == {
        "Month-to-month": 35,
        "One year": None,
        "Two year": None,
    }
    bands = tenure_bands(dataset, Question())
    assert bands["band"].to_list()[0] == "0–11" and bands["customers"].sum() == 7043 and bands["churned"].sum() == 1869

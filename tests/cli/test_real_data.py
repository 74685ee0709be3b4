"""The whole line on real files: what the command line prints is what others have published of them."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Run

SharedData = Callable[[str], Path]
ROOT = Path(__file__).parents[2]
MAPS = ROOT / "tests" / "maps"

EVERY_LINE = [948, 362, 317, 367, 341, 376, 360, 336, 336, 374, 354, 474, 260]


def first_cohort(rows: list[dict]) -> list[int]:
    first = min(row["cohort"] for row in rows)
    return [row["retained"] for row in rows if row["cohort"] == first]


def build_retail(run: Run, shared_data: SharedData, map_name: str, out: Path) -> list[dict]:
    source = shared_data("online_retail") / "online_retail.csv.gz"
    built = run("build", source, "--map", MAPS / map_name, "--out", out, "--format", "json")
    assert built.status == 0, built.err
    return built.json


def test_every_line_with_a_customer_gives_the_published_first_cohort(
    run: Run, shared_data: SharedData, tmp_path: Path
) -> None:
    built = build_retail(run, shared_data, "online_retail.toml", tmp_path / "retail.duckdb")
    (events,) = built["tables"]
    assert events == {"table": "events", "read": 541909, "kept": 406829, "dropped": 0, "rejected": 135080}
    rejects = pl.read_csv(built["rejects"], infer_schema=False)
    assert rejects.height == 135080 and set(rejects.columns) >= {"file", "line", "column", "rule"}
    shown = run(
        "show", "retention", "--cohorts", "first_time", "--file", tmp_path / "retail.duckdb", "--format", "json"
    )
    assert first_cohort(shown.json) == EVERY_LINE
    last = [row["state"] for row in shown.json if row["cohort"] == "2010-12-01"]
    assert last == ["final"] * 12 + ["unfinished"]


def test_without_cancellations_the_other_published_cohorts_appear_and_the_rule_is_named(
    run: Run, shared_data: SharedData, tmp_path: Path
) -> None:
    built = build_retail(run, shared_data, "online_retail_kept_orders.toml", tmp_path / "retail.duckdb")
    (events,) = built["tables"]
    assert events["read"] == events["kept"] + events["dropped"] + events["rejected"] and events["dropped"] > 0
    shown = run("show", "retention", "--file", tmp_path / "retail.duckdb", "--format", "json")
    published = pl.read_csv(shared_data("online_retail") / "ref_cohort_counts_no_cancel.csv")
    cells = pl.DataFrame(shown.json).filter(pl.col("state") != "unobserved")
    wide = cells.pivot(on="age", index="cohort", values="retained", aggregate_function="first").sort("cohort")
    assert wide.drop("cohort").rows() == [tuple(row[1:]) for row in published.cast({pl.Float64: pl.Int64}).rows()]
    assert "Quantity < 0 or InvoiceNo like 'C%'" in shown.err


def test_subscription_periods_give_the_published_movements_and_close(
    run: Run, shared_data: SharedData, tmp_path: Path
) -> None:
    source = shared_data("mrr_playbook") / "subscription_periods.csv"
    built = run("build", source, "--out", tmp_path / "mrr.duckdb", "--format", "json")
    assert built.status == 0, built.err
    assert built.json["tables"][0]["kept"] == 121
    shown = pl.DataFrame(run("show", "movements", "--file", tmp_path / "mrr.duckdb", "--format", "json").json)
    totals = {kind: shown[kind].sum() for kind in ("new", "expansion", "reactivation", "contraction", "churn")}
    assert totals == {"new": 2295, "expansion": 660, "reactivation": 150, "contraction": -555, "churn": -2550}
    closing = shown["opening"] + sum(shown[kind] for kind in totals)
    assert closing.to_list() == shown["closing"].to_list()
    assert shown["opening"][1:].to_list() == shown["closing"][:-1].to_list()


@pytest.fixture(scope="module")
def telco(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[SharedData], Path]:
    name = tmp_path_factory.mktemp("telco") / "telco.duckdb"

    def build(shared_data: SharedData) -> Path:
        source = shared_data("telco_ibm") / "Telco-Customer-Churn.csv"
        if not name.exists():
            built = run("build", source, "--out", name, "--format", "json")
            assert built.status == 0, built.err
            assert built.json["tables"] == [
                {"table": "snapshot", "read": 7043, "kept": 7043, "dropped": 0, "rejected": 0}
            ]
            assert run("train", "--file", name).status == 0
        return name

    return build


def test_telco_untouched_meets_the_bar_out_of_fold(
    run: Run, shared_data: SharedData, telco: Callable[[SharedData], Path]
) -> None:
    card = {row["metric"]: row for row in run("show", "model", "--file", telco(shared_data), "--format", "json").json}
    assert card["roc_auc"]["value"] >= 0.846
    assert card["log_loss"]["value"] <= 0.415
    assert card["calibration_error"]["value"] <= 0.014
    assert card["lift_top_decile"]["value"] >= 2.80
    assert card["log_loss_xgboost_default"]["low"] > 0 and card["log_loss_base_rate"]["low"] > 0
    assert card["customers"]["value"] == 7043 and card["churners"]["value"] == 1869


def test_telco_reasons_add_up_to_the_score_that_is_shown(
    run: Run, shared_data: SharedData, telco: Callable[[SharedData], Path]
) -> None:
    name = telco(shared_data)
    shown = {row["customer_id"]: row for row in run("show", "risk", "--file", name, "--format", "json").json}
    assert len(shown) == 7043
    for customer in ("7590-VHVEG", "5575-GNVDE", "4472-LVYGI"):  # the last one has a blank TotalCharges
        one = run("explain", customer, "--file", name, "--format", "json").json
        assert one["base"] + sum(c["points"] for c in one["contributions"]) == pytest.approx(
            one["prediction"], abs=1e-6
        )
        assert one["prediction"] == pytest.approx(shown[customer]["probability"], abs=1e-9)


def test_a_snapshot_without_dates_gives_no_retention_and_says_why(
    run: Run, shared_data: SharedData, telco: Callable[[SharedData], Path]
) -> None:
    refused = run("show", "retention", "--file", telco(shared_data))
    assert refused.status == 2 and refused.out == "" and "date" in refused.err
    assert "Traceback" not in refused.err


def test_a_move_of_nothing_changes_nothing_and_a_move_says_it_is_an_association(
    run: Run, shared_data: SharedData, telco: Callable[[SharedData], Path]
) -> None:
    name = telco(shared_data)
    still = run("whatif", "--file", name, "--set", "MonthlyCharges=+0", "--format", "json").json
    assert still["churners_before"] == still["churners_after"] == still["low"] == still["high"]
    moved = run("whatif", "--file", name, "--set", "MonthlyCharges=-20%", "--format", "json")
    assert moved.json["levers"][0]["evidence"] == "assumed" and "associate" in moved.err
    assert moved.json["low"] <= moved.json["churners_after"] <= moved.json["high"]


@pytest.fixture(scope="module")
def ravenstack(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[SharedData], tuple[Path, dict]]:
    name, kept = tmp_path_factory.mktemp("raven") / "raven.duckdb", {}

    def build(shared_data: SharedData) -> tuple[Path, dict]:
        if not kept:
            folder = ROOT / "tests" / "ravenstack"
            given = ("--map", folder / "map.toml", "--settings", folder / "settings.toml")
            made = run("build", shared_data("ravenstack"), *given, "--out", name, "--format", "json")
            assert made.status == 0, made.err
            kept.update(made.json)
            assert run("train", "--file", name).status == 0
        return name, kept

    return build


def test_ravenstack_builds_and_reports_its_contradictions(
    run: Run, shared_data: SharedData, ravenstack: Callable[[SharedData], tuple[Path, dict]]
) -> None:
    _, built = ravenstack(shared_data)
    assert {row["table"] for row in built["tables"]} == {
        "customers", "subscriptions", "events", "tickets", "churn_events",
    }  # fmt: skip
    warnings = " ".join(built["warnings"])
    assert "19,142" in warnings or "19142" in warnings  # usage before the subscription starts
    assert "21" in warnings  # usage ids that occur more than once
    assert "110" in warnings and "352" in warnings  # accounts flagged as churned, accounts with a churn event


def test_ravenstack_has_no_signal_and_the_card_refuses(
    run: Run, shared_data: SharedData, ravenstack: Callable[[SharedData], tuple[Path, dict]]
) -> None:
    name, _ = ravenstack(shared_data)
    card = {row["metric"]: row for row in run("show", "model", "--file", name, "--format", "json").json}
    auc = card["roc_auc_out_of_time"]
    assert auc["low"] < auc["value"] < auc["high"]
    assert (auc["low"] > 0.5) == (card["verdict"]["value"] == "usable")
    shown = run("show", "risk", "--file", name, "--format", "json").json
    if card["verdict"]["value"] != "usable":
        assert card["verdict"]["value"] == "refused"
        assert shown and all(row["probability"] is None and row["reason_1"] is None for row in shown)
        for command in (("explain", shown[0]["customer_id"]), ("whatif", "--set", "tickets_90=+1")):
            asked = run(*command, "--file", name)
            assert asked.status == 2 and "AUC" in asked.err

"""What goes wrong in a stage and why customers leave, in sentences and as bars."""

import polars as pl

from analytics.reports import friction_findings as findings

FRICTION = pl.DataFrame(
    {
        "stage": ["renewal", "renewal", "renewal", "adoption"],
        "label": ["Failed payment", "Price talk", "Discount", "Falling use"],
        "leavers": [0.783, 0.25, None, 0.4],
        "stayers": [0.208, 0.2, None, 0.4],
        "difference": [0.575, 0.05, None, 0.0],
        "low": [0.491, -0.01, None, -0.1],
        "high": [0.643, 0.11, None, 0.1],
        "verdict": ["more_before_leaving", "nothing", None, "nothing"],
        "reason": [None, None, "this data set has no outreach.", None],
    }
)
REASONS = pl.DataFrame(
    {
        "reason": ["unknown", "payment", "price", "trust"],
        "label": ["Unknown", "Payment", "Price or value", "Trust"],
        "stated": [12, 3, 2, 0],
        "departures": [9, 4, 2, 0],
        "mrr": [90.0, 4_300.0, None, 0.0],
        "share": [0.6, 4 / 15, 2 / 15, 0.0],
        "low": [0.4, 0.1, 0.0, 0.0],
        "high": [0.8, 0.5, 0.3, 0.2],
    }
)


def test_only_what_is_beyond_chance_is_named_as_friction():
    said = findings.say_friction(FRICTION, "renewal")
    assert said == "Failed payment goes with leaving in renewal: 78% of leavers, 21% of stayers"
    none = "Nothing recorded tells those who leave in adoption from those who stay"
    assert findings.say_friction(FRICTION, "adoption") == none


def test_what_could_be_computed_is_drawn_and_what_could_not_is_named():
    rows = findings.friction_rows(FRICTION, "renewal")
    assert rows.select("label", "rate").rows() == [("Failed payment", 0.783), ("Price talk", 0.25)]
    assert rows["note"][0] == "20.8% of stayers; +57.5 pp (+49.1 pp to +64.3 pp)"
    assert findings.say_uncomputed(FRICTION, "renewal") == ["**Discount**: this data set has no outreach."]


def test_the_commonest_known_reason_is_named_with_its_money():
    # 9 of 15 departures are unknown, 4 of them were payment
    said = "Payment is the commonest reason: 27% of departures, €4,300 a month"
    assert findings.say_reasons(REASONS, "€") == said
    assert findings.say_reasons(REASONS.head(1), "€") == "No departure has a reason that is known"


def test_unknown_reasons_stand_last_and_families_without_departures_nowhere():
    rows = findings.reason_rows(REASONS, "€")
    assert rows["label"].to_list() == ["Payment", "Price or value", "Unknown"]
    assert rows["note"].to_list() == ["4 left, 3 stated · €4,300", "2 left, 2 stated", "9 left · €90"]


def test_coverage_says_how_much_was_stated_and_how_often_records_agree():
    row = {"departures": 15, "stated": 6, "inferred": 5, "both": 4, "agreed": 1, "rate": 0.4}
    said = findings.say_coverage(pl.DataFrame([row]))
    assert said.startswith(
        "6 of 15 departures state a reason (40.0%); records of the 90 days before point to one for 5"
    )
    assert "they agree in 1 of 4" in said
    assert findings.say_coverage(pl.DataFrame([row | {"departures": 0}])) == "Nobody has left in the chosen time."
    assert "agree" not in findings.say_coverage(pl.DataFrame([row | {"both": 0}]))

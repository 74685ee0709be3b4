"""Early signs in sentences: what tells, what tells nothing, what cannot be known, and who shows it."""

import datetime as dt

import polars as pl

from analytics.metrics.signals import LACKING, NOTHING, TELLS, TELLS_STAYING, TOO_FEW
from analytics.reports import sign_findings as findings

VERDICTS = [TELLS, TELLS, TELLS, TELLS, TELLS_STAYING, NOTHING, TOO_FEW, LACKING]
SIGNS = pl.DataFrame(
    {
        "signal": [f"s{nth}" for nth in range(8)],
        "label": ["Failed payment", "Price talk", "NPS low", "Silence", "Training", "Campaign", "Rare", "Tickets"],
        "verdict": VERDICTS,
        "lift": [3.1, 2.0, 1.8, 1.2, 0.6, 1.0, 9.0, None],
        "low": [2.6, 1.5, 1.2, 1.1, 0.4, 0.8, 0.1, None],
        "high": [3.6, 2.6, 2.4, 1.3, 0.8, 1.2, 99.0, None],
        "churn_with": [0.236] * 8,
        "churn_without": [0.076] * 8,
        "median_lead_days": [30.0] * 8,
        "episodes": [1_543] * 8,
        "customers": [375] * 8,
        "reason": [None] * 7 + ["this data set has no tickets."],
    }
)


def only(*verdicts: str) -> pl.DataFrame:
    return SIGNS.filter(pl.col("verdict").is_in(verdicts))


def test_the_title_names_three_signs_and_counts_the_rest():
    said = "Failed payment, price talk and NPS low come before leaving; so does 1 other sign"
    assert findings.say_signs(SIGNS) == said
    assert findings.say_signs(SIGNS.head(1)) == "Failed payment comes before leaving"
    assert findings.say_signs(SIGNS.head(2)) == "Failed payment and price talk come before leaving"
    assert findings.say_signs(only(NOTHING, TELLS_STAYING)) == "None of 2 signs tells who will leave"
    assert findings.say_signs(only(TOO_FEW, LACKING)) == "No sign was seen often enough to judge"


def test_the_strongest_sign_is_told_with_what_it_is_worth():
    assert findings.say_warning(SIGNS) == (
        "**Failed payment**: 23.6% of 1,543 alarms were followed by a departure, 3.1 times (2.6 to 3.6) the 7.6% of "
        "customers without it on the same days, half of them 30 days ahead or more."
    )
    assert findings.say_warning(only(NOTHING)) == ""


def test_signs_that_tell_nothing_are_few_or_lack_a_table_are_all_named():
    assert findings.say_silent(SIGNS) == "Judged, and telling nothing: Campaign."
    assert findings.say_few(SIGNS) == "Seen too seldom to judge: Rare."
    assert findings.say_lacking(SIGNS) == ["**Tickets**: this data set has no tickets."]
    assert findings.say_silent(only(TELLS)) == findings.say_few(only(TELLS)) == ""


def test_the_tally_counts_what_was_judged():
    assert findings.say_tally(SIGNS) == "4 of 6 signs come before leaving, 1 with staying, 1 tell nothing"
    assert findings.say_tally(only(LACKING)) == "No sign can be judged yet"


def test_what_is_drawn_begins_with_what_tells_by_its_lift():
    rows = findings.lift_rows(SIGNS)
    assert rows["label"].to_list() == ["Failed payment", "Price talk", "NPS low", "Silence", "Training", "Campaign"]
    assert rows["tells"].to_list() == [True] * 5 + [False]
    assert rows["note"][0] == "1,543 alarms, 375 customers"


def test_customers_are_counted_by_their_telling_signs_only():
    current = pl.DataFrame(
        {
            "customer_id": ["a", "b", "b", "b", "c"],
            "sign": ["s0", "s1", "s0", "s5", "s5"],
            "label": ["Failed payment", "Price talk", "Failed payment", "Campaign", "Campaign"],
            "since": [dt.date(2024, 1, day) for day in (1, 2, 3, 9, 9)],
            "mrr": [900.0, 10.0, 10.0, 10.0, 5.0],
        }
    )
    # b has two that tell (the campaign tells nothing), a one; c has none that tells
    assert findings.count_on(current, SIGNS).rows() == [
        ("b", 2, "Failed payment, Price talk", dt.date(2024, 1, 3), 10.0),
        ("a", 1, "Failed payment", dt.date(2024, 1, 1), 900.0),
    ]


def test_those_who_show_signs_are_counted_in_good_english():
    assert findings.say_showing(1, 1) == "1 customer shows a telling sign now"
    assert findings.say_showing(1_200, 3) == "1,200 customers show 3 or more telling signs now"

"""The short form of the study of early signs: one company of known truth."""

import polars as pl

from tests.studies.signs import share_found, study_signs


def test_planted_signs_are_found_in_a_company_of_known_truth_and_noise_is_not():
    # Seeds 0 to 19 at 1,500 customers and 36 months: 135 of 140 planted signs found, 1 of 80 noise signs.
    rows = study_signs([1], customers=900, months=30)
    assert rows["lift"].null_count() == 0  # every sign of the truth is in the answer, under its name
    assert share_found(rows, is_planted=False) == 0
    found = set(rows.filter(pl.col("is_planted") & pl.col("is_found"))["signal"])
    assert {"failed_payment", "price_talk", "slow_first_response"} <= found

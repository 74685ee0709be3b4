import datetime as dt
import math

import numpy as np
import polars as pl
import pytest

from analytics.contract.errors import UserError
from analytics.risk.columns import FeatureSpec, count_unseen, describe_columns, encode_columns
from analytics.risk.families import propose_family, propose_label


def find_reason(values: list, name: str = "column") -> str:
    dropped = describe_columns(pl.DataFrame({name: values}, strict=False)).dropped
    return dropped[0].finding if dropped else ""


def test_a_blank_is_missing_and_never_zero():
    features = pl.DataFrame(
        {
            "text": ["a", " ", "", None, "b", "a"],
            "number": [1.0, None, float("nan"), float("inf"), 0.0, -math.inf],
            "flag": [True, False, None, True, False, True],
        }
    )
    layout = describe_columns(features)
    matrix = encode_columns(features, layout.specs)
    nan = np.nan
    expected = np.array(
        [[0, 1, 1], [nan, nan, 0], [nan, nan, nan], [nan, nan, 1], [1, 0, 0], [0, nan, 1]], dtype=np.float32
    )
    np.testing.assert_array_equal(matrix, expected)
    assert [spec.kind for spec in layout.specs] == ["category", "number", "flag"]


def test_the_codes_of_a_category_do_not_depend_on_the_order_of_the_rows():
    forward = pl.DataFrame({"plan": ["pro", "free", "team"] * 4})
    specs = describe_columns(forward).specs
    assert specs == describe_columns(forward.reverse()).specs
    assert specs[0].levels == ("free", "pro", "team")
    as_enum = forward.cast(pl.Enum(["team", "pro", "free"]))
    np.testing.assert_array_equal(encode_columns(forward, specs), encode_columns(as_enum, specs))


def test_an_unseen_level_is_missing_and_counted():
    specs = describe_columns(pl.DataFrame({"plan": ["pro", "free"] * 5, "size": range(10)})).specs
    later = pl.DataFrame({"plan": ["gold", "free", "gold", None], "size": [1, 2, 3, 4]})
    np.testing.assert_array_equal(encode_columns(later, specs)[:, 0], np.float32([np.nan, 0, np.nan, np.nan]))
    assert count_unseen(later, specs).rows() == [("plan", "gold", 2)]


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ([3] * 40, "constant"),
        ([None] * 40, "constant"),
        ([" "] * 40, "constant"),
        ([f"A-{n}" for n in range(40)], "id_like"),
        ([f"street {n % 30}" for n in range(100)], "too_many_levels"),
        ([f"town {n % 51}" for n in range(1000)], "too_many_levels"),
        ([f"town {n % 50}" for n in range(1000)], ""),
        (list(range(40)), "id_like"),
        ([n * n for n in range(40)], ""),
        ([dt.date(2024, 1, 1)] * 40, "type"),
        ([1, None] * 20, ""),
        ([0.5 + n for n in range(40)], ""),
    ],
)
def test_columns_nothing_can_be_learned_from_are_dropped_with_a_reason(values, finding):
    assert find_reason(values) == finding


def test_whole_numbers_without_a_repeat_are_an_id_only_where_chance_would_repeat_some():
    # 2,000 numbers out of 20,000 meet themselves 2000^2 / 40000 = 100 times by chance; out of 10^9 they do
    # not.
    generator = np.random.default_rng(1)
    assert find_reason(generator.choice(20_000, size=2000, replace=False).tolist()) == "id_like"
    assert find_reason(generator.choice(10**9, size=2000, replace=False).tolist()) == ""
    assert find_reason(generator.choice(10**9, size=2000, replace=False).tolist(), "Customer Id") == "id_like"


def test_a_direction_on_a_category_is_refused():
    features = pl.DataFrame({"Contract": ["monthly", "yearly"] * 5})
    with pytest.raises(UserError, match="no direction"):
        describe_columns(features, monotone={"Contract": -1})
    with pytest.raises(UserError, match="Contract"):
        describe_columns(features, monotone={"contract": -1})


def test_an_unknown_family_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match="support"):
        FeatureSpec(name="x", label="X", family="suport", kind="number")


def test_a_missing_or_retyped_column_at_scoring_is_named():
    specs = describe_columns(pl.DataFrame({"size": [1, 2, 3, 4] * 3})).specs
    with pytest.raises(UserError, match="'size', which is missing"):
        encode_columns(pl.DataFrame({"Size": [1]}), specs)
    with pytest.raises(UserError, match="was a number"):
        encode_columns(pl.DataFrame({"size": ["large"]}), specs)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("TechSupport", "support"),
        ("PaymentMethod", "billing"),
        ("nps_latest", "sentiment"),
        ("Contract", "contract"),
        ("tenure", "relationship"),
        ("logins_30d", "usage"),
        ("gender", "profile"),
    ],
)
def test_a_family_is_proposed_from_the_words_of_the_name(name, family):
    assert propose_family(name) == family


def test_a_label_is_proposed_from_the_name():
    assert propose_label("MonthlyCharges") == "Monthly charges"
    assert propose_label("first_response_hours") == "First response hours"

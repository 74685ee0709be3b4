"""Benjamini–Hochberg: a worked example, another program, and what is not tested."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from analytics.metrics.false_discovery import adjust_p_values


def test_four_values_are_adjusted_as_worked_out_by_hand():
    # sorted .01 .02 .03 .5 with m = 4: .01·4/1 = .04, .02·4/2 = .04, .03·4/3 = .04, .5·4/4 = .5
    assert adjust_p_values(np.array([0.03, 0.5, 0.01, 0.02])) == pytest.approx([0.04, 0.5, 0.04, 0.04])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_values_agree_with_scipy(values: list[float]):
    assert adjust_p_values(np.array(values)) == pytest.approx(false_discovery_control(values), abs=1e-12)


def test_what_was_not_tested_stays_untested_and_does_not_count():
    adjusted = adjust_p_values(np.array([0.02, np.nan, 0.04]))
    assert np.isnan(adjusted[1])
    assert adjusted[[0, 2]] == pytest.approx([0.04, 0.04])  # m is 2, not 3


def test_nothing_to_adjust_gives_nothing():
    assert adjust_p_values(np.array([])).size == 0


def test_a_value_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="outside 0 to 1"):
        adjust_p_values(np.array([0.2, 1.2]))

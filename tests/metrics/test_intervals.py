"""Intervals against printed tables and limits worked out by hand."""

import numpy as np
import polars as pl
import pytest

from analytics.metrics.intervals import garwood, wilson, with_wilson


def test_wilson_of_ten_in_a_hundred():
    # z² = 3.8415; centre (.1 + .019207) / 1.038415 = .114799
    # half-width 1.95996 √(.0009 + .000096037) / 1.038415 = .059568
    low, high = wilson([10], [100])
    assert (low[0], high[0]) == pytest.approx((0.0552291, 0.1743657), abs=1e-6)


def test_wilson_reaches_the_edges_exactly():
    low, high = wilson([0, 5], [5, 5])
    # nobody of five: high = z² / (n + z²) = 3.8415 / 8.8415
    assert low[0] == 0.0 and high[0] == pytest.approx(3.841459 / 8.841459, abs=1e-6)
    assert high[1] == 1.0 and low[1] == pytest.approx(5 / 8.841459, abs=1e-6)


def test_an_interval_without_trials_is_undefined():
    rows = with_wilson(pl.DataFrame({"hits": [0, None, 1], "n": [0, 3, 2]}), "hits", "n")
    assert rows["rate"].to_list() == [None, None, 0.5]
    assert rows["low"].to_list()[:2] == [None, None]


def test_garwood_gives_the_printed_poisson_limits():
    # Garwood's table: 0 → (0, 3.689), 1 → (0.0253, 5.572), 10 → (4.795, 18.39)
    low, high = garwood([0, 1, 10], [1, 1, 1])
    assert low == pytest.approx([0, 0.02532, 4.7954], abs=1e-4)
    assert high == pytest.approx([3.68888, 5.57164, 18.3904], abs=1e-4)


def test_garwood_scales_with_exposure_and_is_undefined_without():
    low, high = garwood([10, 0], [4, 0])
    assert (low[0], high[0]) == pytest.approx((4.7954 / 4, 18.3904 / 4), abs=1e-4)
    assert np.isnan(low[1]) and np.isnan(high[1])

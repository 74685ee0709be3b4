"""The product-limit estimate against lifelines, which was written by others, and against a table worked out by hand."""

import lifelines
import numpy as np
import polars as pl
import pytest
from lifelines.datasets import load_lung, load_rossi, load_waltons
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import median_survival_times

from analytics.metrics.kaplan_meier import (
    count_at_risk,
    estimate_survival,
    log_rank,
    median_time,
    restricted_mean,
)

SAME = {"rel": 1e-9, "abs": 1e-9}


def histogram(durations, events, group="all", entry=None, weights=None):
    n = len(durations)
    weights = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    events = np.asarray(events, dtype=float)
    columns = {
        "group": list(group) if not isinstance(group, str) else [group] * n,
        "time": np.asarray(durations, dtype=float),
        "entry": [None] * n if entry is None else list(entry),
        "events": weights * events,
        "censored": weights * (1 - events),
    }
    return pl.DataFrame(columns, schema_overrides={"entry": pl.Float64}, strict=False)


def test_a_table_worked_out_by_hand():
    # 5 customers: left after 2, 2 and 4; still here after 3 and 5. S(2) = 3/5, S(4) = 3/5 · 1/2
    curve = estimate_survival(histogram([2, 2, 3, 4, 5], [1, 1, 0, 1, 0]))
    assert curve["time"].to_list() == [0, 2, 3, 4, 5]
    assert curve["at_risk"].to_list() == [5, 5, 3, 2, 1]
    assert curve["survival"].to_list() == pytest.approx([1, 0.6, 0.6, 0.3, 0.3])
    assert median_time(curve) == 4
    # area to 5: 2 · 1 + 2 · .6 + 1 · .3
    assert restricted_mean(curve, 5) == pytest.approx(3.5)
    assert restricted_mean(curve, 3) == pytest.approx(2.6)


@pytest.mark.parametrize("name, load", [("waltons", load_waltons), ("lung", load_lung), ("rossi", load_rossi)])
def test_curves_equal_lifelines(name, load):
    rows = load()
    time, event = ("week", "arrest") if name == "rossi" else ("T", "E") if name == "waltons" else ("time", "status")
    curve = estimate_survival(histogram(rows[time], rows[event]))
    fit = lifelines.KaplanMeierFitter().fit(rows[time], rows[event])
    assert curve["time"].to_list() == fit.survival_function_.index.to_list()
    assert curve["survival"].to_numpy() == pytest.approx(fit.survival_function_.iloc[:, 0].to_numpy(), **SAME)
    for n, bound in enumerate(("low", "high")):
        assert curve[bound].to_numpy() == pytest.approx(fit.confidence_interval_.iloc[:, n].to_numpy(), **SAME)
    assert curve["at_risk"].to_numpy() == pytest.approx(fit.event_table["at_risk"].to_numpy())


def test_medians_of_the_waltons_groups_are_26_and_58():
    rows = load_waltons()
    curves = estimate_survival(histogram(rows["T"], rows["E"], rows["group"]))
    medians = {part["group"][0]: median_time(part) for part in curves.partition_by("group")}
    assert medians == {"miR-137": 26, "control": 58}


def test_restricted_means_equal_lifelines():
    rows = load_waltons()
    fit = lifelines.KaplanMeierFitter().fit(rows["T"], rows["E"])
    curve = estimate_survival(histogram(rows["T"], rows["E"]))
    assert restricted_mean(curve, 50) == pytest.approx(lifelines.utils.restricted_mean_survival_time(fit, t=50), **SAME)


def test_late_entry_and_weights_equal_lifelines():
    rng = np.random.default_rng(7)
    time = rng.integers(1, 40, 300).astype(float)
    entry = np.floor(time * rng.uniform(0, 0.9, 300))
    event, weights = rng.integers(0, 2, 300), rng.integers(1, 5, 300)
    fit = lifelines.KaplanMeierFitter().fit(time, event, entry=entry, weights=weights)
    curve = estimate_survival(histogram(time, event, entry=entry, weights=weights))
    theirs = fit.survival_function_.iloc[:, 0]
    assert curve["survival"].to_numpy() == pytest.approx(theirs.loc[curve["time"].to_numpy()].to_numpy(), **SAME)


def test_nobody_is_at_risk_before_they_are_watched():
    # a watched from 3 on, b from the start: at 2 only b is at risk, at 5 both
    curve = estimate_survival(histogram([5, 5, 2], [1, 0, 1], entry=[3.0, None, None]))
    assert dict(curve.select("time", "at_risk").iter_rows()) == {0: 2, 2: 2, 3: 1, 5: 2}
    assert curve["survival"].to_list() == pytest.approx([1, 0.5, 0.5, 0.25])


@pytest.mark.parametrize("column", ["group", "sex", "ph.ecog"])
def test_the_log_rank_test_equals_lifelines(column):
    rows = load_waltons() if column == "group" else load_lung().dropna(subset=[column])
    time, event = ("T", "E") if column == "group" else ("time", "status")
    curves = estimate_survival(histogram(rows[time], rows[event], rows[column].astype(str)))
    theirs = multivariate_logrank_test(rows[time], rows[column], rows[event])
    statistic, freedom, p_value = log_rank(curves)
    assert statistic == pytest.approx(theirs.test_statistic, **SAME)
    assert freedom == rows[column].nunique() - 1
    assert p_value == pytest.approx(theirs.p_value, rel=1e-6, abs=1e-12)


def test_the_numbers_at_risk_are_those_just_before_each_time():
    rows = [("a", 2.0, None, 1, 0), ("a", 5.0, None, 1, 1), ("a", 8.0, 4.0, 0, 1), ("b", 3.0, None, 0, 2)]
    durations = pl.DataFrame(rows, schema=["group", "time", "entry", "events", "censored"], orient="row")
    at_risk = count_at_risk(estimate_survival(durations), [0, 2, 3, 4, 5, 6, 9])
    # a: three from the beginning, one gone at 2; one more enters after 4; two gone at 5; nobody after 8
    assert at_risk.filter(group="a")["at_risk"].to_list() == [3, 3, 2, 2, 3, 1, 0]
    assert at_risk.filter(group="b")["at_risk"].to_list() == [2, 2, 2, 0, 0, 0, 0]


@pytest.mark.parametrize("group", ["miR-137", "control"])
def test_the_medians_interval_equals_lifelines(group):
    frame = load_waltons().query("group == @group")
    fitted = lifelines.KaplanMeierFitter().fit(frame["T"], frame["E"])
    expected = median_survival_times(fitted.confidence_interval_).iloc[0].tolist()
    curve = estimate_survival(histogram(frame["T"], frame["E"]))
    assert [median_time(curve, "low"), median_time(curve, "high")] == expected

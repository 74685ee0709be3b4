import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from analytics.risk.accuracy import (
    Ranking,
    assign_bins,
    measure_auc,
    measure_calibration_error,
    measure_calibration_floor,
    measure_lift,
    measure_line,
    measure_log_loss,
    measure_pr_auc,
    measure_spiegelhalter_z,
)
from analytics.risk.calibration import fit_line, to_log_odds


def draw(n_rows: int, seed: int = 0):
    generator = np.random.default_rng(seed)
    probabilities = generator.beta(1.0, 3.0, size=n_rows)
    return probabilities, (generator.random(n_rows) < probabilities).astype(float)


def test_auc_counts_a_tie_as_half():
    # Churners .8 and .4, stayers .4 and .2: pairs win, win, half, win = 3.5 of 4.
    auc = measure_auc(np.array([0.8, 0.4, 0.4, 0.2]), np.array([1.0, 1.0, 0.0, 0.0]), np.arange(4))
    assert auc.value == 0.875


def test_the_interval_of_single_rows_is_delongs():
    # Churner .8 beats both stayers (1), churner .4 beats one and ties one (.75): variance of 1, .75 = .03125.
    # Stayer .4 is beaten by 1.5 of 2 (.75), stayer .2 by both (1): .03125. Error = sqrt(.03125/2 + .03125/2).
    auc = measure_auc(np.array([0.8, 0.4, 0.4, 0.2]), np.array([1.0, 1.0, 0.0, 0.0]), np.arange(4))
    assert auc.value - auc.low == pytest.approx(1.959964 * np.sqrt(0.03125), abs=1e-6)
    assert auc.high == 1.0


def test_auc_and_average_precision_agree_with_scikit_learn():
    probabilities, outcomes = draw(3000)
    scores = np.round(probabilities, 2)
    assert measure_auc(scores, outcomes, np.arange(3000)).value == pytest.approx(roc_auc_score(outcomes, scores))
    precision = measure_pr_auc(Ranking.of(scores), outcomes, np.ones(3000))
    assert precision == pytest.approx(average_precision_score(outcomes, scores))


def test_copies_of_an_account_do_not_narrow_the_interval():
    probabilities, outcomes = draw(400)
    once = measure_auc(probabilities, outcomes, np.arange(400))
    copies = [np.tile(part, 5) for part in (probabilities, outcomes, np.arange(400))]
    assert measure_auc(*copies).low == pytest.approx(once.low, abs=1e-4)
    assert measure_auc(copies[0], copies[1], np.arange(2000)).low > once.low + 0.01


def test_weights_count_like_copies():
    probabilities, outcomes = draw(300)
    counts = np.random.default_rng(1).integers(0, 4, size=300)
    copied, copied_outcomes = np.repeat(probabilities, counts), np.repeat(outcomes, counts)
    ranking, ones = Ranking.of(copied), np.ones(len(copied))
    for measure in (measure_pr_auc, measure_lift):
        weighted = measure(Ranking.of(probabilities), outcomes, counts.astype(float))
        assert weighted == pytest.approx(measure(ranking, copied_outcomes, ones))


def test_lift_shares_out_customers_tied_at_the_border():
    # 20 customers, 4 churned (rate .2); the first tenth is 2 places: one for the churner at .9, one for three
    # at .5 of whom one churned, so 1 + 1/3 churners in 2 places: rate .6667, lift 3.3333.
    scores = np.array([0.9] + [0.5] * 3 + [0.1] * 16)
    outcomes = np.array([1.0, 1.0, 0.0, 0.0] + [1.0, 1.0] + [0.0] * 14)
    assert measure_lift(Ranking.of(scores), outcomes, np.ones(20)) == pytest.approx(10 / 3)


def test_the_log_loss_of_a_coin_is_ln_2():
    assert measure_log_loss(np.full(4, 0.5), np.array([1.0, 0.0, 1.0, 1.0]), np.ones(4)) == pytest.approx(np.log(2))


def test_calibration_error_by_hand():
    # Ten bins of one customer: |1 - .9| for five and |0 - .2| for five: (5 x .1 + 5 x .2) / 10 = .15.
    probabilities = np.array([0.2] * 5 + [0.9] * 5)
    outcomes = np.array([0.0] * 5 + [1.0] * 5)
    assert measure_calibration_error(probabilities, outcomes, np.ones(10)) == pytest.approx(0.15)
    assert np.bincount(assign_bins(probabilities, np.ones(10))).tolist() == [1] * 10


def test_a_perfect_score_lies_below_its_noise_floor_about_nineteen_times_in_twenty():
    below = 0
    for seed in range(60):
        probabilities, outcomes = draw(1000, seed)
        floor = measure_calibration_floor(probabilities, np.ones(1000), seed=seed)
        below += measure_calibration_error(probabilities, outcomes, np.ones(1000)) < floor
    assert 51 <= below <= 60


def test_spiegelhalters_z_by_hand():
    # p = .2, y = 1: (.8)(.6) = .48; p = .9, y = 1: (.1)(-.8) = -.08; sum .4; variance .36 x .16 + .64 x .09 =
    # .1152.
    z = measure_spiegelhalter_z(np.array([0.2, 0.9]), np.array([1.0, 1.0]))
    assert z == pytest.approx(0.4 / np.sqrt(0.1152))


def test_the_slope_of_a_perfect_score_is_one_within_its_interval():
    covered = 0
    for seed in range(40):
        probabilities, outcomes = draw(800, seed)
        line = fit_line(to_log_odds(probabilities), outcomes, np.ones(800))
        slope, _ = measure_line(probabilities, outcomes, np.ones(800), np.arange(800), line)
        covered += slope.low <= 1.0 <= slope.high
    assert covered >= 34


def test_auc_is_undefined_where_nobody_churned():
    assert np.isnan(measure_auc(np.array([0.1, 0.2]), np.zeros(2), np.arange(2)).value)

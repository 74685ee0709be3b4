"""How customers move between the stages of the journey, and where those in a stage today will be."""

import datetime as dt

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.contract.stages import CHURNED, JOURNEY
from analytics.metrics.aalen_johansen import count_present, estimate_probabilities
from analytics.metrics.cents import in_currency
from analytics.metrics.intervals import wilson
from analytics.metrics.likelihood import Floats
from analytics.metrics.periods import FINAL, UNOBSERVED, read_window
from analytics.metrics.question import Question, name_groups, read_groups, require_dates
from analytics.store.dataset import Dataset

STATES = (*JOURNEY, CHURNED)
MOST_DAYS = 3650
_RESAMPLES, _AT_ONCE, _SEED = 100, 10, 20_240_601
_COLUMNS = (
    "from_stage", "to_stage", "customers", "mrr", "probability", "low", "high", "still_in", "days", "state", "segment",
)  # fmt: skip
_AHEAD = {
    "segment": pl.String, "from_stage": pl.String, "to_stage": pl.String,
    "probability": pl.Float64, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip


def flows(dataset: Dataset, question: Question, *, days: int = 90) -> pl.DataFrame:
    """One row per stage and stage moved to, the four stages and `churned` (from it: those who came back).

    from_stage, to_stage, customers (moves in the chosen periods, all history by default; a stage entered again counts
    again; nobody moves to the stage they are in), mrr (currency a month in force on the day of the move; of who
    leaves, on the eve), probability (of those in from_stage on the last chosen day, the share in to_stage `days`
    later), low, high (95 %), still_in (customers in from_stage on that last day), days, state (final; unobserved,
    with probability null, where the data hold fewer days or nobody was in the stage during them), group.

    Probabilities are Aalen–Johansen's on the calendar: every move on the last `days` chosen days, over those in its
    stage on the eve, whenever they entered it; they say where today's customers will be if the coming days are like
    those, and if moving does not depend on how long one has been in a stage. Rows of one from_stage sum to 1.
    Interval: standard error of 100 bootstrap resamples of customers (in 100 fixed groups), turned into the number of
    independent customers it amounts to, then Wilson's interval for that many (E. L. Korn & B. I. Graubard, 1998,
    Survey Methodology 24). UserError for a snapshot and for days outside 1–3650.
    """
    require_dates(dataset, "The journey")
    if not 1 <= days <= MOST_DAYS:
        raise UserError(f"{days} days cannot be looked ahead.", "--days", f"Give 1 to {MOST_DAYS}.")
    window = read_window(dataset, question)
    groups = read_groups(dataset, question).select("segment")
    counts = dataset.query("flows", question.chosen, **window)
    rows = _lay_out(groups, counts).join(
        _look_ahead(dataset, question, groups, window["until_on"], days),
        on=["segment", "from_stage", "to_stage"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    state = pl.when(pl.col("probability").is_null()).then(pl.lit(UNOBSERVED)).otherwise(pl.lit(FINAL))
    rows = rows.with_columns(mrr=in_currency("mrr_cents"), days=pl.lit(days, pl.Int64), state=state)
    return name_groups(rows.select(_COLUMNS), question)


def _lay_out(groups: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """Every group, stage and stage moved to, with customers, mrr_cents and still_in; what did not happen is 0."""
    keys = ["segment", "from_stage", "to_stage"]
    grid = groups
    for column in keys[1:]:
        grid = grid.join(pl.DataFrame({column: STATES}), how="cross", maintain_order="left_right")
    staying = counts.filter(pl.col("to_stage").is_null()).select("segment", "from_stage", still_in="customers")
    rows = grid.join(counts, on=keys, how="left", nulls_equal=True, maintain_order="left").join(
        staying, on=keys[:2], how="left", nulls_equal=True, maintain_order="left"
    )
    return rows.with_columns(pl.col("customers", "mrr_cents", "still_in").fill_null(0))


def _look_ahead(
    dataset: Dataset, question: Question, groups: pl.DataFrame, until_on: dt.date, days: int
) -> pl.DataFrame:
    """segment, from_stage, to_stage, probability, low, high; no rows where fewer days were observed."""
    since_on = until_on - dt.timedelta(days=days)
    if dataset.info.first_on is None or since_on < dataset.info.first_on:
        return pl.DataFrame(schema=_AHEAD)
    moves = dataset.query("stage_moves", question.chosen, since_on=since_on, until_on=until_on)
    found = []
    for segment in groups["segment"].to_list():
        own = moves.filter(pl.col("segment").eq_missing(pl.lit(segment, dtype=pl.String)))
        if own.height:
            found += [(segment, *cell) for cell in _estimate(own, days)]
    return pl.DataFrame(found, schema=_AHEAD, orient="row")


def _estimate(moves: pl.DataFrame, days: int) -> list[tuple[str, str, float, float, float]]:
    """from_stage, to_stage, probability, low, high of one group, for the stages anybody was in."""
    came, moved = _count_by_fold(moves, days)
    whole = moved.sum(axis=0)
    present = count_present(came.sum(axis=0), whole)
    share = estimate_probabilities(present, whole)
    low, high = _bound(share, _vary(came, moved), present.mean(axis=0))
    return [
        (STATES[h], STATES[j], float(share[h, j]), float(low[h, j]), float(high[h, j]))
        for h in np.flatnonzero(present.sum(axis=0))
        for j in range(len(STATES))
    ]


def _count_by_fold(moves: pl.DataFrame, days: int) -> tuple[Floats, Floats]:
    """(folds, 1 + days, states) who came, and (folds, days, states, states) who moved."""
    numbers = {stage: nth for nth, stage in enumerate(STATES)}
    folds, fold = np.unique(moves["fold"].to_numpy(), return_inverse=True)
    day = moves["day"].to_numpy()
    to = moves["to_stage"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy()
    from_ = moves["from_stage"].replace_strict(numbers, return_dtype=pl.Int64).fill_null(-1).to_numpy()
    n, is_new = moves["customers"].to_numpy(), from_ < 0
    came = np.zeros((len(folds), 1 + days, len(STATES)))
    moved = np.zeros((len(folds), days, len(STATES), len(STATES)))
    np.add.at(came, (fold[is_new], 1 + day[is_new], to[is_new]), n[is_new])
    is_move = ~is_new
    np.add.at(moved, (fold[is_move], day[is_move], from_[is_move], to[is_move]), n[is_move])
    return came, moved


def _vary(came: Floats, moved: Floats) -> Floats:
    """The standard error of each probability over resamples of the folds."""
    n_folds = len(came)
    draws = np.random.default_rng(_SEED).multinomial(n_folds, np.full(n_folds, 1 / n_folds), _RESAMPLES)
    shares = []
    for weights in np.split(draws.astype(float), _RESAMPLES // _AT_ONCE):
        drawn = np.tensordot(weights, moved, axes=1)
        shares.append(estimate_probabilities(count_present(np.tensordot(weights, came, axes=1), drawn), drawn))
    error: Floats = np.concatenate(shares).std(axis=0, ddof=1)
    return error


def _bound(share: Floats, error: Floats, present: Floats) -> tuple[Floats, Floats]:
    """95 % bounds; where nothing varies (nobody moved so, or all did) the customers present count as they are."""
    spread = share * (1 - share)
    alone = np.broadcast_to(np.maximum(present, 1)[:, None], share.shape)
    is_known = (error > 0) & (spread > 0)
    amounts_to = np.where(is_known, spread / np.where(is_known, error**2, 1), alone)
    return wilson(share * amounts_to, amounts_to)

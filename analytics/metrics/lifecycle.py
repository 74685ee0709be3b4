"""Who is active in each period, and whether they are new, here as before, or back after a break."""

import polars as pl

from analytics.contract.errors import UserError, suggest
from analytics.metrics.periods import spread
from analytics.metrics.question import Question, choose_periods, name_groups, require_dates, require_table
from analytics.metrics.retention import choose_basis
from analytics.store.dataset import Dataset

_COLUMNS = ("period", "new", "returning", "resurrecting", "dormant", "active", "state", "segment")


def lifecycle(dataset: Dataset, question: Question, *, event: str = "", basis: str = "") -> pl.DataFrame:
    """One row per period, dense.

    period (local first day), new (customers active in it for the first time ever), returning (active in it and in the
    period before), resurrecting (active in it, not in the period before, but earlier), dormant (minus those active in
    the period before and not in it), active (new + returning + resurrecting), state (final, unfinished), group. So
    active = active of the period before + new + resurrecting + dormant. Being active is an event of that name; without
    a name `basis`: event (any), subscribed, or, empty, as retention chooses it. UserError for an unknown event.

    Source: the lifecycle chart of product analytics (Amplitude, PostHog), with `new` by the first activity ever.
    """
    require_dates(dataset, "The lifecycle")
    if event:
        require_table(dataset, "events", "occurred_at and name", "Activity by event")
        names = dataset.query("event_names")["name"].to_list()
        if event not in names:
            raise UserError(f"there is no event {event!r}.", "--event", suggest(event, names))
    chosen = "event" if event else choose_basis(dataset, basis)
    counts = dataset.query("lifecycle", question.chosen, event=event, basis=chosen, grain=question.period)
    rows = spread(dataset, question, counts)
    change = pl.col("came") + pl.col("came_back") - pl.col("fell_silent")
    rows = rows.with_columns(active=change.cum_sum().over("segment"))
    arrived = pl.col("came") + pl.col("came_back")
    rows = rows.with_columns(
        new="came", resurrecting="came_back", returning=pl.col("active") - arrived, dormant=-pl.col("fell_silent")
    )
    return choose_periods(name_groups(rows.select(_COLUMNS), question), question)

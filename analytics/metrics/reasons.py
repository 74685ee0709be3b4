"""Why customers left: what they stated beside what was recorded before, with what it cost."""

import polars as pl

from analytics.contract.reasons import EVIDENCE, FAMILY_LABELS, FAMILY_NAMES, UNKNOWN, find_family
from analytics.metrics.cents import in_currency
from analytics.metrics.departure_kinds import RECORD_DAYS
from analytics.metrics.intervals import with_wilson
from analytics.metrics.periods import read_window
from analytics.metrics.question import Question, name_groups, read_groups, require_dates
from analytics.metrics.service import count_records
from analytics.metrics.tickets import SLOW_HOURS, TARGET
from analytics.store.dataset import Dataset

LEAST_DAYS = 240  # of data: in less, nearly everybody who left had joined a short while before
_STAY = ["customer_key", "left_on"]
_COLUMNS = ("reason", "label", "stated", "inferred", "agreed", "departures", "mrr", "share", "low", "high", "segment")


def reasons(dataset: Dataset, question: Question, *, detail: bool = False, texts: bool = False) -> pl.DataFrame:
    """Departures of the chosen periods (all by default) by family of reasons; every departure counts, `unknown` too.

    One row per family: reason, label, stated (departures whose given reason belongs to it), inferred (departures
    whose strongest record of the 90 days before points to it), agreed (both), departures (stated, and inferred where
    nothing known was stated), mrr (currency a month these paid on the eve of leaving; null without subscriptions),
    share (departures ÷ all departures), low, high (95 % Wilson), group. stated, inferred and departures each sum to
    all departures, mrr to what they paid: where churn is the contract's end, the churn of `movements`.

    A given reason is the one recorded nearest to the departure, within 90 days, in churn_events or customers; its
    family is that of its longest word in `contract.reasons.FAMILIES`. What is inferred rests only on records before
    the day of leaving, by the rules of `contract.reasons.EVIDENCE`, the strongest first: a pointer, not a proof.
    With `detail` one row per departure: customer_id, left_on, stated_text, stated, inferred, evidence (in words),
    mrr, group. With `texts` one row per given text: stated_text (null: none given), stated, departures, group.
    UserError for a snapshot.
    """
    rows = list_departures(dataset, question)
    if detail:
        names = ("customer_id", "left_on", "stated_text", "stated", "inferred", "evidence", "mrr", "segment")
        return name_groups(rows.sort("left_on", "customer_id").select(names), question)
    if texts:
        counted = rows.group_by("segment", "stated_text", "stated").agg(departures=pl.len().cast(pl.Int64))
        ordered = counted.sort("segment", "departures", "stated_text", descending=[False, True, False])
        return name_groups(ordered.select("stated_text", "stated", "departures", "segment"), question)
    return name_groups(_count_families(dataset, question, rows), question)


def coverage(dataset: Dataset, question: Question) -> pl.DataFrame:
    """How much is known: departures, stated (with a family), unmatched (a text without one), inferred, both (stated
    and inferred), agreed (both say the same), rate (stated ÷ departures), low, high (95 % Wilson), group."""
    rows = list_departures(dataset, question)
    has_stated, has_inferred = pl.col("stated") != UNKNOWN, pl.col("inferred") != UNKNOWN
    sums = rows.group_by("segment").agg(
        departures=pl.len().cast(pl.Int64),
        stated=has_stated.sum().cast(pl.Int64),
        unmatched=(~has_stated & pl.col("stated_text").is_not_null()).sum().cast(pl.Int64),
        inferred=has_inferred.sum().cast(pl.Int64),
        both=(has_stated & has_inferred).sum().cast(pl.Int64),
        agreed=_agrees().sum().cast(pl.Int64),
    )
    counts = [name for name in sums.columns if name != "segment"]
    groups = read_groups(dataset, question).select("segment")
    dense = groups.join(sums, on="segment", how="left", nulls_equal=True).with_columns(pl.col(counts).fill_null(0))
    rated = with_wilson(dense, "stated", "departures").sort("segment")
    return name_groups(rated.select(*counts, "rate", "low", "high", "segment"), question)


def list_departures(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per departure of the chosen periods: segment, customer_key, customer_id, left_on, stated_text, stated,
    inferred, evidence, reason (stated, else inferred), mrr (null without subscriptions), mrr_cents."""
    require_dates(dataset, "Reasons for leaving")
    read_groups(dataset, question)
    window = {**read_window(dataset, question), "days": RECORD_DAYS}
    gone = dataset.query("departure_reasons", question.chosen, **window)
    texts = gone["stated_text"].drop_nulls().unique()
    stated = pl.col("stated_text").replace_strict(
        {text: find_family(text) for text in texts}, default=UNKNOWN, return_dtype=pl.String
    )
    evidence = _infer(dataset, question, window)
    rows = gone.join(evidence, on=_STAY, how="left").with_columns(
        stated=stated, inferred=pl.col("inferred").fill_null(UNKNOWN)
    )
    known = pl.when(pl.col("stated") != UNKNOWN).then("stated").otherwise("inferred")
    mrr = in_currency("mrr_cents") if dataset.info.has("subscriptions") else pl.lit(None, pl.Float64)
    return rows.with_columns(reason=known, mrr=mrr)


def _infer(dataset: Dataset, question: Question, window: dict[str, object]) -> pl.DataFrame:
    """customer_key, left_on, inferred, evidence: the strongest record before each departure that has any."""
    n_known = count_records(dataset)
    found = dataset.query(
        "departure_evidence",
        question.chosen,
        slow_hours=dataset.info.settings.targets.get(TARGET, SLOW_HOURS),
        knows_answers=bool(n_known.get("first_response")),
        knows_solutions=bool(n_known.get("resolution")),
        # where silence itself is what counts as leaving, falling use says nothing more
        knows_use=dataset.info.recognised != "inactivity",
        # of buyers who owe us no next order, a single order tells nothing of what they expected
        knows_early=_observed_days(dataset) >= LEAST_DAYS and dataset.info.recognised != "inactivity",
        knows_contact=bool(n_known.get("answer")),
        knows_value=not dataset.fact("onboarding", "reached_on is not null limit 1").is_empty(),
        **window,
    )
    ranks = pl.DataFrame(
        [(one.name, one.family, one.words, rank) for rank, one in enumerate(EVIDENCE)],
        schema=["evidence", "inferred", "words", "rank"],
        orient="row",
    )
    pointers = found.join(ranks, on="evidence")
    comments = _read_comments(dataset, question, window).join(ranks.drop("inferred"), on="evidence")
    everything = pl.concat([pointers, comments.select(pointers.columns)]).sort(*_STAY, "rank", pl.col("on_day"))
    said = pl.format("{} {}", "words", pl.col("on_day").cast(pl.String))
    best = everything.group_by(_STAY, maintain_order=True).first()
    return best.select(*_STAY, "inferred", evidence=said)


def _observed_days(dataset: Dataset) -> int:
    first_on, as_of = dataset.info.first_on, dataset.info.as_of
    return (as_of - first_on).days if first_on and as_of else 0


def _read_comments(dataset: Dataset, question: Question, window: dict[str, object]) -> pl.DataFrame:
    """customer_key, left_on, evidence, on_day, inferred: the latest complaint whose words name a family."""
    comments = dataset.query("departure_comments", question.chosen, **window)
    families = {text: find_family(text) for text in comments["comment"].unique()}
    named = comments.with_columns(
        inferred=pl.col("comment").replace_strict(families, default=UNKNOWN, return_dtype=pl.String),
        evidence=pl.lit("comment"),
    ).filter(pl.col("inferred") != UNKNOWN)
    return named.sort(*_STAY, "on_day", "comment").group_by(_STAY, maintain_order=True).last()


def _count_families(dataset: Dataset, question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    order = pl.DataFrame({"reason": FAMILY_NAMES}).with_row_index("nth")
    grid = read_groups(dataset, question).select("segment").join(order, how="cross")
    counts = {
        "stated": rows.group_by("segment", reason="stated").agg(stated=pl.len()),
        "inferred": rows.group_by("segment", reason="inferred").agg(inferred=pl.len()),
        "departures": rows.group_by("segment", "reason").agg(departures=pl.len(), cents=pl.col("mrr_cents").sum()),
        "agreed": rows.filter(_agrees()).group_by("segment", reason="stated").agg(agreed=pl.len()),
    }
    for part in counts.values():
        grid = grid.join(part, on=["segment", "reason"], how="left", nulls_equal=True)
    filled = grid.with_columns(pl.col(*counts, "cents").fill_null(0).cast(pl.Int64)).sort("segment", "nth")
    mrr = in_currency("cents") if dataset.info.has("subscriptions") else pl.lit(None, pl.Float64)
    label = pl.col("reason").replace_strict(FAMILY_LABELS, return_dtype=pl.String)
    filled = filled.with_columns(everyone=pl.col("departures").sum().over("segment"), mrr=mrr, label=label)
    return with_wilson(filled, "departures", "everyone").rename({"rate": "share"}).select(_COLUMNS)


def _agrees() -> pl.Expr:
    return (pl.col("stated") == pl.col("inferred")) & (pl.col("stated") != UNKNOWN)

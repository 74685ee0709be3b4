"""Early signs: which of them come before departures, how long before, and which tell nothing."""

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.contract.signs import Sign
from analytics.metrics.cents import in_currency
from analytics.metrics.false_discovery import adjust_p_values
from analytics.metrics.question import Question, name_groups, read_groups, require_dates
from analytics.metrics.signals_added import NO_HISTORY, measure_added, read_past_scores
from analytics.metrics.signals_episodes import join_spells, number_spells, number_stays, read_stays
from analytics.metrics.signals_firings import list_signs, read_firings, read_kind_firings, say_what_lacks
from analytics.metrics.signals_verdicts import Background, Worth, lay_background, measure_sign
from analytics.store.dataset import Dataset

TELLS, TELLS_STAYING, NOTHING, TOO_FEW, LACKING = (
    "tells",
    "tells of staying",
    "tells nothing",
    "too few",
    "not computed",
)
LEVEL = 0.05  # of adjusted p-values
FEWEST_EXPECTED = 5  # departures expected among the alarms, below which silence proves nothing

SCHEMA = {
    "signal": pl.String,
    "customers": pl.Int64,
    "prevalence": pl.Float64,
    "churn_with": pl.Float64,
    "churn_without": pl.Float64,
    "lift": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "precision": pl.Float64,
    "recall": pl.Float64,
    "median_lead_days": pl.Float64,
    "adjusted_p": pl.Float64,
    "p_value": pl.Float64,
    "verdict": pl.String,
    "label": pl.String,
    "meaning": pl.String,
    "episodes": pl.Int64,
    "right": pl.Int64,
    "expected": pl.Float64,
    "left_in_gap": pl.Int64,
    "lead_quartile_1": pl.Float64,
    "lead_quartile_3": pl.Float64,
    "false_alarms_per_week": pl.Float64,
    "departures": pl.Int64,
    "added_value": pl.Float64,
    "added_low": pl.Float64,
    "added_high": pl.Float64,
    "reason": pl.String,
    "added_reason": pl.String,
}


def signals(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per early sign, those that tell most first; what cannot be computed comes last, with its reason.

    signal (name), customers (with a judged alarm), prevalence (share of all customer-days on which the sign is on),
    churn_with (share of judged alarms followed by a departure in (t + gap, t + gap + horizon]; gap and horizon of
    `[churn]`), churn_without (the same share of the customers at risk on the same days without the sign), lift (their
    quotient), low, high (95 %, sandwich by customer), precision (churn_with under the name it has for alarms), recall
    (departures that had an alarm in that time before them), median_lead_days (from alarm to departure, right alarms),
    adjusted_p (Benjamini–Hochberg over all signs of the answer), p_value, verdict, label, meaning, episodes (judged
    alarms), right and expected (of them followed by a departure; and had they been like the others), left_in_gap
    (left too soon for anybody to act; not right), lead_quartile_1 and _3 (days), false_alarms_per_week, departures,
    added_value, added_low, added_high (log-loss the risk score gains by the sign, 95 %, as `measure_added`; null with
    added_reason where no past scores are stored), reason (what is lacking), group. An alarm is the first firing after
    30 days without one. UserError for a snapshot.
    """
    require_dates(dataset, "Early signs")
    groups = read_groups(dataset, question)
    signs, lacking, spells = find_spells(dataset, question)
    stays, scores = read_stays(dataset, question.chosen), read_past_scores(dataset)
    parts = []
    for (segment,) in groups.select("segment").iter_rows():
        own = stays.filter(pl.col("segment").eq_missing(pl.lit(segment)))
        measured = _add_values(_measure(dataset, own, spells, signs), own, spells, scores)
        named = [*measured, *({**_name(sign), "verdict": LACKING, "reason": reason} for sign, reason in lacking)]
        parts.append(pl.DataFrame(named, schema=SCHEMA).with_columns(segment=pl.lit(segment, dtype=pl.String)))
    rows = _judge(pl.concat(parts), dataset.info.settings.low_n)
    return name_groups(rows, question)


def current_signs(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per customer and sign that is on at the end of the as-of day, the most recent alarm first.

    customer_id, sign, label, since (the alarm), last_on (last firing), mrr (currency a month), group.
    """
    require_dates(dataset, "Early signs")
    signs, _, spells = find_spells(dataset, question)
    is_on = (pl.col("until_on") > dataset.info.as_of) & pl.col("ended_on").is_null()
    payers = dataset.query("paid_now", question.chosen).with_columns(mrr=in_currency("mrr_cents"))
    on = spells.join(read_stays(dataset, question.chosen), on="stay").filter(is_on)
    rows = on.drop("segment").join(payers, on="customer_key").join(_labels(signs), on="sign")
    rows = rows.rename({"began_on": "since"}).sort("since", "customer_id", "sign", descending=[True, False, False])
    return name_groups(rows.select("customer_id", "sign", "label", "since", "last_on", "mrr", "segment"), question)


def sign_firings(dataset: Dataset, question: Question) -> pl.DataFrame:
    """One row per spell of a sign of the customers asked about, by time: what a customer's page shows.

    customer_id, sign, label, began_on (the alarm), last_on (last firing), until_on (first day on which it is off).
    For one customer ask with `where="customer_id = '…'"`.
    """
    require_dates(dataset, "Early signs")
    signs, _, spells = find_spells(dataset, question)
    stays = read_stays(dataset, question.chosen).select("stay", "customer_key")
    ids = dataset.query("paid_now", question.chosen).select("customer_key", "customer_id")
    rows = spells.join(stays, on="stay").join(ids, on="customer_key").join(_labels(signs), on="sign")
    return rows.select("customer_id", "sign", "label", "began_on", "last_on", "until_on").sort(
        "began_on", "customer_id", "sign"
    )


def find_spells(dataset: Dataset, question: Question) -> tuple[tuple[Sign, ...], list[tuple[Sign, str]], pl.DataFrame]:
    """The signs that can be computed, those that cannot with the reason, and the spells (as `join_spells`)."""
    lacking: list[tuple[Sign, str]] = []
    usable: list[Sign] = []
    parts = []
    for sign in list_signs(dataset):
        reason = say_what_lacks(dataset, sign)
        if not reason:
            try:
                parts.append(read_firings(dataset, question.chosen, [sign]))
            except UserError as error:  # a column of its own that this data set does not have
                reason = error.sentence
        if reason:
            lacking.append((sign, reason))
        else:
            usable.append(sign)
    taken = [sign.name for sign in usable] + [sign.name for sign, _ in lacking]
    kinds, firings = read_kind_firings(dataset, question.chosen, taken)
    return (*usable, *kinds), lacking, join_spells(pl.concat([*parts, firings]), read_stays(dataset, question.chosen))


def _measure(
    dataset: Dataset, own: pl.DataFrame, spells: pl.DataFrame, signs: tuple[Sign, ...]
) -> list[dict[str, object]]:
    """One row per sign over the stays of one group."""
    stays = number_stays(dataset, own)
    backgrounds = {days: lay_background(stays, days) for days in {sign.observed_days for sign in signs}}
    numbers = own.select("stay").with_row_index("nth").with_columns(pl.col("nth").cast(pl.Int64))
    local = spells.join(numbers, on="stay").drop("stay").rename({"nth": "stay"})
    by_sign = local.partition_by("sign", as_dict=True)
    empty = local.clear()
    rows = []
    for sign in signs:
        background = backgrounds[sign.observed_days]
        worth = measure_sign(background, number_spells(dataset, by_sign.get((sign.name,), empty)))
        rows.append({**_name(sign), **_describe(worth, background)})
    return rows


def _add_values(
    measured: list[dict[str, object]], own: pl.DataFrame, spells: pl.DataFrame, scores: pl.DataFrame | None
) -> list[dict[str, object]]:
    """The rows of one group with what each sign adds to the risk score."""
    if scores is None:
        return [{**row, "added_reason": NO_HISTORY} for row in measured]
    judged = scores.join(own.select("customer_key").unique(), on="customer_key", how="semi")
    if judged.is_empty():
        return measured
    with_keys = spells.join(own.select("stay", "customer_key"), on="stay")
    by_sign = {str(name): rows for (name,), rows in with_keys.partition_by("sign", as_dict=True).items()}
    added = measure_added(judged, by_sign)
    return [{**row, **added.get(str(row["signal"]), {})} for row in measured]


def _name(sign: Sign) -> dict[str, object]:
    return {"signal": sign.name, "label": sign.label, "meaning": sign.meaning}


def _describe(worth: Worth, background: Background) -> dict[str, object]:
    """The numbers of one sign under the names of the answer's columns."""
    n_alarms = worth.n_alarms
    precision = worth.n_right / n_alarms if n_alarms else None
    weeks = (background.stays.last_followed + 1) / 7
    quartiles = np.quantile(worth.leads, (0.25, 0.5, 0.75)).tolist() if len(worth.leads) else [None] * 3
    return {
        "customers": worth.n_customers,
        "prevalence": worth.on_share,
        "churn_with": precision,
        "churn_without": worth.churn_without,
        "lift": worth.lift,
        "low": worth.low,
        "high": worth.high,
        "precision": precision,
        "recall": worth.n_foreseen / worth.n_departures if worth.n_departures else None,
        "lead_quartile_1": quartiles[0],
        "median_lead_days": quartiles[1],
        "lead_quartile_3": quartiles[2],
        "p_value": worth.p_value,
        "episodes": n_alarms,
        "right": worth.n_right,
        "expected": worth.n_expected,
        "left_in_gap": worth.n_left_in_gap,
        "false_alarms_per_week": (n_alarms - worth.n_right) / weeks if weeks > 0 else None,
        "departures": worth.n_departures,
    }


def _judge(rows: pl.DataFrame, low_n: int) -> pl.DataFrame:
    """Adjusted p-values over all signs with enough customers, and the verdict in words."""
    is_lacking, is_few = pl.col("verdict") == LACKING, pl.col("customers") < low_n
    rows = rows.with_columns(p_value=pl.when(~is_few).then("p_value"))
    adjusted = adjust_p_values(rows["p_value"].fill_null(np.nan).to_numpy())
    rows = rows.with_columns(adjusted_p=pl.Series(adjusted).fill_nan(None))
    is_found = pl.col("adjusted_p") <= LEVEL
    verdict = (
        pl.when(is_lacking.fill_null(False)).then(pl.lit(LACKING))
        .when(is_found & (pl.col("low") > 1)).then(pl.lit(TELLS))
        .when(is_found & (pl.col("high") < 1)).then(pl.lit(TELLS_STAYING))
        .when(pl.col("p_value").is_null() | (pl.col("expected") < FEWEST_EXPECTED)).then(pl.lit(TOO_FEW))
        .otherwise(pl.lit(NOTHING))
    )  # fmt: skip
    order = {TELLS: 0, TELLS_STAYING: 1, NOTHING: 2, TOO_FEW: 3, LACKING: 4}
    rows = rows.with_columns(verdict=verdict)
    return rows.sort(
        "segment", pl.col("verdict").replace_strict(order), pl.col("lift").fill_null(0), "signal",
        descending=[False, False, True, False],
    )  # fmt: skip


def _labels(signs: tuple[Sign, ...]) -> pl.DataFrame:
    rows = [(sign.name, sign.label) for sign in signs]
    return pl.DataFrame(rows, schema={"sign": pl.String, "label": pl.String}, orient="row")

"""What the revenue page's titles say, computed from its rows."""

import datetime as dt
from typing import Any

import polars as pl

from analytics.charts.wording import say_amount, say_name, say_percent, say_period
from analytics.metrics.movements import KINDS
from analytics.metrics.periods import FINAL

MOVED_BY = {
    "new": "new customers",
    "reactivation": "customers who came back",
    "expansion": "customers who pay more",
    "contraction": "customers who pay less",
    "churn": "customers who left",
}
PAYMENT_FAILURE = "payment_failure"


def say_net_change(row: dict[str, Any], period: str, sign: str) -> str:
    """Where a period took the revenue. row: one of `movements`."""
    net = _cents(row["closing"]) - _cents(row["opening"])
    name, open_yet = say_period(row["period"], period), row["state"] != FINAL
    when = f"so far in {name}, which is not over" if open_yet else f"in {name}"
    closing = say_amount(row["closing"], sign)
    if not net:
        return f"Monthly revenue stayed at {closing} {when}"
    verb = "rose" if net > 0 else "fell"
    return f"Monthly revenue {verb} by {say_amount(abs(net) / 100, sign)} to {closing} {when}"


def say_biggest_part(row: dict[str, Any], sign: str) -> str:
    """Which kind of movement moved most. row: one of `movements`."""
    kind = max(KINDS, key=lambda name: abs(row[name]))
    if not row[kind]:
        return "Nothing moved"
    return f"{MOVED_BY[kind].capitalize()} moved most: {_signed(row[kind], sign)}"


def say_won_and_lost(row: dict[str, Any], paying: int, sign: str) -> str:
    """What came in, what was lost, and how many pay at the end. row: one of `movements`."""
    won = sum(row[kind] for kind in KINDS if row[kind] > 0)
    lost = -sum(row[kind] for kind in KINDS if row[kind] < 0)
    payers = "1 customer pays" if paying == 1 else f"{paying:,} customers pay"
    return f"**{say_amount(won, sign)}** won and **{say_amount(lost, sign)}** lost; {payers}."


def say_check(rows: pl.DataFrame, shown: dict[str, Any], sign: str) -> str:
    """The bridge of one period added up in full, and in how many of all it closes. rows: those of `movements`."""
    steps = " ".join(f"{'−' if shown[kind] < 0 else '+'} {_exact(abs(shown[kind]), sign)}" for kind in KINDS)
    sums = f"{_exact(shown['opening'], sign)} {steps} = {_exact(shown['closing'], sign)}"
    n_closed = sum(_closes(row) for row in rows.iter_rows(named=True))
    verdict = "closes to the cent" if n_closed == rows.height else "does not close everywhere"
    return f"Opening + movements = closing: {sums}. The bridge {verdict}, in {n_closed} of {rows.height} periods."


def say_course(rows: pl.DataFrame, period: str, sign: str) -> str:
    """How often revenue grew, and which loss was greatest over all finished periods. rows: those of `movements`."""
    final = rows.filter(pl.col("state") == FINAL)
    if final.is_empty():
        return f"No {period} is over yet"
    grew = final.filter(pl.col("closing") > pl.col("opening")).height
    periods = f"{final.height} finished {period}{'' if final.height == 1 else 's'}"
    told = f"Revenue grew in {grew} of {periods}"
    lost = {kind: float(final[kind].sum()) for kind in ("contraction", "churn")}
    worst = min(lost, key=lambda kind: lost[kind])
    if not lost[worst]:
        return f"{told}; nothing was lost"
    return f"{told}; {MOVED_BY[worst]} cost most, {say_amount(-lost[worst], sign)} in all"


def say_bar(people: pl.DataFrame, period: str, start: dt.date, kind: str, sign: str) -> str:
    """Who is behind a bar, and what their changes sum to, to the cent. people: the rows of `bar_customers`."""
    customers, changes = people["customer_id"].n_unique(), people.height
    total = _exact(abs(float(people["change"].sum())), sign)
    direction = "−" if people["change"].sum() < 0 else "+"
    told = f"**{customers:,} customer{'' if customers == 1 else 's'}**, {say_name(kind).lower()} of "
    told += f"**{direction}{total}** a month in {say_period(start, period)}"
    return told + (f", in {changes:,} changes." if changes != customers else ".")


def say_kept(rows: pl.DataFrame, period: str, low_n: int) -> str:
    """How much of the revenue the same customers still bring. rows: those of `revenue`, without groups."""
    last = _last_known(rows, "gross_retention", low_n)
    if last is None:
        return f"No {period} is over yet for {low_n} paying customers"
    gross, net = say_percent(last["gross_retention"]), say_percent(last["net_retention"])
    name = say_period(last["period"], period)
    if last["gross_retention"] == 1 and last["net_retention"] == 1:
        return f"All of the revenue was kept in {name}, and none was added by the same customers"
    if last["net_retention"] >= 1:
        return f"Customers of {name} bring {net} of what they brought before: growth makes up for every loss"
    return f"{gross} of the revenue was kept in {name}, {net} with growth of the same customers"


def say_quick_ratio(rows: pl.DataFrame, period: str, low_n: int) -> str:
    """What is won for each unit lost. rows: those of `revenue`, without groups."""
    last = _last_known(rows, "quick_ratio", low_n)
    if _known(rows, "arpa", low_n).is_empty():
        return f"No {period} is over yet for {low_n} paying customers"
    if last is None:
        return f"No finished {period} lost any revenue"
    return f"{last['quick_ratio']:.1f} won for each 1 lost in {say_period(last['period'], period)}"


def say_arpa(rows: pl.DataFrame, period: str, sign: str, low_n: int) -> str:
    """What a paying customer brings a month, and where it came from. rows: those of `revenue`, without groups."""
    known = _known(rows, "arpa", low_n)
    if known.is_empty():
        return f"No {period} is over yet for {low_n} paying customers"
    first, last = known.row(0, named=True), known.row(-1, named=True)
    told = f"A customer pays {say_price(last['arpa'], sign)} a month"
    if known.height == 1:
        return told
    return f"{told}, {say_price(first['arpa'], sign)} in {say_period(first['period'], period)}"


def say_price(amount: float | None, sign: str) -> str:
    """What one customer pays, in cents where it is little."""
    return _exact(amount, sign) if amount is not None and abs(amount) < 1000 else say_amount(amount, sign)


def say_ratio(ratio: float | None) -> str:
    """A ratio with one digit; a dash where nothing was lost."""
    return "–" if ratio is None else f"{ratio:,.1f}"


def say_departures(shares: pl.DataFrame) -> str:
    """How many of all departures are payments that failed. shares: the rows of `departure_shares` without groups."""
    failed = shares.filter((pl.col("kind") == PAYMENT_FAILURE) & (pl.col("departures") > 0))
    if failed.is_empty():
        return "Nobody has left in a period that is over"
    row = failed.row(0, named=True)
    if not row["churned"]:
        return f"None of the {row['departures']:,} departures is known to be a payment that failed"
    told = f"{say_percent(row['share'], 0)} of departures are payments that failed"
    return f"{told}: {row['churned']:,} of {row['departures']:,}"


def say_departures_basis(shares: pl.DataFrame, sign: str) -> str:
    """The interval of that share, what it cost, and how many departures nobody knows the kind of."""
    rows = {row["kind"]: row for row in shares.iter_rows(named=True)}
    failed = rows.get(PAYMENT_FAILURE)
    if failed is None or failed["share"] is None:
        return ""
    told = f"95 % interval {say_percent(failed['low'], 0)} to {say_percent(failed['high'], 0)}"
    if failed["mrr_lost"] is not None:
        told += f"; {say_amount(failed['mrr_lost'], sign)} a month went with them"
    unknown = rows["unknown"]["churned"]
    return told + (f". Of {unknown:,} neither a reason nor a bill is known." if unknown else ".")


def say_worth_of_customers(values: pl.DataFrame, sign: str) -> str:
    """What a customer is worth, or which group is worth most. values: the rows of `value` by group."""
    known = values.drop_nulls("lifetime_value").sort("lifetime_value", descending=True)
    if known.is_empty():
        return f"Too few have left{' any group' if values.height > 1 else ''} to say what a customer is worth"
    best, worst = known.row(0, named=True), known.row(-1, named=True)
    months = f"in the next {best['horizon_months']} months"
    if values.height == 1:
        return f"A customer is worth {say_amount(best['lifetime_value'], sign)} {months}"
    told = f"{say_amount(best['lifetime_value'], sign)} against {say_amount(worst['lifetime_value'], sign)}"
    if known.height == 1 or best["low"] <= worst["high"]:
        return f"The groups' values do not differ beyond chance {months}"
    return f"{best['group']} is worth most, {worst['group']} least: {told} {months}"


def _last_known(rows: pl.DataFrame, column: str, low_n: int) -> dict[str, Any] | None:
    known = _known(rows, column, low_n)
    return known.row(-1, named=True) if known.height else None


def _known(rows: pl.DataFrame, column: str, low_n: int) -> pl.DataFrame:
    return rows.filter((pl.col("state") == FINAL) & (pl.col("customers") >= low_n)).drop_nulls(column)


def _closes(row: dict[str, Any]) -> bool:
    return _cents(row["opening"]) + sum(_cents(row[kind]) for kind in KINDS) == _cents(row["closing"])


def _cents(amount: float) -> int:
    return round(amount * 100)


def _exact(amount: float, sign: str) -> str:
    return f"{sign}{amount:,.2f}"


def _signed(amount: float, sign: str) -> str:
    return f"{'+' if amount > 0 else ''}{say_amount(amount, sign)}"

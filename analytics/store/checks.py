"""What a build must satisfy before anybody may read it."""

import duckdb

from analytics.store.facts import Fact


class FactError(RuntimeError):
    """A fact breaks its contract: the build is not published."""


def check_fact(connection: duckdb.DuckDBPyConnection, fact: Fact) -> None:
    """FactError when the fact's key is empty anywhere or occurs twice."""
    if not fact.key:
        return
    keys = ", ".join(fact.key)
    empty = " or ".join(f"{key} is null" for key in fact.key)
    n_rows, n_keys, n_empty = connection.sql(
        f"select count(*), count(distinct ({keys})), count(*) filter (where {empty}) from {fact.name}"
    ).fetchall()[0]
    if n_rows != n_keys or n_empty:
        raise FactError(f"{fact.name}: {n_rows} rows, {n_keys} keys ({keys}), {n_empty} with an empty key")


IDENTITIES = {
    "opening plus movements is closing, for every customer and month": """
        select count(*) from customer_months as m
        left join (select customer_key, month_index, sum(change_cents) as change_cents from mrr_movements group by
        all) as c
          using (customer_key, month_index)
        where m.mrr_start_cents + coalesce(c.change_cents, 0) <> m.mrr_end_cents""",
    "one month closes where the next one opens": """
        select count(*) from (
          select mrr_start_cents - lag(mrr_end_cents) over w as jump, is_active_start - lag(is_active_end) over w as
          turn
          from customer_months window w as (partition by customer_key order by month_index))
        where jump <> 0 or turn <> 0""",
    "revenue is never negative": "select count(*) from mrr_movements where after_cents < 0",
    "days of the month add up to the stretches": """
        select abs((select coalesce(sum(active_days), 0) from customer_months) - (select coalesce(sum(
          date_diff('day', started_on, coalesce(ended_on, (select max(observed_until) from months)))), 0) from
          active_spans))""",
    "one stage at a time, without a gap": """
        select count(*) from (
          select started_on, lag(ended_on) over (partition by customer_key order by started_on) as
          previous_ended_on, nth
          from (select *, row_number() over (partition by customer_key order by started_on) as nth from stage_episodes))
        where nth > 1 and previous_ended_on <> started_on""",
}


def check_identities(connection: duckdb.DuckDBPyConnection) -> None:
    """FactError naming the first accounting identity that does not hold."""
    for sentence, text in IDENTITIES.items():
        n_broken = connection.sql(text).fetchall()[0][0]
        if n_broken:
            raise FactError(f"{sentence}: {n_broken} exceptions")

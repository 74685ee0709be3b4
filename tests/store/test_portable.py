"""Every construct a SQL file may use has one meaning, a tiny query with a literal answer; every file keeps to them."""

import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from analytics.store.facts import FACTS, Fact
from analytics.store.portable import DUCKDB_PRELUDE, VOCABULARY, lint, parameters, to_spark

SQL = Path(__file__).parents[2] / "analytics" / "store" / "sql"
FILES = sorted(SQL.rglob("*.sql"))

ENDS = (dt.date(2024, 2, 29), dt.date(2024, 5, 15))
BACK = (dt.date(2023, 12, 31), dt.date(2024, 1, 15))
T = (
    "(select 1 as i, cast('2024-01-31' as date) as d union all select 2 as i, cast('2024-03-15' as date) as d"
    " union all select cast(null as int) as i, cast(null as date) as d) as t"
)
RUNNING = "rows between unbounded preceding and current row"
# text: the rows every engine must give
PROBES: dict[str, list[tuple[object, ...]]] = {
    f"select add_months(t.d, t.i) as x from {T} order by t.i": [(ENDS[0],), (ENDS[1],), (None,)],
    f"select add_months(t.d, -t.i) as x from {T} order by t.i": [(BACK[0],), (BACK[1],), (None,)],
    f"select date_diff('day', cast('2024-01-01' as date), t.d) as x from {T} order by t.i": [(30,), (74,), (None,)],
    "select date_diff('second', cast('2024-01-01 00:00:00' as timestamp),"
    " cast('2024-01-01 01:00:01' as timestamp)) as x": [(3601,)],
    f"select t.i / 2 as x, t.i * 3 as y, t.i + 1 as z, t.i - 1 as w from {T} where t.i is not null order by t.i": [
        (0.5, 3, 2, 0), (1.0, 6, 3, 1)
    ],
    f"select t.i / nullif(t.i - 1, 0) as x from {T} order by t.i": [(None,), (2.0,), (None,)],
    f"select lag(t.i) over (order by t.d) as a, lead(t.i) over (order by t.d) as b,"
    f" row_number() over (order by t.d) as c from {T} where t.i is not null order by c": [(None, 2, 1), (1, None, 2)],
    f"select t.i, last_value(t.i ignore nulls) over (order by t.d desc {RUNNING}) as x from {T}"
    " where t.i is not null order by t.i": [
        (1, 1), (2, 2)
    ],
    f"select sum(t.i) over (order by t.d {RUNNING}) as x from {T} where t.i is not null order by x": [(1,), (3,)],
    f"select sum(t.i) over w as x, count(*) over w as n from {T} where t.i is not null"
    f" window w as (order by t.d {RUNNING}) order by x": [(1, 1), (3, 2)],
    f"select count(*) as a, count(t.i) as b, sum(t.i) as c, count(distinct t.d) as d, avg(t.i) as e,"
    f" min(t.d) as f, max(t.i) as g from {T}": [(3, 2, 3, 2, 1.5, dt.date(2024, 1, 31), 2)],
    f"select sum(t.i) as a, min(t.i) as b, count(*) as c from {T} where t.i > 5": [(None, None, 0)],
    f"select coalesce(t.i, 0) as a, nullif(t.i, 1) as b, case when t.i > 1 then 'a' end as c, t.i between 1 and 1 as d"
    f" from {T} order by a": [(0, None, None, None), (1, None, None, True), (2, 2, "a", False)],
    f"select t.i from {T} where (t.i >= 1 and t.i <= 1) or not (t.i <> 2) or t.i < 1 order by t.i": [(1,), (2,)],
    f"select t.i from {T} where t.i in (1, 3) and t.i = 1 and true": [(1,)],
    "select ln(1e0) as a, exp(0e0) as b, sqrt(4e0) as c, abs(-3) as d, round(25e-1) as e, round(-25e-1) as f": [
        (0.0, 1.0, 2.0, 3, 3.0, -3.0)
    ],
    f"with a as (select t.i from {T}) select a.i, count(*) as n from a left join a as b on b.i = a.i group by a.i"
    " having count(*) > 0 order by a.i": [(1, 1), (2, 1), (None, 1)],
    "select distinct x.i from (select 1 as i union select 1 as i union all select 1 as i) as x": [(1,)],
    "select cast($n as bigint) as x": [(7,)],
}  # fmt: skip
# Idioms that translate without complaint and then mean something else, or do not run
TRAPS = (
    "select date_diff('month', a, b) as x from t",
    "select date_diff('hour', a, b) as x from t",
    "select date_trunc('month', a) as x from t",
    "select a + interval 5 day as x from t",
    "select percentile_cont(0.5) within group (order by a) as x from t",
    "select median(a) as x from t",
    "select list(a) as x from t",
    "select hash(a) as x from t",
    "select isodow(a) as x from t",
    "select count_if(a) as x from t",
    "select a.x from a asof join b on a.i = b.i and a.d >= b.d",
    "select a.x from a nearest join b using (i, d)",
    "select a / b as x from t",
    "select * from t",
    "select 1.5 * a as x from t",
    "select a::decimal(9,2) as x from t",
    "select cast(a as varchar(3)) as x from t",
    "select sum(a) over (partition by b order by c) as x from t",
    "select sum(a) over (order by d range between interval 3 day preceding and current row) as x from t",
    "select now() as x from t",
    "select any_value(a) as x from t",
    "select a from t limit 3",
    "select unnest(range(3)) as x",
    "select a from t qualify row_number() over (order by a) = 1",
)


def node_names(sql: str) -> set[str]:
    return {type(node).__name__ for node in sqlglot.parse_one(sql, read="duckdb").walk()}


@pytest.mark.parametrize("sql", PROBES)
def test_a_construct_gives_its_literal_answer_on_duckdb(sql: str):
    connection = duckdb.connect()
    connection.execute(DUCKDB_PRELUDE).fetchall()
    values = {"n": 7} if parameters(sql) else None
    assert connection.execute(sql, values).fetchall() == PROBES[sql]


@pytest.mark.parametrize("sql", PROBES)
def test_a_probe_is_inside_the_vocabulary_and_can_be_said_in_sparks_words(sql: str):
    assert lint(sql) == []
    assert to_spark(sql)


def test_every_word_of_the_vocabulary_has_a_probe():
    probed = set().union(*(node_names(sql) for sql in PROBES))
    assert set(VOCABULARY) - probed == set()


@pytest.mark.parametrize("sql", TRAPS)
def test_what_does_not_travel_is_refused(sql: str):
    assert lint(sql)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_sql_file_is_one_portable_select_that_says_its_grain(path: Path):
    text = path.read_text(encoding="utf-8")
    assert re.match(r"-- one row per \w+", text), "line 1 says what one row is"
    assert len(sqlglot.parse(text, read="duckdb")) == 1
    assert lint(text) == []
    assert to_spark(text)


def test_every_fact_has_its_file_and_every_file_its_fact():
    assert {path.stem for path in (SQL / "facts").glob("*.sql")} == {fact.name for fact in FACTS}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_facts_declared_columns_are_the_ones_it_selects(fact: Fact):
    tree = sqlglot.parse_one(fact.sql, read="duckdb")
    first = tree.find(exp.Select) if isinstance(tree, exp.Union) else tree
    names = first.named_selects
    assert sorted(names) == sorted(fact.columns)
    assert set(fact.key) | set(fact.order) <= set(fact.columns)


@pytest.mark.parametrize("path", sorted((SQL / "queries").glob("*.sql")), ids=lambda path: path.stem)
def test_a_querys_totals_leave_as_plain_numbers(path: Path):
    """sum(integer) is a wide decimal that later divides as an integer: the outermost select casts."""
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")
    for column in tree.selects:
        inner = column.unalias()
        if isinstance(inner, exp.Cast):
            continue
        bare = [node for node in inner.find_all(exp.Sum, exp.Count) if not _is_over_doubles(node)]
        assert not bare, f"{column.alias_or_name} of {path.stem} needs a cast"


def _is_over_doubles(node: exp.Expression) -> bool:
    return any(literal.name.endswith("e0") for literal in node.find_all(exp.Literal))

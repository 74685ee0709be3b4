-- one row per term end of a paid period: the window before it, closed by the term's end or by leaving
with anchored as (
  select customer_key, source_row, started_on, ended_on, term_months,
    coalesce(renews_on, add_months(started_on, term_months)) as anchor_on
  from spans
  where is_paid = 1 and term_months >= $renewal_min_term_months
),
terms as (
  select distinct a.customer_key, a.source_row, a.started_on, a.ended_on, add_months(a.anchor_on, a.term_months * n.n) as term_ends_on
  from anchored as a
  join integers as n on n.n between -60 and 60
)
select t.customer_key, t.source_row, t.term_ends_on,
  case when w.day > t.started_on then w.day else t.started_on end as opens_on,
  case when t.ended_on < t.term_ends_on then t.ended_on else t.term_ends_on end as closes_on
from terms as t
join days as d on d.day = t.term_ends_on
join days as w on w.day_index = d.day_index - $renewal_days
where t.term_ends_on > t.started_on and w.day <= $as_of and (t.ended_on is null or t.ended_on > w.day)

-- one row per customer and month from the first active month to the month of the as-of day, with or without activity
-- start and end mean just before the month's first day and just before the next month's (or after the as-of day)
with joined as (
  select customer_key, min(started_on) as first_on from active_spans group by customer_key
),
edges as (
  select a.customer_key, d.month_index, 1 as n_started, 0 as n_ended, date_diff('day', a.started_on, m.observed_until) as days
  from active_spans as a
  join days as d on d.day = a.started_on
  join months as m on m.month_index = d.month_index
  union all
  select a.customer_key, d.month_index, 0 as n_started, 1 as n_ended, -date_diff('day', a.ended_on, m.observed_until) as days
  from active_spans as a
  join days as d on d.day = a.ended_on
  join months as m on m.month_index = d.month_index
),
turns as (
  select customer_key, month_index, sum(n_started) as n_started, sum(n_ended) as n_ended, sum(days) as days
  from edges group by customer_key, month_index
),
money as (
  select customer_key, month_index, sum(change_cents) as change_cents from mrr_movements group by customer_key, month_index
),
levels as (
  select j.customer_key, m.month_index, m.starts_on, m.observed_until,
    m.month_index - f.month_index as age_months,
    coalesce(t.n_started, 0) as n_started, coalesce(t.n_ended, 0) as n_ended, coalesce(t.days, 0) as days,
    coalesce(c.change_cents, 0) as change_cents,
    sum(coalesce(t.n_started, 0) - coalesce(t.n_ended, 0)) over w as active_end,
    sum(coalesce(c.change_cents, 0)) over w as mrr_end_cents
  from joined as j
  join days as f on f.day = j.first_on
  join months as m on m.month_index >= f.month_index
  left join turns as t on t.customer_key = j.customer_key and t.month_index = m.month_index
  left join money as c on c.customer_key = j.customer_key and c.month_index = m.month_index
  window w as (partition by j.customer_key order by m.month_index rows between unbounded preceding and current row)
)
select customer_key, month_index, starts_on, age_months,
  active_end - n_started + n_ended as is_active_start, active_end as is_active_end,
  case when active_end + n_ended > 0 then 1 else 0 end as was_active,
  n_started, n_ended,
  (active_end - n_started + n_ended) * date_diff('day', starts_on, observed_until) + days as active_days,
  mrr_end_cents - change_cents as mrr_start_cents, mrr_end_cents
from levels

-- one row per segment and period in which anybody came or left: customers by what their state did in it
-- a customer's stretches never touch, so at the period's start they were here exactly when the first thing in it is a departure
with edges as (
  select a.customer_key, p.period_index, a.started_on, cast(null as date) as ended_on, case when a.nth = 1 then 1 else 0 end as is_first
  from active_spans as a
  join day_periods as p on p.day = a.started_on
  where p.grain = $grain
  union all
  select a.customer_key, p.period_index, cast(null as date) as started_on, a.ended_on, 0 as is_first
  from active_spans as a
  join day_periods as p on p.day = a.ended_on
  where p.grain = $grain
),
turns as (
  select customer_key, period_index, count(started_on) as n_started, count(ended_on) as n_ended, max(is_first) as is_acquired,
    case when min(ended_on) is not null and (min(started_on) is null or min(ended_on) < min(started_on)) then 1 else 0 end as was_here
  from edges
  group by customer_key, period_index
)
select c.segment, t.period_index,
  cast(sum(t.n_started - t.n_ended) as bigint) as net,
  cast(sum(case when t.n_ended > 0 then 1 else 0 end) as bigint) as churned,
  cast(sum(case when t.n_ended > 0 then t.was_here else 0 end) as bigint) as existing_churned,
  cast(sum(case when t.was_here + t.n_started - t.n_ended = 0 then t.was_here else 0 end) as bigint) as gone,
  cast(sum(1 - t.was_here) as bigint) as joined,
  cast(sum(t.is_acquired) as bigint) as acquired
from turns as t
join chosen as c on c.customer_key = t.customer_key
group by c.segment, t.period_index

-- one row per segment and period: customers who became active in it, for the first time or again, and who fell silent in it
-- a stretch is a run of periods in a row (an event alone: one period); last_index is empty while a customer is here
with stretches as (
  select customer_key, period_index as first_index, period_index as last_index
  from activity_periods
  where basis = 'event' and grain = $grain and $basis = 'event' and $event = ''
  union all
  select e.customer_key, p.period_index as first_index, p.period_index as last_index
  from event_days as e
  join day_periods as p on p.day = e.day
  where p.grain = 'day' and $grain = 'day' and $basis = 'event' and $event = ''
  union all
  select distinct d.customer_key, p.period_index as first_index, p.period_index as last_index
  from customer_days as d
  join kinds as k on k.kind_key = d.kind_key
  join day_periods as p on p.day = d.day
  where p.grain = $grain and k.source = 'event' and k.name = $event and $event <> ''
  union all
  select a.customer_key, s.period_index as first_index,
    case when a.ended_on > e.starts_on then e.period_index else e.period_index - 1 end as last_index
  from active_spans as a
  join day_periods as s on s.day = a.started_on and s.grain = $grain
  left join day_periods as l on l.day = a.ended_on and l.grain = $grain
  left join periods as e on e.grain = $grain and e.period_index = l.period_index
  where $basis = 'subscribed' and $event = ''
),
placed as (
  select customer_key, first_index, last_index,
    lag(last_index) over (partition by customer_key order by first_index) as before_index,
    lead(first_index) over (partition by customer_key order by first_index) as next_index,
    row_number() over (partition by customer_key order by first_index) as nth
  from stretches
),
turns as (
  select customer_key, first_index as period_index, case when nth = 1 then 1 else 0 end as came,
    case when nth > 1 then 1 else 0 end as came_back, 0 as fell_silent
  from placed
  where nth = 1 or first_index > before_index + 1
  union all
  select customer_key, last_index + 1 as period_index, 0 as came, 0 as came_back, 1 as fell_silent
  from placed
  where last_index is not null and (next_index is null or next_index > last_index + 1)
)
select c.segment, t.period_index, cast(sum(t.came) as bigint) as came, cast(sum(t.came_back) as bigint) as came_back,
  cast(sum(t.fell_silent) as bigint) as fell_silent
from turns as t
join chosen as c on c.customer_key = t.customer_key
group by c.segment, t.period_index

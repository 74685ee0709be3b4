-- one row per order (the events of a customer under one event_id, or at one instant, that bring money), with its neighbours
with lines as (
  select customer_key, event_id, case when event_id is null then occurred_at end as at_once, occurred_at, occurred_on, amount
  from events
  where amount is not null
),
placed as (
  select customer_key, min(occurred_at) as ordered_at, min(occurred_on) as ordered_on
  from lines
  group by customer_key, event_id, at_once
  having sum(amount) > 0
),
spaced as (
  select customer_key, ordered_on, lag(ordered_on) over (partition by customer_key order by ordered_at) as previous_on,
    lead(ordered_on) over (partition by customer_key order by ordered_at) as next_on,
    date_diff('second', lag(ordered_at) over (partition by customer_key order by ordered_at), ordered_at) / 86400e0 as gap_days
  from placed
)
select c.segment, p.period_index, s.ordered_on, s.previous_on, s.next_on, s.gap_days
from spaced as s
join chosen as c on c.customer_key = s.customer_key
join day_periods as p on p.day = s.ordered_on
where p.grain = $grain

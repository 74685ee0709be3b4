-- one row per customer and snapshot: days since the last event, and onboarding steps done, from everything before the day
with steps as (
  select e.customer_key, e.occurred_on,
    case when k.name = $onboarding_event and k.name <> '' then 1 else 0 end as is_step
  from events as e
  join kinds as k on k.kind_key = e.kind_key
),
daily as (
  select customer_key, occurred_on as day, sum(is_step) as n_steps from steps group by customer_key, occurred_on
),
marks as (
  select customer_key, day, 0 as is_snapshot, day as event_on, n_steps from daily
  union all
  select customer_key, snapshot_on as day, -1 as is_snapshot, cast(null as date) as event_on, 0 as n_steps from at_risk
),
known as (
  select customer_key, day, is_snapshot,
    last_value(event_on ignore nulls) over w as last_event_on,
    sum(n_steps) over w as n_steps
  from marks
  window w as (partition by customer_key order by day, is_snapshot rows between unbounded preceding and current row)
)
select customer_key, day as snapshot_on, date_diff('day', last_event_on, day) as days_since_event, n_steps
from known
where is_snapshot = -1

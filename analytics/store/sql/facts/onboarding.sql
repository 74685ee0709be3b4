-- one row per customer ever active: when onboarding ended, by first value, by finished steps, or by time
with joined as (
  select customer_key, started_on as joined_on from lifetimes
),
steps as (
  select e.customer_key, e.occurred_on, k.name,
    row_number() over (partition by e.customer_key, k.name order by e.occurred_at, e.source_row) as nth
  from events as e
  join kinds as k on k.kind_key = e.kind_key
  where k.name in ($value_event, $onboarding_event) and k.name <> ''
),
reached as (
  select customer_key, min(occurred_on) as reached_on
  from steps
  where (name = $value_event and nth = 1) or (name = $onboarding_event and nth = $onboarding_needed)
  group by customer_key
)
select j.customer_key, j.joined_on, r.reached_on,
  case when r.reached_on < l.day then (case when r.reached_on > j.joined_on then r.reached_on else j.joined_on end)
       else l.day end as ended_on
from joined as j
join days as d on d.day = j.joined_on
join days as l on l.day_index = d.day_index + $onboarding_days
left join reached as r on r.customer_key = j.customer_key

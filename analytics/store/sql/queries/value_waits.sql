-- one row per segment, length (days) and outcome of a wait for a first event, of customers whose first stretch began in the window
-- reached: the event came while they were there (before they joined: at once); churned: they left without it; empty: waiting
with first_days as (
  select d.customer_key, min(d.day) as reached_on
  from customer_days as d
  join kinds as k on k.kind_key = d.kind_key
  where k.source = 'event' and k.name = $event
  group by d.customer_key
),
waits as (
  select c.segment, l.started_on, l.duration_days, f.reached_on,
    case when f.reached_on < l.ended_on or (f.reached_on is not null and l.ended_on is null) then 'reached'
         when l.ended_on is not null then 'churned' end as cause
  from lifetimes as l
  join chosen as c on c.customer_key = l.customer_key
  left join first_days as f on f.customer_key = l.customer_key
  where l.started_on >= $from_on and l.started_on < $until_on
),
timed as (
  select segment, cause,
    case when cause is null or cause = 'churned' then duration_days
         when reached_on <= started_on then 0
         else date_diff('day', started_on, reached_on) end as time
  from waits
)
select segment, cause, time, cast(sum(case when cause is null then 0 else 1 end) as double) as events,
  cast(sum(case when cause is null then 1 else 0 end) as double) as censored
from timed
group by segment, cause, time

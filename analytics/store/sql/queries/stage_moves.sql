-- one row per segment, fold of customers (0 to 99), day (0 = $since_on) and move between stages, churned included: customers
-- from_stage is empty for who came on that day, and, on day -1, for who was there on the eve of the first
with folded as (
  select c.segment, c.customer_key, c.customer_key - 100 * cast(round(c.customer_key / 100e0 - 495e-3) as bigint) as fold
  from chosen as c
),
moves as (
  select e.customer_key, date_diff('day', $since_on, e.ended_on) as day, e.stage as from_stage, e.next_stage as to_stage
  from stage_episodes as e
  where e.ended_on >= $since_on and e.ended_on < $until_on
  union all
  select e.customer_key, -1 as day, null as from_stage, e.stage as to_stage
  from stage_episodes as e
  where e.started_on < $since_on and (e.ended_on is null or e.ended_on >= $since_on)
  union all
  select e.customer_key, date_diff('day', $since_on, e.started_on) as day, null as from_stage, e.stage as to_stage
  from stage_episodes as e
  join lifetimes as l on l.customer_key = e.customer_key and l.started_on = e.started_on
  where e.started_on >= $since_on and e.started_on < $until_on
)
select f.segment, f.fold, m.day, m.from_stage, m.to_stage, cast(count(*) as bigint) as customers
from moves as m
join folded as f on f.customer_key = m.customer_key
group by f.segment, f.fold, m.day, m.from_stage, m.to_stage

-- one row per segment and stage: stays in it and what became of them inside the window (until_on is the first day after it)
with seen as (
  select c.segment, e.customer_key, e.stage, e.started_on, e.ended_on, e.next_stage,
    case when e.started_on > $from_on then e.started_on else $from_on end as seen_from,
    case when e.ended_on < $until_on then e.ended_on else $until_on end as seen_until
  from stage_episodes as e
  join chosen as c on c.customer_key = e.customer_key
  where e.stage <> 'churned' and e.started_on < $until_on and (e.ended_on is null or e.ended_on >= $from_on)
),
told as (
  select segment, customer_key, stage, ended_on, date_diff('day', seen_from, seen_until) as days,
    case when started_on >= $from_on then 1 else 0 end as entered,
    case when ended_on < $until_on and next_stage = 'churned' then 1 else 0 end as churned,
    case when ended_on < $until_on and next_stage <> 'churned' then 1 else 0 end as moved_on
  from seen
),
parts as (
  select segment, stage, 1 as stays, entered, churned, moved_on, days, 0 as lost_cents from told
  union all
  -- what a customer paid on the eve of leaving is the sum of all changes before that day
  select t.segment, t.stage, 0 as stays, 0 as entered, 0 as churned, 0 as moved_on, 0 as days, m.change_cents as lost_cents
  from told as t
  join mrr_movements as m on m.customer_key = t.customer_key and m.moved_on < t.ended_on
  where t.churned = 1
)
select segment, stage, cast(sum(entered) as bigint) as entered, cast(sum(stays - churned - moved_on) as bigint) as still_in,
  cast(sum(moved_on) as bigint) as moved_on, cast(sum(churned) as bigint) as churned, cast(sum(days) as bigint) as days,
  cast(sum(lost_cents) as bigint) as lost_cents
from parts
group by segment, stage

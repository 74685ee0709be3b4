-- one row per segment, stage, sign ('stay': the stay itself), first and last day of a stay on which it shows, and whether the customer left then
-- days count from the stay's first (0); a sign shows on a day when records of the days before it say so; several stays may share a row
with begun as (
  select c.segment, e.customer_key, e.stage, e.started_on, e.ended_on,
    case when e.next_stage = 'churned' then 1 else 0 end as ends_in_leaving
  from stage_episodes as e
  join chosen as c on c.customer_key = e.customer_key
  where e.stage in ('adoption', 'escalation', 'renewal')
  union all
  select c.segment, l.customer_key, 'onboarding' as stage, l.started_on,
    case when l.ended_on <= m.day then l.ended_on else m.day end as ended_on,
    case when l.ended_on <= m.day then 1 else 0 end as ends_in_leaving
  from lifetimes as l
  join chosen as c on c.customer_key = l.customer_key
  join days as d on d.day = l.started_on
  join days as m on m.day_index = d.day_index + $onboarding_days
),
stays as (
  select segment, customer_key, stage, started_on,
    case when started_on < $from_on then date_diff('day', started_on, $from_on) else 1 end as first_day,
    date_diff('day', started_on, case when ended_on <= $last_on then ended_on else $last_on end) as last_day,
    case when ended_on <= $last_on then ends_in_leaving else 0 end as has_left
  from begun
),
watched as (
  select segment, customer_key, stage, started_on, first_day, last_day, has_left
  from stays
  where last_day >= first_day
),
steps as (
  select e.customer_key, e.occurred_on as done_on,
    row_number() over (partition by e.customer_key order by e.occurred_at, e.source_row) as nth
  from events as e
  join kinds as k on k.kind_key = e.kind_key
  where k.name = $onboarding_event
),
looks as (
  select snapshot_on, lead(snapshot_on) over (order by snapshot_on) as next_on from snapshots
),
uses as (
  select f.customer_key, l.snapshot_on, l.next_on,
    case when f.n_features_30 <= $narrow then 1 else 0 end as is_narrow,
    case when f.active_days_30 <= $seldom then 1 else 0 end as is_seldom,
    case when f.events_trend * 2 < 1 then 1 else 0 end as is_falling
  from features as f
  join looks as l on l.snapshot_on = f.snapshot_on
),
requests as (
  select customer_key, opened_on, resolved_on, reopened_count, category,
    date_diff('second', opened_at, first_response_at) / 3600e0 as waited_hours, date_diff('day', opened_on, resolved_on) as open_days,
    lag(opened_on) over (partition by customer_key, category order by opened_at, source_row) as same_before_on
  from tickets
),
-- a record makes its sign show from the day after it until the stay is over
recorded as (
  select 'escalation' as stage, 'slow_answer' as sign, customer_key, opened_on as on_day, $slow_days as after_days
  from requests
  where $knows_answers and (waited_hours > $slow_hours or waited_hours is null)
  union all
  select 'escalation' as stage, 'slow_solution' as sign, customer_key, opened_on as on_day, $solution_days as after_days
  from requests
  where $knows_solutions and (open_days > $solution_days or open_days is null)
  union all
  select 'escalation' as stage, 'reopened' as sign, customer_key, resolved_on as on_day, 0 as after_days
  from requests
  where reopened_count > 0 and resolved_on is not null
  union all
  select 'escalation' as stage, 'repeated_topic' as sign, customer_key, opened_on as on_day, 0 as after_days
  from requests
  where category is not null and date_diff('day', same_before_on, opened_on) <= 90
  union all
  select 'renewal' as stage, 'failed_payment' as sign, customer_key, due_on as on_day, 0 as after_days
  from invoices
  where failed_attempts > 0
  union all
  select 'renewal' as stage, kind as sign, customer_key, touched_on as on_day, 0 as after_days
  from touches
  where kind in ('price_talk', 'discount') and coalesce(arm, '') <> 'control'
  union all
  select 'renewal' as stage, 'contract_change' as sign, customer_key, moved_on as on_day, 0 as after_days
  from mrr_movements
  where kind in ('expansion', 'contraction')
),
shown as (
  select segment, customer_key, stage, started_on, first_day, last_day, has_left, 'stay' as sign, 1 as from_day, last_day as until_day
  from watched
  union all
  select w.segment, w.customer_key, w.stage, w.started_on, w.first_day, w.last_day, w.has_left, r.sign,
    min(date_diff('day', w.started_on, r.on_day) + r.after_days + 1) as from_day, w.last_day as until_day
  from watched as w
  join recorded as r on r.customer_key = w.customer_key and r.stage = w.stage
  where date_diff('day', w.started_on, r.on_day) between -90 and w.last_day
  group by w.segment, w.customer_key, w.stage, w.started_on, w.first_day, w.last_day, w.has_left, r.sign
  union all
  select w.segment, w.customer_key, w.stage, w.started_on, w.first_day, w.last_day, w.has_left, s.sign,
    case when s.sign = 'slow_value' then $value_days + 1 else 1 end as from_day,
    coalesce(date_diff('day', w.started_on, o.reached_on), w.last_day) as until_day
  from watched as w
  join onboarding as o on o.customer_key = w.customer_key
  join (select 'no_value' as sign union all select 'slow_value' as sign) as s on $knows_value
  where w.stage = 'onboarding'
  union all
  select w.segment, w.customer_key, w.stage, w.started_on, w.first_day, w.last_day, w.has_left, 'steps_unfinished' as sign, 1 as from_day,
    coalesce(date_diff('day', w.started_on, t.done_on), w.last_day) as until_day
  from watched as w
  left join steps as t on t.customer_key = w.customer_key and t.nth = $half_steps
  where w.stage = 'onboarding' and $knows_steps
  union all
  select w.segment, w.customer_key, w.stage, w.started_on, w.first_day, w.last_day, w.has_left, s.sign,
    date_diff('day', w.started_on, u.snapshot_on) as from_day,
    coalesce(date_diff('day', w.started_on, u.next_on) - 1, w.last_day) as until_day
  from watched as w
  join uses as u on u.customer_key = w.customer_key
  join (select 'narrow_use' as sign union all select 'shallow_use' as sign union all select 'falling_use' as sign) as s
    on (s.sign = 'narrow_use' and u.is_narrow = 1) or (s.sign = 'shallow_use' and u.is_seldom = 1) or (s.sign = 'falling_use' and u.is_falling = 1)
  where w.stage = 'adoption' and $knows_use
),
cut as (
  select segment, stage, sign, last_day, has_left,
    case when from_day > first_day then from_day else first_day end as from_day,
    case when until_day < last_day then until_day else last_day end as until_day
  from shown
)
select segment, stage, sign, from_day, until_day, case when has_left = 1 and until_day = last_day then 1 else 0 end as has_left,
  cast(count(*) as bigint) as n
from cut
where from_day <= until_day
group by segment, stage, sign, from_day, until_day, case when has_left = 1 and until_day = last_day then 1 else 0 end

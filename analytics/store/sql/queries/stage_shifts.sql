-- one row per stage in force and stage under other thresholds (`other_episodes`): customer-days inside the window, days away left out
with both_stays as (
  select a.stage as from_stage, b.stage as to_stage,
    case when a.started_on > b.started_on then a.started_on else b.started_on end as started_on,
    case when coalesce(a.ended_on, $until_on) < coalesce(b.ended_on, $until_on) then coalesce(a.ended_on, $until_on)
         else coalesce(b.ended_on, $until_on) end as ended_on
  from stage_episodes as a
  join chosen as c on c.customer_key = a.customer_key
  join other_episodes as b on b.customer_key = a.customer_key
    and b.started_on < coalesce(a.ended_on, $until_on) and a.started_on < coalesce(b.ended_on, $until_on)
  where a.stage <> 'churned'
),
cut as (
  select from_stage, to_stage, case when started_on > $from_on then started_on else $from_on end as started_on,
    case when ended_on < $until_on then ended_on else $until_on end as ended_on
  from both_stays
)
select from_stage, to_stage, cast(sum(date_diff('day', started_on, ended_on)) as bigint) as customer_days
from cut
where ended_on > started_on
group by from_stage, to_stage

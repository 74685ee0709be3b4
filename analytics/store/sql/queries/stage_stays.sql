-- one row per segment, stage and length (days) of a stay that began in the window: how many ended, how many last on the as-of day
select c.segment, e.stage, date_diff('day', e.started_on, coalesce(e.ended_on, $today)) as time, cast(null as double) as entry,
  cast(sum(case when e.ended_on is null then 0 else 1 end) as double) as events,
  cast(sum(case when e.ended_on is null then 1 else 0 end) as double) as censored
from stage_episodes as e
join chosen as c on c.customer_key = e.customer_key
where e.stage <> 'churned' and e.started_on >= $from_on and e.started_on < $until_on
group by c.segment, e.stage, date_diff('day', e.started_on, coalesce(e.ended_on, $today))

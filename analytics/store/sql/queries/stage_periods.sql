-- one row per segment, stage and period in which a stay began or ended: net stays, departures, and days from those turns to its end
-- the days in a stage follow from who was in it at the period's start: net days are added for who comes, taken for who goes
with turns as (
  select customer_key, stage, started_on as on_day, 1 as change, 0 as churned
  from stage_episodes
  where stage <> 'churned'
  union all
  select customer_key, stage, ended_on as on_day, -1 as change, case when next_stage = 'churned' then 1 else 0 end as churned
  from stage_episodes
  where stage <> 'churned' and ended_on is not null
)
select c.segment, t.stage, d.period_index, cast(sum(t.change) as bigint) as net, cast(sum(t.churned) as bigint) as churned,
  cast(sum(t.change * date_diff('day', t.on_day, p.observed_until)) as bigint) as net_days
from turns as t
join chosen as c on c.customer_key = t.customer_key
join day_periods as d on d.day = t.on_day
join periods as p on p.grain = d.grain and p.period_index = d.period_index
where d.grain = $grain
group by c.segment, t.stage, d.period_index

-- one row per customer of the searched half (every step-th of them), landmark and event (null where there is none): how often by then, and whether they left
with recorded as (
  select min(day) as first_on from event_days
),
landmarks as (
  select n as by_day from integers where n in ($day_1, $day_2, $day_3, $day_4, $day_5, $day_6)
),
numbered as (
  select l.customer_key, l.started_on, l.ended_on, row_number() over (order by l.customer_key) as nth
  from lifetimes as l
  join chosen as c on c.customer_key = l.customer_key
  join recorded as r on l.started_on >= r.first_on
  join day_periods as p on p.day = l.started_on and p.grain = 'week'
  where p.period_index = 2 * round(p.period_index / 2e0)
),
watched as (
  select n.customer_key, m.by_day, n.started_on, date_diff('day', n.started_on, n.ended_on) as left_after_days
  from numbered as n
  join landmarks as m on date_diff('day', n.started_on, $as_of) >= m.by_day + $horizon_days
  where n.nth = $step * round(n.nth / cast($step as double))
    and (n.ended_on is null or date_diff('day', n.started_on, n.ended_on) > m.by_day)
),
heard as (
  select distinct w.customer_key, w.by_day
  from watched as w
  join event_days as e on e.customer_key = w.customer_key
  where $recognised = 'inactivity' and date_diff('day', w.started_on, e.day) between w.by_day and w.by_day + $horizon_days - 1
),
done as (
  select w.customer_key, w.by_day, k.name as event, sum(d.n) as times
  from watched as w
  join customer_days as d on d.customer_key = w.customer_key and date_diff('day', w.started_on, d.day) < w.by_day
  join kinds as k on k.kind_key = d.kind_key and k.source = 'event'
  group by w.customer_key, w.by_day, k.name
)
select w.customer_key, w.by_day, d.event, cast(coalesce(d.times, 0) as bigint) as times,
  case when $recognised = 'inactivity' then (case when h.customer_key is null then 1 else 0 end)
       when w.left_after_days <= w.by_day + $horizon_days then 1
       else 0 end as has_left
from watched as w
left join heard as h on h.customer_key = w.customer_key and h.by_day = w.by_day
left join done as d on d.customer_key = w.customer_key and d.by_day = w.by_day

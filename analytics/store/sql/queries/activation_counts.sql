-- one row per half of the cohorts, landmark, outcome, event (null: everybody) and times it had happened by then: customers
with recorded as (
  select min(day) as first_on from event_days
),
landmarks as (
  select n as by_day from integers where n in ($day_1, $day_2, $day_3, $day_4, $day_5, $day_6)
),
-- still a customer on the landmark's day, and seen to the end of the horizon after it; joined since events are recorded
watched as (
  select l.customer_key, m.by_day, l.started_on, date_diff('day', l.started_on, l.ended_on) as left_after_days,
    cast(abs(p.period_index - 2 * round(p.period_index / 2e0)) as int) as half
  from lifetimes as l
  join chosen as c on c.customer_key = l.customer_key
  join recorded as r on l.started_on >= r.first_on
  join day_periods as p on p.day = l.started_on and p.grain = 'week'
  join landmarks as m on date_diff('day', l.started_on, $as_of) >= m.by_day + $horizon_days
  where l.ended_on is null or date_diff('day', l.started_on, l.ended_on) > m.by_day
),
-- inactivity starts a clock with every event; only silence from the landmark on is free of what came before it
heard as (
  select distinct w.customer_key, w.by_day
  from watched as w
  join event_days as e on e.customer_key = w.customer_key
  where $recognised = 'inactivity' and date_diff('day', w.started_on, e.day) between w.by_day and w.by_day + $horizon_days - 1
),
outcomes as (
  select w.customer_key, w.by_day, w.half, w.started_on,
    case when $recognised = 'inactivity' then (case when h.customer_key is null then 1 else 0 end)
         when w.left_after_days <= w.by_day + $horizon_days then 1
         else 0 end as has_left
  from watched as w
  left join heard as h on h.customer_key = w.customer_key and h.by_day = w.by_day
),
done as (
  select o.customer_key, o.by_day, o.half, o.has_left, k.name as event,
    case when sum(d.n) > $most then $most else sum(d.n) end as times
  from outcomes as o
  join customer_days as d on d.customer_key = o.customer_key and date_diff('day', o.started_on, d.day) < o.by_day
  join kinds as k on k.kind_key = d.kind_key and k.source = 'event'
  group by o.customer_key, o.by_day, o.half, o.has_left, k.name
)
select half, by_day, has_left, event, cast(times as bigint) as times, cast(count(*) as bigint) as customers
from done
group by half, by_day, has_left, event, times
union all
select half, by_day, has_left, null as event, cast(0 as bigint) as times, cast(count(*) as bigint) as customers
from outcomes
group by half, by_day, has_left

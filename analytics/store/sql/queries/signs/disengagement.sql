-- one row per span of days over which a customer's recent use stays below a share of their earlier use a day
-- at_once: 1 where there was no recent use at all; otherwise a short fall may well be chance
-- use enters the recent window on its day, moves on to the earlier one, and leaves that: between these days nothing changes
-- both windows must lie in the stay, and the earlier one must hold some use: whoever never used has nothing to lose
with used as (
  select a.customer_key, a.nth, a.started_on, a.ended_on, e.day, cast(e.n as bigint) as n
  from active_spans as a
  join chosen as c on c.customer_key = a.customer_key
  join event_days as e on e.customer_key = a.customer_key and e.day >= a.started_on and (a.ended_on is null or e.day < a.ended_on)
),
turns as (
  select customer_key, nth, ended_on, day as on_day, n as recent, 0 as earlier from used
  union all
  select u.customer_key, u.nth, u.ended_on, m.day as on_day, -u.n as recent, u.n as earlier
  from used as u
  join days as d on d.day = u.day
  join days as m on m.day_index = d.day_index + cast($recent_days as int)
  union all
  select u.customer_key, u.nth, u.ended_on, m.day as on_day, 0 as recent, -u.n as earlier
  from used as u
  join days as d on d.day = u.day
  join days as m on m.day_index = d.day_index + cast($recent_days as int) + cast($earlier_days as int)
  union all
  select a.customer_key, a.nth, a.ended_on, m.day as on_day, 0 as recent, 0 as earlier
  from active_spans as a
  join chosen as c on c.customer_key = a.customer_key
  join days as d on d.day = a.started_on
  join days as m on m.day_index = d.day_index + cast($recent_days as int) + cast($earlier_days as int) - 1
),
daily as (
  select customer_key, nth, ended_on, on_day, sum(recent) as recent, sum(earlier) as earlier from turns group by customer_key, nth, ended_on, on_day
),
levels as (
  select customer_key, nth, ended_on, on_day,
    sum(recent) over (partition by customer_key, nth order by on_day rows between unbounded preceding and current row) as recent,
    sum(earlier) over (partition by customer_key, nth order by on_day rows between unbounded preceding and current row) as earlier,
    lead(on_day) over (partition by customer_key, nth order by on_day) as next_on
  from daily
),
firsts as (
  select a.customer_key, a.nth, m.day as first_on
  from active_spans as a
  join days as d on d.day = a.started_on
  join days as m on m.day_index = d.day_index + cast($recent_days as int) + cast($earlier_days as int) - 1
)
select l.customer_key, l.on_day as day, l.next_on as until_on, case when l.recent = 0 then 1 else 0 end as at_once
from levels as l
join firsts as f on f.customer_key = l.customer_key and f.nth = l.nth
where l.on_day >= f.first_on and l.on_day <= $as_of and (l.ended_on is null or l.on_day < l.ended_on)
  and l.earlier >= $n_least and l.recent / cast($recent_days as double) < $share * l.earlier / cast($earlier_days as double)

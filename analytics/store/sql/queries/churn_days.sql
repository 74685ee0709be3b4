-- one row per segment and day on which anybody came or left: how many, and the period the day belongs to
select e.segment, e.day, p.period_index, cast(sum(e.n_started) as bigint) as n_started, cast(sum(e.n_ended) as bigint) as n_ended
from (
  select c.segment, a.started_on as day, 1 as n_started, 0 as n_ended
  from active_spans as a join chosen as c on c.customer_key = a.customer_key
  union all
  select c.segment, a.ended_on as day, 0 as n_started, 1 as n_ended
  from active_spans as a join chosen as c on c.customer_key = a.customer_key
  where a.ended_on is not null
) as e
join day_periods as p on p.day = e.day
where p.grain = $grain
group by e.segment, e.day, p.period_index

-- one row per contact from us: events in the days before and after its day, where both windows lie in the customer's observed time
with contacted as (
  select c.segment, t.customer_key, t.source_row, t.kind, p.period_index, t.touched_on
  from touches as t
  join chosen as c on c.customer_key = t.customer_key
  join lifetimes as l on l.customer_key = t.customer_key
  join day_periods as p on p.day = t.touched_on
  where p.grain = $grain and (t.arm is null or t.arm <> 'control') and date_diff('day', l.started_on, t.touched_on) >= $days
    and date_diff('day', $first_on, t.touched_on) >= $days and date_diff('day', t.touched_on, $as_of) >= $days
)
select t.segment, t.customer_key, t.kind as category, t.period_index,
  cast(coalesce(sum(case when e.day < t.touched_on then e.n else 0 end), 0) as bigint) as before,
  cast(coalesce(sum(case when e.day > t.touched_on then e.n else 0 end), 0) as bigint) as after
from contacted as t
left join event_days as e on e.customer_key = t.customer_key and date_diff('day', t.touched_on, e.day) between -$days and $days
group by t.segment, t.customer_key, t.source_row, t.kind, t.period_index

-- one row per value of an event attribute (or segment, where there is none), event and period with any: as activity_days, from each event
-- hours count from $first; whole ones, since a second less than half an hour is taken off before rounding
with marks as (
  select c.segment, e.customer_key, k.name as event, m.mark,
    case when $grain = 'hour' then cast(round((date_diff('second', $first, e.occurred_at) - 17995e-1) / 3600e0) as bigint)
         else p.period_index end as period_index
  from events as e
  join kinds as k on k.kind_key = e.kind_key
  join chosen as c on c.customer_key = e.customer_key
  join marked as m on m.source_row = e.source_row
  left join day_periods as p on p.day = e.occurred_on and p.grain = $grain
  where $is_every or k.name = $event or k.name = $per
),
done as (
  select coalesce(mark, segment) as segment, customer_key, event, period_index, count(*) as n
  from marks
  group by coalesce(mark, segment), customer_key, event, period_index
)
select a.segment, a.event, a.period_index, cast(sum(a.n) as bigint) as n, cast(count(*) as bigint) as customers,
  cast(sum(a.n * a.n) as double) as squares, cast(sum(a.n * coalesce(b.n, 0)) as double) as crossed
from done as a
left join done as b on b.customer_key = a.customer_key and b.period_index = a.period_index and b.event = $per
  and coalesce(b.segment, '') = coalesce(a.segment, '')
group by a.segment, a.event, a.period_index

-- one row per segment, event and period with any: how often, by how many customers, and sums over customers for its spread
-- n_other: the customer's events named $per in the period, wherever they did this one
with done as (
  select c.segment, d.customer_key, k.name as event, p.period_index, sum(d.n) as n
  from customer_days as d
  join kinds as k on k.kind_key = d.kind_key
  join chosen as c on c.customer_key = d.customer_key
  join day_periods as p on p.day = d.day
  where k.source = 'event' and p.grain = $grain and ($is_every or k.name = $event or k.name = $per)
  group by c.segment, d.customer_key, k.name, p.period_index
)
select a.segment, a.event, a.period_index, cast(sum(a.n) as bigint) as n, cast(count(*) as bigint) as customers,
  cast(sum(a.n * a.n) as double) as squares, cast(sum(a.n * coalesce(b.n, 0)) as double) as crossed
from done as a
left join done as b on b.customer_key = a.customer_key and b.period_index = a.period_index and b.event = $per
group by a.segment, a.event, a.period_index

-- one row per segment and period in which any monthly recurring revenue changed: what those customers kept of it, in cents
with dated as (
  select m.customer_key, d.period_index, m.before_cents, m.change_cents,
    row_number() over (partition by m.customer_key, d.period_index order by m.moved_on) as nth
  from mrr_movements as m
  join day_periods as d on d.day = m.moved_on
  where d.grain = $grain
),
netted as (
  select customer_key, period_index, sum(change_cents) as change_cents, max(case when nth = 1 then before_cents end) as opening_cents
  from dated
  group by customer_key, period_index
)
select c.segment, n.period_index,
  cast(sum(case when n.opening_cents > 0 then n.change_cents else 0 end) as bigint) as existing_cents,
  cast(sum(case when n.opening_cents > 0 and n.change_cents < 0 then n.change_cents else 0 end) as bigint) as lost_cents,
  cast(sum(case when n.opening_cents = 0 and n.change_cents > 0 then 1 else 0 end)
     - sum(case when n.opening_cents > 0 and n.opening_cents + n.change_cents = 0 then 1 else 0 end) as bigint) as net_customers
from netted as n
join chosen as c on c.customer_key = n.customer_key
group by c.segment, n.period_index

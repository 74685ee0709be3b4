-- one row per segment, period and kind of change between the first day of the period before and the first day of this one, in cents
with dated as (
  select m.customer_key, case when m.moved_on = p.starts_on then p.period_index else p.period_index + 1 end as period_index, m.change_cents
  from mrr_movements as m
  join day_periods as d on d.day = m.moved_on
  join periods as p on p.grain = d.grain and p.period_index = d.period_index
  where d.grain = $grain
),
netted as (
  select customer_key, period_index, sum(change_cents) as change_cents from dated group by customer_key, period_index
),
levels as (
  select customer_key, period_index, change_cents,
    sum(change_cents) over (partition by customer_key order by period_index rows between unbounded preceding and current row) as after_cents,
    row_number() over (partition by customer_key order by period_index) as nth
  from netted
  where change_cents <> 0
),
named as (
  select customer_key, period_index, change_cents,
    case when nth = 1 then 'new'
         when after_cents = change_cents then 'reactivation'
         when after_cents = 0 then 'churn'
         when change_cents > 0 then 'expansion'
         else 'contraction' end as kind
  from levels
)
select c.segment, n.period_index, n.kind, cast(sum(n.change_cents) as bigint) as change_cents
from named as n
join chosen as c on c.customer_key = n.customer_key
join periods as p on p.grain = $grain and p.period_index = n.period_index
group by c.segment, n.period_index, n.kind

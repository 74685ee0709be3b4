-- one row per customer and chosen period on whose first day their monthly recurring revenue differs from the first day of the period before
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
)
select k.customer_id, c.segment, l.period_index, p.starts_on as period, p.starts_on as changed_on,
  case when l.nth = 1 then 'new'
       when l.after_cents = l.change_cents then 'reactivation'
       when l.after_cents = 0 then 'churn'
       when l.change_cents > 0 then 'expansion'
       else 'contraction' end as kind,
  cast(l.after_cents - l.change_cents as bigint) as before_cents, cast(l.after_cents as bigint) as after_cents,
  cast(l.change_cents as bigint) as change_cents
from levels as l
join chosen as c on c.customer_key = l.customer_key
join customers as k on k.customer_key = l.customer_key
join periods as p on p.grain = $grain and p.period_index = l.period_index
where p.starts_on between $start_on and $end_on

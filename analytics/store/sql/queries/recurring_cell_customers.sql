-- one row per customer active in a period: whether they were active at the age asked for too, and what they pay on the as-of day
with members as (
  select c.segment, a.customer_key, max(case when b.period_index = a.period_index + $age then 1 else 0 end) as is_retained
  from activity_periods as a
  join chosen as c on c.customer_key = a.customer_key
  join activity_periods as b on b.customer_key = a.customer_key and b.basis = a.basis and b.grain = a.grain
  where a.basis = $basis and a.grain = $grain and a.period_index = $cohort_index
  group by c.segment, a.customer_key
),
money as (
  select customer_key, sum(change_cents) as mrr_cents from mrr_movements group by customer_key
)
select k.customer_id, m.segment, cast(m.is_retained as int) as is_retained, cast(coalesce(v.mrr_cents, 0) as bigint) as mrr_cents
from members as m
join customers as k on k.customer_key = m.customer_key
left join money as v on v.customer_key = m.customer_key

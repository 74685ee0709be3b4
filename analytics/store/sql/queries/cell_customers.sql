-- one row per customer of a cohort: whether they were active at the age asked for, and what they pay on the as-of day
with active as (
  select c.segment, a.customer_key, a.period_index,
    min(a.period_index) over (partition by a.customer_key) as cohort_index
  from activity_periods as a
  join chosen as c on c.customer_key = a.customer_key
  where a.basis = $basis and a.grain = $grain
),
members as (
  select segment, customer_key, max(case when period_index - cohort_index = $age then 1 else 0 end) as is_retained
  from active
  where cohort_index = $cohort_index
  group by segment, customer_key
),
money as (
  select customer_key, sum(change_cents) as mrr_cents from mrr_movements group by customer_key
)
select k.customer_id, m.segment, cast(m.is_retained as int) as is_retained, cast(coalesce(v.mrr_cents, 0) as bigint) as mrr_cents
from members as m
join customers as k on k.customer_key = m.customer_key
left join money as v on v.customer_key = m.customer_key

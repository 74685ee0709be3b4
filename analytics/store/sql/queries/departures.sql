-- one row per departure (mrr_cents null) and per loss of a customer's whole revenue: what was stated nearest to it, and the last bill before it
with leaving as (
  select customer_key, ended_on as left_on, started_on, cast(null as bigint) as mrr_cents from active_spans where ended_on is not null
  union all
  select customer_key, moved_on as left_on, cast(null as date) as started_on, -change_cents as mrr_cents from mrr_movements where kind = 'churn'
),
days as (
  select distinct customer_key, left_on from leaving
),
stated as (
  select d.customer_key, d.left_on, e.reason,
    row_number() over (partition by d.customer_key, d.left_on order by abs(date_diff('day', d.left_on, e.churned_on)), e.churned_on) as nth
  from days as d
  join churn_events as e on e.customer_key = d.customer_key
  where e.reason is not null and abs(date_diff('day', d.left_on, e.churned_on)) <= $days
),
billed as (
  select d.customer_key, d.left_on, i.status, i.failed_attempts, case when i.paid_on is null then 1 else 0 end as is_unpaid,
    row_number() over (partition by d.customer_key, d.left_on order by i.due_at desc, i.source_row desc) as nth
  from days as d
  join invoices as i on i.customer_key = d.customer_key and i.due_on <= d.left_on
)
select c.segment, l.customer_key, p.period_index, l.mrr_cents, s.reason, b.status, b.failed_attempts, b.is_unpaid,
  case when l.started_on < q.starts_on then 1 else 0 end as was_here
from leaving as l
join chosen as c on c.customer_key = l.customer_key
join day_periods as p on p.day = l.left_on
join periods as q on q.grain = p.grain and q.period_index = p.period_index
left join stated as s on s.customer_key = l.customer_key and s.left_on = l.left_on and s.nth = 1
left join billed as b on b.customer_key = l.customer_key and b.left_on = l.left_on and b.nth = 1
where p.grain = $grain

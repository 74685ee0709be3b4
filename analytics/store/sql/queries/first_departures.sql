-- one row per segment, length (days) of a first stretch begun in the window, reason and last bill: how many ended, how many last
-- the reason is the one stated nearest to the last day, the bill the last one due by then; both empty while the stretch lasts
with gone as (
  select customer_key, ended_on from lifetimes where has_churned = 1
),
stated as (
  select g.customer_key, e.reason,
    row_number() over (partition by g.customer_key order by abs(date_diff('day', g.ended_on, e.churned_on)), e.churned_on) as nth
  from gone as g
  join churn_events as e on e.customer_key = g.customer_key
  where e.reason is not null and abs(date_diff('day', g.ended_on, e.churned_on)) <= $days
),
billed as (
  select g.customer_key, i.status, i.failed_attempts, case when i.paid_on is null then 1 else 0 end as is_unpaid,
    row_number() over (partition by g.customer_key order by i.due_at desc, i.source_row desc) as nth
  from gone as g
  join invoices as i on i.customer_key = g.customer_key and i.due_on <= g.ended_on
)
select c.segment, l.duration_days as time, s.reason, b.status, b.failed_attempts, b.is_unpaid,
  cast(sum(l.has_churned) as double) as events, cast(sum(1 - l.has_churned) as double) as censored
from lifetimes as l
join chosen as c on c.customer_key = l.customer_key
left join stated as s on s.customer_key = l.customer_key and s.nth = 1
left join billed as b on b.customer_key = l.customer_key and b.nth = 1
where l.started_on >= $from_on and l.started_on < $until_on
group by c.segment, l.duration_days, s.reason, b.status, b.failed_attempts, b.is_unpaid

-- one row per departure in the window: what was paid on its eve, and the reason stated nearest to it
with gone as (
  select c.segment, a.customer_key, a.started_on, a.ended_on as left_on
  from active_spans as a
  join chosen as c on c.customer_key = a.customer_key
  where a.ended_on >= $from_on and a.ended_on < $until_on
),
given as (
  select customer_key, churned_on, reason from churn_events where reason is not null
  union all
  select customer_key, churned_on, churn_reason as reason from customers where churn_reason is not null and churned_on is not null
),
stated as (
  select g.customer_key, g.left_on, r.reason,
    row_number() over (partition by g.customer_key, g.left_on order by abs(date_diff('day', g.left_on, r.churned_on)), r.churned_on, r.reason) as nth
  from gone as g
  join given as r on r.customer_key = g.customer_key
  where abs(date_diff('day', g.left_on, r.churned_on)) <= $days
),
paid as (
  select g.customer_key, g.left_on, sum(m.change_cents) as mrr_cents
  from gone as g
  join mrr_movements as m on m.customer_key = g.customer_key and m.moved_on < g.left_on
  group by g.customer_key, g.left_on
)
select g.segment, g.customer_key, k.customer_id, g.started_on, g.left_on, s.reason as stated_text,
  cast(coalesce(p.mrr_cents, 0) as bigint) as mrr_cents
from gone as g
join customers as k on k.customer_key = g.customer_key
left join stated as s on s.customer_key = g.customer_key and s.left_on = g.left_on and s.nth = 1
left join paid as p on p.customer_key = g.customer_key and p.left_on = g.left_on

-- one row per customer and day on which the monthly recurring revenue changes
with edges as (
  select customer_key, on_day, sum(change_cents) as change_cents
  from (
    select customer_key, started_on as on_day, mrr_cents as change_cents from paid_spans
    union all
    select customer_key, ended_on as on_day, -mrr_cents as change_cents from paid_spans where ended_on is not null
  ) as both_ends
  group by customer_key, on_day
),
levels as (
  select customer_key, on_day, change_cents,
    sum(change_cents) over (partition by customer_key order by on_day rows between unbounded preceding and current row) as after_cents,
    row_number() over (partition by customer_key order by on_day) as nth
  from edges
  where change_cents <> 0
)
select l.customer_key, l.on_day as moved_on, d.month_index, l.after_cents - l.change_cents as before_cents, l.after_cents, l.change_cents,
  case when l.nth = 1 then 'new'
       when l.after_cents = l.change_cents then 'reactivation'
       when l.after_cents = 0 then 'churn'
       when l.change_cents > 0 then 'expansion'
       else 'contraction' end as kind
from levels as l
join days as d on d.day = l.on_day

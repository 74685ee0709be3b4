-- one row per recorded departure up to the as-of day, from churn_events, and from customers.churned_at where it is a later one
with recorded as (
  select k.customer_key, e.churned_on, e.reason,
    case when e.returned_on <= $as_of then e.returned_on end as returned_on
  from raw_churn_events as e
  join customer_keys as k on k.customer_id = e.customer_id
  where e.churned_on <= $as_of
),
latest as (
  select customer_key, max(churned_on) as churned_on from recorded group by customer_key
)
select customer_key, churned_on, reason, returned_on from recorded
union all
select c.customer_key, c.churned_on, c.churn_reason as reason, cast(null as date) as returned_on
from customers as c
left join latest as l on l.customer_key = c.customer_key
where c.churned_on <= $as_of and (l.churned_on is null or l.churned_on < c.churned_on)

-- one row per recorded departure up to the as-of day, from churn_events and from customers.churned_at
select k.customer_key, e.churned_on, e.reason,
  case when e.returned_on <= $as_of then e.returned_on end as returned_on
from raw_churn_events as e
join customer_keys as k on k.customer_id = e.customer_id
where e.churned_on <= $as_of
union all
select c.customer_key, c.churned_on, c.churn_reason as reason, cast(null as date) as returned_on
from customers as c
where c.churned_on <= $as_of
  and c.customer_key not in (
    select k.customer_key from raw_churn_events as e join customer_keys as k on k.customer_id = e.customer_id
  )

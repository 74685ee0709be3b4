-- one row per customer: the first local day on which anything is recorded
select customer_key, min(day) as first_on
from (
  select customer_key, signed_up_on as day from customers where signed_up_on <= $as_of
  union all
  select customer_key, day from customer_days
  union all
  select customer_key, started_on as day from spans
) as seen
group by customer_key

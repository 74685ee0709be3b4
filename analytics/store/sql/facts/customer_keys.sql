-- one row per customer named in any table
select row_number() over (order by customer_id) as customer_key, customer_id
from (
  select customer_id from raw_customers
  union
  select customer_id from raw_subscriptions
  union
  select customer_id from raw_events
  union
  select customer_id from raw_tickets
  union
  select customer_id from raw_invoices
  union
  select customer_id from raw_surveys
  union
  select customer_id from raw_touches
  union
  select customer_id from raw_contacts
  union
  select customer_id from raw_churn_events
  union
  select customer_id from raw_snapshot
) as named

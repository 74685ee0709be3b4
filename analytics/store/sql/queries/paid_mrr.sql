-- one row per customer chosen: the monthly recurring revenue in force at the end of the as-of day (null without any)
select c.customer_key, p.mrr_cents / 1e2 as paid_mrr
from chosen as c
left join (
  select customer_key, sum(mrr_cents) as mrr_cents from paid_spans where ended_on is null group by customer_key
) as p on p.customer_key = c.customer_key

-- one row per customer: their id, and what they pay a month on the as-of day, in cents
select k.customer_id, c.segment, c.customer_key, cast(coalesce(v.mrr_cents, 0) as bigint) as mrr_cents
from chosen as c
join attributes as k on k.customer_key = c.customer_key
left join (
  select customer_key, sum(change_cents) as mrr_cents from mrr_movements group by customer_key
) as v on v.customer_key = c.customer_key

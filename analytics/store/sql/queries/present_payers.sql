-- one row per customer here and paying at the end of the as-of day: days since they came (back), and what they pay a month, in cents
select k.customer_id, c.segment, date_diff('day', a.started_on, $today) as age_days, p.mrr_cents
from active_spans as a
join chosen as c on c.customer_key = a.customer_key
join attributes as k on k.customer_key = a.customer_key
join (
  select customer_key, cast(sum(mrr_cents) as bigint) as mrr_cents from paid_spans where ended_on is null group by customer_key
) as p on p.customer_key = a.customer_key
where a.ended_on is null and p.mrr_cents > 0

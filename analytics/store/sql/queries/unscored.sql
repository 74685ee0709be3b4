-- one row per customer who would be scored: everybody of a snapshot, or everybody active at the end of the as-of day
select k.customer_id, g.stage, m.mrr_cents / 1e2 as mrr, c.segment
from customers as k
join chosen as c on c.customer_key = k.customer_key
left join active_spans as a on a.customer_key = k.customer_key and a.ended_on is null
left join snapshot as p on p.customer_key = k.customer_key
left join stage_episodes as g on g.customer_key = k.customer_key and g.ended_on is null
left join (
  select customer_key, sum(mrr_cents) as mrr_cents from paid_spans where ended_on is null group by customer_key
) as m on m.customer_key = k.customer_key
where a.customer_key is not null or p.customer_key is not null
order by k.customer_id

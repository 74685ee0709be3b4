-- one row per customer and period in which they were a customer at all
select distinct c.segment, a.customer_key, p.period_index
from active_spans as a
join chosen as c on c.customer_key = a.customer_key
join periods as p on p.ends_on > a.started_on and (a.ended_on is null or p.starts_on < a.ended_on)
where p.grain = $grain

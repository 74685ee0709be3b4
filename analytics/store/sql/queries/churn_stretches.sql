-- one row per period chosen and stretch of being a customer that began or ended in it
select c.segment, p.period_index, k.customer_id, a.nth, a.started_on,
  case when a.ended_on < p.observed_until then a.ended_on end as ended_on
from periods as p
join active_spans as a
  on (a.started_on >= p.starts_on and a.started_on < p.observed_until)
  or (a.ended_on >= p.starts_on and a.ended_on < p.observed_until)
join chosen as c on c.customer_key = a.customer_key
join customers as k on k.customer_key = a.customer_key
where p.grain = $grain and p.starts_on >= $start_on and p.starts_on <= $end_on

-- one row per event of a name (empty: any)
select c.segment, e.customer_key, e.occurred_at, e.occurred_on, coalesce(e.amount, 0) as amount, e.source_row
from events as e
join kinds as k on k.kind_key = e.kind_key
join chosen as c on c.customer_key = e.customer_key
where $event = '' or k.name = $event

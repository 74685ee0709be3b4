-- one row per event up to the as-of day, by customer and instant
select k.customer_key, e.occurred_at, e.occurred_on, d.kind_key, e.amount, e.event_id, e.properties, e.source_row
from raw_events as e
join customer_keys as k on k.customer_id = e.customer_id
join kinds as d on d.source = 'event' and d.name = coalesce(e.name, '')
where e.occurred_on <= $as_of

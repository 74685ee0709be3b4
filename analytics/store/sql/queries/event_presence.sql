-- one row per customer and day with an event of a name (empty: any)
select distinct d.customer_key, d.day as started_on, d.day as last_on
from customer_days as d
join kinds as k on k.kind_key = d.kind_key
join chosen as c on c.customer_key = d.customer_key
where k.source = 'event' and ($event = '' or k.name = $event)

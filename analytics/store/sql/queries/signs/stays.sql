-- one row per stretch of being a customer, returns included: its first day, and the first day away (empty while it lasts)
select c.segment, a.customer_key, a.nth, a.started_on, a.ended_on
from active_spans as a
join chosen as c on c.customer_key = a.customer_key

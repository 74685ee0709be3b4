-- one row per unbroken stretch of being a customer, by its first and last day
select a.customer_key, a.started_on, case when a.ended_on is null then $as_of else d.day end as last_on
from active_spans as a
join chosen as c on c.customer_key = a.customer_key
left join days as n on n.day = a.ended_on
left join days as d on d.day_index = n.day_index - 1

-- one row per customer and local day with at least one event
select d.customer_key, d.day, sum(d.n) as n, sum(d.amount) as amount, count(*) as n_kinds
from customer_days as d
join kinds as k on k.kind_key = d.kind_key
where k.source = 'event'
group by d.customer_key, d.day

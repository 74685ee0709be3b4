-- one row per customer and period with an event of a name (empty: any): how many, and their amounts
select c.segment, d.customer_key, p.period_index, cast(sum(d.n) as bigint) as n, sum(coalesce(d.amount, 0e0)) as amount
from customer_days as d
join kinds as k on k.kind_key = d.kind_key
join chosen as c on c.customer_key = d.customer_key
join day_periods as p on p.day = d.day
where k.source = 'event' and ($event = '' or k.name = $event) and p.grain = $grain
group by c.segment, d.customer_key, p.period_index

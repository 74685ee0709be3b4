-- one row per customer and period in which their monthly recurring revenue changed: by how much, in cents
select m.customer_key, d.period_index, cast(sum(m.change_cents) as bigint) as change_cents
from mrr_movements as m
join chosen as c on c.customer_key = m.customer_key
join day_periods as d on d.day = m.moved_on
where d.grain = $grain
group by m.customer_key, d.period_index

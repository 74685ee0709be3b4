-- one row per customer and day on which their monthly recurring revenue changed
select k.customer_id, c.segment, p.period_index, m.moved_on as changed_on, m.kind, m.before_cents, m.after_cents, m.change_cents
from mrr_movements as m
join chosen as c on c.customer_key = m.customer_key
join customers as k on k.customer_key = m.customer_key
join day_periods as p on p.day = m.moved_on
where p.grain = $grain

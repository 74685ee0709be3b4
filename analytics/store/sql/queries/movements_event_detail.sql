-- one row per customer and day of a chosen period on which their monthly recurring revenue changed
select k.customer_id, c.segment, p.period_index, p.starts_on as period, m.moved_on as changed_on, m.kind, m.before_cents, m.after_cents, m.change_cents
from mrr_movements as m
join chosen as c on c.customer_key = m.customer_key
join customers as k on k.customer_key = m.customer_key
join day_periods as d on d.day = m.moved_on
join periods as p on p.grain = d.grain and p.period_index = d.period_index
where d.grain = $grain and p.starts_on between $start_on and $end_on

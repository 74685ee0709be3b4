-- one row per segment, period and kind of change: the change in monthly recurring revenue on the day it happened, in cents
select c.segment, p.period_index, m.kind, cast(sum(m.change_cents) as bigint) as change_cents
from mrr_movements as m
join chosen as c on c.customer_key = m.customer_key
join day_periods as p on p.day = m.moved_on
where p.grain = $grain
group by c.segment, p.period_index, m.kind

-- one row per segment, period and kind of contact from us: contacts, and how many were answered within some days
select c.segment, t.kind as category, p.period_index, cast(count(*) as bigint) as contacts,
  cast(sum(case when date_diff('day', t.touched_on, t.responded_on) <= $days then 1 else 0 end) as bigint) as answered
from touches as t
join chosen as c on c.customer_key = t.customer_key
join day_periods as p on p.day = t.touched_on
where p.grain = $grain and (t.arm is null or t.arm <> 'control')
group by c.segment, t.kind, p.period_index

-- one row per service request: hours to the first answer and to the solution (null while waiting), and hours seen until the data ends
select c.segment, t.category, p.period_index,
  date_diff('second', t.opened_at, t.first_response_at) / 3600e0 as response_hours,
  date_diff('second', t.opened_at, t.resolved_at) / 3600e0 as resolution_hours,
  date_diff('second', t.opened_at, $seen_until) / 3600e0 as seen_hours
from tickets as t
join chosen as c on c.customer_key = t.customer_key
join day_periods as p on p.day = t.opened_on
where p.grain = $grain

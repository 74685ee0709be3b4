-- one row per comment given with a bad mark before a departure in the window
select g.customer_key, g.left_on, s.answered_on as on_day, s.comment
from (
  select a.customer_key, a.ended_on as left_on
  from active_spans as a
  join chosen as c on c.customer_key = a.customer_key
  where a.ended_on >= $from_on and a.ended_on < $until_on
) as g
join surveys as s on s.customer_key = g.customer_key
where s.comment is not null and ((s.kind = 'nps' and s.score <= 6) or (s.kind = 'csat' and s.score <= 2) or (s.kind = 'ces' and s.score <= 3))
  and date_diff('day', s.answered_on, g.left_on) between 1 and $days

-- one row per answer to a survey
select c.segment, s.customer_key, p.period_index, s.kind, s.score
from surveys as s
join chosen as c on c.customer_key = s.customer_key
join day_periods as p on p.day = s.answered_on
where p.grain = $grain

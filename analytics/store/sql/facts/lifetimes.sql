-- one row per customer: the first stretch of being one, cut at the as-of day
select customer_key, started_on, ended_on,
  case when ended_on is null then 0 else 1 end as has_churned,
  date_diff('day', started_on, case when ended_on is null then $as_of else ended_on end) as duration_days
from active_spans
where nth = 1

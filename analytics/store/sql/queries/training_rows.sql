-- one row per customer and snapshot whose outcome is known: left after the gap and within the horizon, or not
-- customers who left inside the gap are not there: nobody could have acted
select customer_key, snapshot_on,
  case when left_after_days <= $gap_days + $horizon_days then 1 else 0 end as churned
from at_risk
where watched_days >= $gap_days + $horizon_days
  and (left_after_days is null or left_after_days > $gap_days)

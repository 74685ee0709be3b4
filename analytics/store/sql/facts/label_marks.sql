-- one row per customer and day on which a label says here (1) or gone (0); a departure wins over a start on the same day
select customer_key, on_day, min(mark) as mark
from (
  select customer_key, first_on as on_day, 1 as mark from first_records
  union all
  select customer_key, started_on as on_day, 1 as mark from spans
  union all
  select customer_key, returned_on as on_day, 1 as mark from churn_events where returned_on is not null
  union all
  select customer_key, churned_on as on_day, 0 as mark from churn_events
) as marks
group by customer_key, on_day

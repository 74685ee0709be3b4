-- one row per customer and unbroken stay in a primary stage; ended_on and next_stage are empty while it lasts
-- a stay shorter than the dwell that neither begins nor ends in churn belongs to the stage before it
with kept as (
  select customer_key, stage, started_on, mrr_cents
  from stage_entries
  where ended_on is null or stage = 'churned' or next_stage = 'churned' or previous_stage is null or previous_stage = 'churned'
     or date_diff('day', started_on, ended_on) >= $dwell_days
),
marked as (
  select customer_key, stage, started_on, mrr_cents,
    lag(stage) over (partition by customer_key order by started_on) as previous_stage
  from kept
)
select customer_key, stage, started_on, mrr_cents,
  lead(started_on) over (partition by customer_key order by started_on) as ended_on,
  lead(stage) over (partition by customer_key order by started_on) as next_stage
from marked
where previous_stage is null or previous_stage <> stage

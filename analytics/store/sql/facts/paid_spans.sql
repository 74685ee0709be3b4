-- one row per paid period, ended where the churn definition in force ends it (request, contract end, end of grace)
with billed as (
  select customer_key, source_row, subscription_id, plan, term_months, mrr_cents, billed_on as started_on,
    case when $recognised = 'request' and cancel_requested_on is not null
           and (ended_on is null or cancel_requested_on < ended_on) then cancel_requested_on
         else ended_on end as ended_on
  from spans
  where is_paid = 1 and billed_on <= $as_of and (ended_on is null or ended_on > billed_on)
),
followed as (
  select customer_key, source_row, subscription_id, plan, term_months, mrr_cents, started_on, ended_on,
    lead(started_on) over (partition by customer_key order by started_on, source_row) as next_started_on
  from billed
  where ended_on is null or ended_on > started_on
),
graced as (
  select f.customer_key, f.source_row, f.subscription_id, f.plan, f.term_months, f.mrr_cents, f.started_on, f.ended_on, f.next_started_on,
    case when f.ended_on is null then null
         when $recognised <> 'grace_end' then f.ended_on
         else g.day end as graced_on
  from followed as f
  left join days as d on d.day = f.ended_on
  left join days as g on g.day_index = d.day_index + $grace_days
)
-- grace bridges the gap to the next period and never overlaps it: revenue is not counted twice
select customer_key, source_row, subscription_id, plan, term_months, mrr_cents, started_on,
  case when next_started_on <= ended_on then ended_on
       when next_started_on < graced_on then next_started_on
       when graced_on <= $as_of then graced_on end as ended_on
from graced

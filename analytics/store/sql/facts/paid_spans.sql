-- one row per paid period, ended where the churn definition in force ends it (request, contract end, end of grace)
with billed as (
  select customer_key, source_row, subscription_id, plan, term_months, mrr_cents, billed_on as started_on,
    case when $recognised = 'request' and cancel_requested_on is not null
           and (ended_on is null or cancel_requested_on < ended_on) then cancel_requested_on
         else ended_on end as ended_on
  from spans
  where is_paid = 1 and billed_on <= $as_of and (ended_on is null or ended_on > billed_on)
),
periods_paid as (
  select customer_key, source_row, subscription_id, plan, term_months, mrr_cents, started_on, ended_on
  from billed
  where ended_on is null or ended_on > started_on
),
edges as (
  select customer_key, on_day, sum(change) as change
  from (
    select customer_key, started_on as on_day, 1 as change from periods_paid
    union all
    select customer_key, ended_on as on_day, -1 as change from periods_paid where ended_on is not null
  ) as both_ends
  group by customer_key, on_day
),
-- where nothing at all is paid any more, and when something is again
covers as (
  select customer_key, on_day,
    sum(change) over (partition by customer_key order by on_day rows between unbounded preceding and current row) as level,
    lead(on_day) over (partition by customer_key order by on_day) as next_started_on
  from edges
)
-- grace bridges the gap to the next period and never overlaps it; a period that ends beside a running one has none
select p.customer_key, p.source_row, p.subscription_id, p.plan, p.term_months, p.mrr_cents, p.started_on,
  case when $recognised <> 'grace_end' or c.on_day is null then p.ended_on
       when c.next_started_on < g.day then c.next_started_on
       when g.day <= $as_of then g.day end as ended_on
from periods_paid as p
left join covers as c on c.customer_key = p.customer_key and c.on_day = p.ended_on and c.level = 0
left join days as d on d.day = p.ended_on
left join days as g on g.day_index = d.day_index + $grace_days

-- one row per customer and entry into another primary stage, before short stages are smoothed away
-- precedence churned > escalation > renewal > onboarding > adoption; each source gives (customer, day, +1 or -1)
with edges as (
  select customer_key, started_on as on_day, 1 as d_active, 0 as d_onboarding, 0 as d_escalation, 0 as d_renewal, 0 as d_mrr
  from active_spans
  union all
  select customer_key, ended_on, -1, 0, 0, 0, 0 from active_spans where ended_on is not null
  union all
  select customer_key, joined_on, 0, 1, 0, 0, 0 from onboarding
  union all
  select customer_key, ended_on, 0, -1, 0, 0, 0 from onboarding
  union all
  select customer_key, started_on, 0, 0, 1, 0, 0 from escalations
  union all
  select customer_key, ended_on, 0, 0, -1, 0, 0 from escalations where ended_on is not null
  union all
  select customer_key, opens_on, 0, 0, 0, 1, 0 from renewals
  union all
  select customer_key, closes_on, 0, 0, 0, -1, 0 from renewals
  union all
  select customer_key, due_on, 0, 0, 0, 1, 0 from invoices where failed_attempts > 0
  union all
  select i.customer_key,
    case when i.paid_on <= i.due_on then i.due_on when i.paid_on < e.day then i.paid_on else e.day end, 0, 0, 0, -1, 0
  from invoices as i
  join days as d on d.day = i.due_on
  join days as e on e.day_index = d.day_index + $failed_payment_days
  where i.failed_attempts > 0
  union all
  select customer_key, moved_on, 0, 0, 0, 0, change_cents from mrr_movements
),
daily as (
  select customer_key, on_day, sum(d_active) as d_active, sum(d_onboarding) as d_onboarding,
    sum(d_escalation) as d_escalation, sum(d_renewal) as d_renewal, sum(d_mrr) as d_mrr
  from edges
  where on_day <= $as_of
  group by customer_key, on_day
),
levels as (
  select customer_key, on_day, sum(d_active) over w as n_active, sum(d_onboarding) over w as n_onboarding,
    sum(d_escalation) over w as n_escalation, sum(d_renewal) over w as n_renewal, sum(d_mrr) over w as mrr_cents
  from daily
  window w as (partition by customer_key order by on_day rows between unbounded preceding and current row)
),
named as (
  select l.customer_key, l.on_day, l.mrr_cents,
    case when l.n_active <= 0 then 'churned'
         when l.n_escalation > 0 then 'escalation'
         when l.n_renewal > 0 then 'renewal'
         when l.n_onboarding > 0 then 'onboarding'
         else 'adoption' end as stage
  from levels as l
  join lifetimes as f on f.customer_key = l.customer_key
  where l.on_day >= f.started_on
),
marked as (
  select customer_key, on_day, mrr_cents, stage,
    lag(stage) over (partition by customer_key order by on_day) as previous_stage
  from named
)
select customer_key, stage, on_day as started_on, mrr_cents,
  lead(on_day) over (partition by customer_key order by on_day) as ended_on,
  lead(stage) over (partition by customer_key order by on_day) as next_stage,
  previous_stage
from marked
where previous_stage is null or previous_stage <> stage

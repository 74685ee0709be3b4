-- one row per period of a subscription begun up to the as-of day; ended_on is empty while it runs
-- billing begins after a trial; a period without a status is free when its price is zero
with read as (
  select k.customer_key, s.source_row, s.subscription_id, s.plan, s.term_months, s.renews_on, s.trial_ends_on,
    s.started_on, s.ended_on as contract_ends_on,
    case when s.ended_on <= $as_of then s.ended_on end as ended_on,
    case when s.cancel_requested_on <= $as_of then s.cancel_requested_on end as cancel_requested_on,
    coalesce(s.status, case when s.mrr = 0 then 'free' else 'active' end) as status,
    cast(round(coalesce(s.mrr, 0e0) * 100) as bigint) as mrr_cents
  from raw_subscriptions as s
  join customer_keys as k on k.customer_id = s.customer_id
  where s.started_on <= $as_of
)
select customer_key, source_row, subscription_id, plan, status, term_months, started_on, ended_on, contract_ends_on, renews_on,
  cancel_requested_on, trial_ends_on, mrr_cents,
  case when status = 'active' then 1 else 0 end as is_paid,
  case when status = 'active' and trial_ends_on > started_on then trial_ends_on else started_on end as billed_on
from read

-- one row per customer and snapshot with a paid period on its eve: price, plan, term and days to the term's end
with running as (
  select p.customer_key, s.snapshot_on, p.mrr_cents, p.plan, p.term_months,
    row_number() over (partition by p.customer_key, s.snapshot_on order by p.mrr_cents desc, p.source_row) as nth
  from paid_spans as p
  join snapshots as s on p.started_on < s.snapshot_on and (p.ended_on is null or p.ended_on >= s.snapshot_on)
),
ahead as (
  select r.customer_key, s.snapshot_on, min(date_diff('day', s.snapshot_on, r.term_ends_on)) as days_to_renewal
  from renewals as r
  join snapshots as s on r.opens_on <= s.snapshot_on and r.term_ends_on >= s.snapshot_on
  group by r.customer_key, s.snapshot_on
)
select r.customer_key, r.snapshot_on, sum(r.mrr_cents) as mrr_cents, count(*) as n_subscriptions,
  max(case when r.nth = 1 then r.plan end) as plan,
  max(case when r.nth = 1 then r.term_months end) as term_months,
  min(a.days_to_renewal) as days_to_renewal
from running as r
left join ahead as a on a.customer_key = r.customer_key and a.snapshot_on = r.snapshot_on
group by r.customer_key, r.snapshot_on

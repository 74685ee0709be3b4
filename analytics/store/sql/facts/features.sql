-- one row per customer active on the eve of a snapshot: what was known before that day
select o.customer_key, o.snapshot_on,
  date_diff('day', o.started_on, o.snapshot_on) as tenure_days,
  c.mrr_cents / 1e2 as mrr, c.plan, c.term_months, c.days_to_renewal, c.n_subscriptions,
  coalesce(u.events_30, 0) as events_30, coalesce(u.events_90, 0) as events_90,
  coalesce(u.events_30, 0) / nullif(cast(coalesce(u.events_31_60, 0) as double), 0) as events_trend,
  coalesce(u.active_days_30, 0) as active_days_30, coalesce(u.n_features_30, 0) as n_features_30,
  coalesce(u.n_features_90, 0) as n_features_90, coalesce(u.amount_30, 0) as amount_30, coalesce(u.amount_90, 0) as amount_90,
  r.days_since_event,
  case when r.n_steps >= $onboarding_steps then 1e0 else coalesce(r.n_steps, 0) / cast($onboarding_steps as double) end as onboarding_share,
  coalesce(t.tickets_30, 0) as tickets_30, coalesce(t.tickets_90, 0) as tickets_90,
  coalesce(t.open_tickets_90, 0) as open_tickets_90, coalesce(t.urgent_tickets_90, 0) as urgent_tickets_90,
  coalesce(t.escalations_90, 0) as escalations_90, t.first_response_hours_90, t.ticket_satisfaction_90,
  coalesce(b.failed_payments_90, 0) as failed_payments_90, coalesce(b.unpaid_90, 0) as unpaid_90,
  coalesce(b.paid_late_90, 0) as paid_late_90,
  coalesce(h.check_ins_90, 0) as check_ins_90, coalesce(h.trainings_90, 0) as trainings_90,
  coalesce(h.price_talks_90, 0) as price_talks_90, coalesce(h.campaigns_90, 0) as campaigns_90, h.response_share_90,
  v.last_nps, v.last_csat, v.last_ces,
  p.champions, p.champions_left_180, p.people,
  g.stage
from at_risk as o
left join contract_features as c on c.customer_key = o.customer_key and c.snapshot_on = o.snapshot_on
left join usage_features as u on u.customer_key = o.customer_key and u.snapshot_on = o.snapshot_on
left join recency_features as r on r.customer_key = o.customer_key and r.snapshot_on = o.snapshot_on
left join support_features as t on t.customer_key = o.customer_key and t.snapshot_on = o.snapshot_on
left join billing_features as b on b.customer_key = o.customer_key and b.snapshot_on = o.snapshot_on
left join touch_features as h on h.customer_key = o.customer_key and h.snapshot_on = o.snapshot_on
left join survey_features as v on v.customer_key = o.customer_key and v.snapshot_on = o.snapshot_on
left join people_features as p on p.customer_key = o.customer_key and p.snapshot_on = o.snapshot_on
-- the stage as it stood: smoothing short stays away would tell from what came later
left join stage_entries as g
  on g.customer_key = o.customer_key and g.started_on < o.snapshot_on and (g.ended_on is null or g.ended_on >= o.snapshot_on)

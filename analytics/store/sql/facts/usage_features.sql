-- one row per customer and snapshot with events in the 90 days before it
select e.customer_key, w.snapshot_on,
  sum(case when w.age_days <= 30 then e.n else 0 end) as events_30,
  sum(case when w.age_days > 30 and w.age_days <= 60 then e.n else 0 end) as events_31_60,
  sum(e.n) as events_90,
  count(distinct case when w.age_days <= 30 then e.day end) as active_days_30,
  count(distinct case when w.age_days <= 30 then e.kind_key end) as n_features_30,
  count(distinct e.kind_key) as n_features_90,
  sum(case when w.age_days <= 30 then e.amount end) as amount_30,
  sum(e.amount) as amount_90
from customer_days as e
join kinds as k on k.kind_key = e.kind_key
join windows as w on w.day = e.day
where k.source = 'event' and w.age_days <= 90
group by e.customer_key, w.snapshot_on

-- one row per customer and snapshot with tickets in the 90 days before it; nothing later than the day is read
select t.customer_key, w.snapshot_on,
  sum(case when w.age_days <= 30 then 1 else 0 end) as tickets_30,
  count(*) as tickets_90,
  sum(case when t.resolved_on is null or t.resolved_on >= w.snapshot_on then 1 else 0 end) as open_tickets_90,
  sum(case when p.priority is not null then 1 else 0 end) as urgent_tickets_90,
  sum(case when t.escalated_on < w.snapshot_on then 1 else 0 end) as escalations_90,
  avg(case when t.first_response_on < w.snapshot_on then date_diff('second', t.opened_at, t.first_response_at) / 3600e0 end)
    as first_response_hours_90,
  avg(case when t.resolved_on < w.snapshot_on then t.satisfaction end) as ticket_satisfaction_90
from tickets as t
join windows as w on w.day = t.opened_on
left join escalation_priorities as p on p.priority = t.priority
where w.age_days <= 90
group by t.customer_key, w.snapshot_on

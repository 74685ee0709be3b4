-- one row per ticket that puts a customer into escalation: from its opening (urgent), its escalation, or, where only a reopening
-- without a date tells of it, its close; until the close and the cool-down, and never longer than the longest escalation
with begun as (
  select t.customer_key, t.source_row, t.resolved_on,
    case when p.priority is not null then t.opened_on
         when t.escalated_on is not null then t.escalated_on
         else t.resolved_on end as started_on
  from tickets as t
  left join escalation_priorities as p on p.priority = t.priority
  where p.priority is not null or t.escalated_on is not null or (t.reopened_count > 0 and t.resolved_on is not null)
)
select b.customer_key, b.source_row, b.started_on,
  case when e.day < m.day then e.day else m.day end as ended_on
from begun as b
join days as s on s.day = b.started_on
join days as m on m.day_index = s.day_index + $escalation_days
left join days as d on d.day = b.resolved_on
left join days as e on e.day_index = d.day_index + $cooldown_days

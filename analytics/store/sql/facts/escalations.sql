-- one row per ticket that puts a customer into escalation: from its opening (or escalation) to its close and the cool-down
select t.customer_key, t.source_row,
  case when p.priority is not null or t.reopened_count > 0 then t.opened_on else t.escalated_on end as started_on,
  e.day as ended_on
from tickets as t
left join escalation_priorities as p on p.priority = t.priority
left join days as d on d.day = t.resolved_on
left join days as e on e.day_index = d.day_index + $cooldown_days
where p.priority is not null or t.reopened_count > 0 or t.escalated_on is not null

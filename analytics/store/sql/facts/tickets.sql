-- one row per service request opened up to the as-of day; what happened later is not known yet
select k.customer_key, t.opened_at, t.opened_on, t.ticket_id, t.category, t.priority, t.satisfaction, t.reopened_count,
  case when t.first_response_on <= $as_of then t.first_response_at end as first_response_at,
  case when t.first_response_on <= $as_of then t.first_response_on end as first_response_on,
  case when t.resolved_on <= $as_of then t.resolved_at end as resolved_at,
  case when t.resolved_on <= $as_of then t.resolved_on end as resolved_on,
  case when t.escalated_on <= $as_of then t.escalated_at end as escalated_at,
  case when t.escalated_on <= $as_of then t.escalated_on end as escalated_on,
  t.source_row
from raw_tickets as t
join customer_keys as k on k.customer_id = t.customer_id
where t.opened_on <= $as_of

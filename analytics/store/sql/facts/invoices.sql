-- one row per bill due up to the as-of day
select k.customer_key, i.due_at, i.due_on, i.invoice_id, i.amount, i.failed_attempts, i.status,
  case when i.paid_on <= $as_of then i.paid_at end as paid_at,
  case when i.paid_on <= $as_of then i.paid_on end as paid_on,
  i.source_row
from raw_invoices as i
join customer_keys as k on k.customer_id = i.customer_id
where i.due_on <= $as_of

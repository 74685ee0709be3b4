-- one row per contact from us up to the as-of day
select k.customer_key, t.touched_at, t.touched_on, t.kind, t.channel, t.experiment, t.arm,
  case when t.responded_on <= $as_of then t.responded_at end as responded_at,
  case when t.responded_on <= $as_of then t.responded_on end as responded_on,
  t.source_row
from raw_touches as t
join customer_keys as k on k.customer_id = t.customer_id
where t.touched_on <= $as_of

-- one row per person at a customer known on the as-of day
select k.customer_key, c.contact_id, c.role, c.is_champion, c.joined_at, c.joined_on,
  case when c.left_on <= $as_of then c.left_at end as left_at,
  case when c.left_on <= $as_of then c.left_on end as left_on,
  c.source_row
from raw_contacts as c
join customer_keys as k on k.customer_id = c.customer_id
where c.joined_on is null or c.joined_on <= $as_of

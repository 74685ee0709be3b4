-- one row per answer given up to the as-of day
select k.customer_key, s.answered_at, s.answered_on, s.kind, s.score, s.comment, s.source_row
from raw_surveys as s
join customer_keys as k on k.customer_id = s.customer_id
where s.answered_on <= $as_of

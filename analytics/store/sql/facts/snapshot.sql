-- one row per customer of a snapshot file: the outcome, and tenure in the file's own unit
select k.customer_key, s.churned, s.outcome, s.tenure, s.tenure_at_entry, s.weight, s.experiment, s.arm
from raw_snapshot as s
join customer_keys as k on k.customer_id = s.customer_id

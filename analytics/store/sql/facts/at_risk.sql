-- one row per customer active on the eve of a snapshot: days until they left (empty while they are here) and days watched since
select a.customer_key, s.snapshot_on, a.started_on,
  date_diff('day', s.snapshot_on, a.ended_on) as left_after_days,
  s.watched_days
from snapshots as s
join active_spans as a on a.started_on < s.snapshot_on and (a.ended_on is null or a.ended_on >= s.snapshot_on)

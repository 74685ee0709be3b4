-- one row per customer and snapshot with people known: champions there, and champions who left in the 180 days before it
select c.customer_key, s.snapshot_on,
  sum(case when c.is_champion and (c.left_on is null or c.left_on >= s.snapshot_on) then 1 else 0 end) as champions,
  sum(case when c.is_champion and c.left_on < s.snapshot_on and c.left_on >= s.looks_back_180_on then 1 else 0 end) as champions_left_180,
  sum(case when c.left_on is null or c.left_on >= s.snapshot_on then 1 else 0 end) as people
from contacts as c
join snapshots as s on c.joined_on is null or c.joined_on < s.snapshot_on
group by c.customer_key, s.snapshot_on

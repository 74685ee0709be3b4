-- one row per customer and snapshot with contacts from us in the 90 days before it
select t.customer_key, w.snapshot_on,
  sum(case when t.kind = 'check_in' then 1 else 0 end) as check_ins_90,
  sum(case when t.kind = 'training' then 1 else 0 end) as trainings_90,
  sum(case when t.kind = 'price_talk' then 1 else 0 end) as price_talks_90,
  sum(case when t.kind = 'campaign' then 1 else 0 end) as campaigns_90,
  sum(case when t.responded_on < w.snapshot_on then 1 else 0 end) / nullif(cast(count(*) as double), 0) as response_share_90
from touches as t
join windows as w on w.day = t.touched_on
where w.age_days <= 90 and (t.arm is null or t.arm <> 'control')
group by t.customer_key, w.snapshot_on

-- one row per customer and snapshot: the last score of each survey in the year before it
with ranked as (
  select s.customer_key, w.snapshot_on, s.kind, s.score,
    row_number() over (partition by s.customer_key, w.snapshot_on, s.kind order by s.answered_at desc, s.source_row desc) as nth
  from surveys as s
  join windows as w on w.day = s.answered_on
)
select customer_key, snapshot_on,
  max(case when kind = 'nps' then score end) as last_nps,
  max(case when kind = 'csat' then score end) as last_csat,
  max(case when kind = 'ces' then score end) as last_ces
from ranked
where nth = 1
group by customer_key, snapshot_on

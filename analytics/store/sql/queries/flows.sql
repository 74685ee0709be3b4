-- one row per segment, stage and stage moved to inside the window (empty: the stay lasts at its end): moves, and MRR in cents
-- MRR is that of the day of the move; of who leaves, that of the eve: the sum of all changes before that day
with ends as (
  select c.segment, e.customer_key, e.stage, e.mrr_cents, e.ended_on,
    case when e.ended_on < $until_on then e.next_stage end as next_stage
  from stage_episodes as e
  join chosen as c on c.customer_key = e.customer_key
  where e.started_on < $until_on and (e.ended_on is null or e.ended_on >= $from_on)
),
parts as (
  select segment, stage, next_stage, 1 as customers, 0 as mrr_cents from ends
  union all
  select s.segment, s.stage, s.next_stage, 0 as customers, n.mrr_cents
  from ends as s
  join stage_episodes as n on n.customer_key = s.customer_key and n.started_on = s.ended_on
  where s.next_stage <> 'churned'
  union all
  select s.segment, s.stage, s.next_stage, 0 as customers, m.change_cents as mrr_cents
  from ends as s
  join mrr_movements as m on m.customer_key = s.customer_key and m.moved_on < s.ended_on
  where s.next_stage = 'churned'
)
select segment, stage as from_stage, next_stage as to_stage,
  cast(sum(customers) as bigint) as customers, cast(sum(mrr_cents) as bigint) as mrr_cents
from parts
group by segment, stage, next_stage

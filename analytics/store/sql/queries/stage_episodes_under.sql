-- one row per customer and unbroken stay in a primary stage, under other thresholds (`other_episodes`)
select customer_key, stage, started_on, cast(mrr_cents as bigint) as mrr_cents, ended_on, next_stage
from other_episodes

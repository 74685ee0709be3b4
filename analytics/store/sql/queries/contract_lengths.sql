-- one row per term of the first contract (months), length of the first stretch, days since it began, and whether it ended: customers
with firsts as (
  select customer_key, term_months, row_number() over (partition by customer_key order by started_on, source_row) as nth
  from paid_spans
),
lengths as (
  select f.term_months, l.duration_days, date_diff('day', l.started_on, $today) as watched_days, l.has_churned
  from lifetimes as l
  join chosen as c on c.customer_key = l.customer_key
  join firsts as f on f.customer_key = l.customer_key
  where f.nth = 1 and f.term_months > 0
)
select term_months, duration_days, watched_days, has_churned, cast(count(*) as bigint) as customers
from lengths
group by term_months, duration_days, watched_days, has_churned

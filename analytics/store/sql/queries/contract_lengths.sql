-- one row per term of the first contract (months), length (days) of the first stretch and whether it ended: customers
with firsts as (
  select customer_key, term_months, row_number() over (partition by customer_key order by started_on, source_row) as nth
  from paid_spans
)
select f.term_months, l.duration_days, l.has_churned, cast(count(*) as bigint) as customers
from lifetimes as l
join chosen as c on c.customer_key = l.customer_key
join firsts as f on f.customer_key = l.customer_key
where f.nth = 1 and f.term_months > 0
group by f.term_months, l.duration_days, l.has_churned

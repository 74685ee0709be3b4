-- one row per unbroken stretch of being a customer; ended_on is the first day away, empty while they are here
with state as (
  select customer_key, on_day,
    sum(change) over (partition by customer_key order by on_day rows between unbounded preceding and current row) as level
  from presence_edges
),
turns as (
  select customer_key, on_day, case when level > 0 then 1 else 0 end as is_active,
    coalesce(lag(case when level > 0 then 1 else 0 end) over (partition by customer_key order by on_day), 0) as was_active
  from state
),
stretches as (
  select customer_key, is_active, on_day as started_on,
    lead(on_day) over (partition by customer_key order by on_day) as ended_on
  from turns
  where is_active <> was_active
)
select customer_key, row_number() over (partition by customer_key order by started_on) as nth, started_on, ended_on
from stretches
where is_active = 1

-- one row per segment and length (days) of a stretch of being a customer, returns included: how many ended, how many last
with stays as (
  select customer_key, case when ended_on is null then 0 else 1 end as has_ended,
    date_diff('day', started_on, case when ended_on is null then $today else ended_on end) as duration_days
  from active_spans
)
select c.segment, s.duration_days as time, cast(null as double) as entry,
  cast(sum(s.has_ended) as double) as events, cast(sum(1 - s.has_ended) as double) as censored
from stays as s
join chosen as c on c.customer_key = s.customer_key
group by c.segment, s.duration_days

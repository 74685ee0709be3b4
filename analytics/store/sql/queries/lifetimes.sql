-- one row per segment and length (days) of a first stretch of being a customer that began in the window: how many ended, how many last
select c.segment, l.duration_days as time, cast(null as double) as entry,
  cast(sum(l.has_churned) as double) as events, cast(sum(1 - l.has_churned) as double) as censored
from lifetimes as l
join chosen as c on c.customer_key = l.customer_key
where l.started_on >= $from_on and l.started_on < $until_on
group by c.segment, l.duration_days

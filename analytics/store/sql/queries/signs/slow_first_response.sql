-- one row per customer and day of a first answer after which the answers of the last days took longer than allowed on average
with answered as (
  select t.customer_key, t.first_response_on as day, t.opened_on,
    date_diff('second', t.opened_at, t.first_response_at) / 3600e0 as hours
  from tickets as t
  join chosen as c on c.customer_key = t.customer_key
  where t.first_response_on is not null
),
days_answered as (
  select distinct customer_key, day from answered
)
select d.customer_key, d.day
from days_answered as d
join answered as a on a.customer_key = d.customer_key and a.day <= d.day
  and date_diff('day', a.opened_on, d.day) < $within_days
group by d.customer_key, d.day
having avg(a.hours) > $hours

-- one row per customer with an order up to a day: repeat orders, days from the first to the last and to that day, spend on the
-- repeats, and the orders that followed; an order is a day whose events (of a name; empty: any) have amounts of 0 or more in all
with order_days as (
  select d.customer_key, d.day, sum(d.amount) as amount
  from customer_days as d
  join kinds as k on k.kind_key = d.kind_key
  where k.source = 'event' and ($event = '' or k.name = $event)
  group by d.customer_key, d.day
  having sum(d.amount) >= 0
),
numbered as (
  select customer_key, day, amount, row_number() over (partition by customer_key order by day) as nth
  from order_days
),
bought as (
  select customer_key, min(day) as first_on, max(case when day <= $until_on then day end) as last_on,
    sum(case when nth > 1 and day <= $until_on then 1 else 0 end) as repeats,
    sum(case when nth > 1 and day <= $until_on then amount else 0e0 end) as repeat_amount,
    sum(case when day > $until_on then 1 else 0 end) as later
  from numbered
  group by customer_key
)
select k.customer_id, c.segment, cast(b.repeats as bigint) as repeats, date_diff('day', b.first_on, b.last_on) as last_days,
  date_diff('day', b.first_on, $until_on) as age_days, b.repeat_amount, cast(b.later as bigint) as later
from bought as b
join chosen as c on c.customer_key = b.customer_key
join attributes as k on k.customer_key = b.customer_key
where b.first_on <= $until_on

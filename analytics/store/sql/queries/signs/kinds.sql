-- one row per customer, day and kind of record (event, touch, ticket) that is rare among the customers it happens to
with seen as (
  select d.customer_key, d.day, k.source, k.name
  from customer_days as d
  join kinds as k on k.kind_key = d.kind_key
  where k.source in ('event', 'ticket') and k.name <> ''
  union
  select customer_key, touched_on as day, 'touch' as source, kind as name
  from touches
  where arm is null or arm <> 'control'
),
stayed as (
  select customer_key, sum(date_diff('day', started_on, coalesce(ended_on, $as_of))) as n_days from active_spans group by customer_key
),
per_customer as (
  select s.source, s.name, s.customer_key, count(*) as n from seen as s group by s.source, s.name, s.customer_key
),
rare as (
  select p.source, p.name, row_number() over (order by count(*) desc, p.source, p.name) as nth
  from per_customer as p
  join stayed as y on y.customer_key = p.customer_key
  group by p.source, p.name
  having count(*) >= $n_customers and sum(p.n) * $rare_days <= sum(y.n_days)
)
select s.customer_key, s.day, s.source, s.name
from seen as s
join chosen as c on c.customer_key = s.customer_key
join rare as r on r.source = s.source and r.name = s.name
where r.nth <= $most_kinds

-- one row per customer and day on which a period of a subscription begins or ends: the dearest plan in force from then on
with turns as (
  select customer_key, started_on as turns_on from spans
  union
  select customer_key, ended_on as turns_on from spans where ended_on is not null
),
ranked as (
  select t.customer_key, t.turns_on, s.plan,
    row_number() over (
      partition by t.customer_key, t.turns_on order by s.mrr_cents desc, s.started_on desc, s.source_row desc
    ) as nth
  from turns as t
  left join spans as s on s.customer_key = t.customer_key and s.plan is not null and s.started_on <= t.turns_on
    and (s.ended_on is null or s.ended_on > t.turns_on)
)
select r.customer_key, r.turns_on, r.plan as segment
from ranked as r
join chosen as c on c.customer_key = r.customer_key
where r.nth = 1

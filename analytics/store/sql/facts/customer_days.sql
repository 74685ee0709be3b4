-- one row per customer, local day and kind of record
select r.customer_key, r.day, r.kind_key, count(*) as n, sum(r.amount) as amount
from (
  select customer_key, occurred_on as day, kind_key, amount from events
  union all
  select t.customer_key, t.opened_on as day, k.kind_key, cast(null as double) as amount
  from tickets as t join kinds as k on k.source = 'ticket' and k.name = coalesce(t.category, '')
  union all
  select t.customer_key, t.touched_on as day, k.kind_key, cast(null as double) as amount
  from touches as t join kinds as k on k.source = 'touch' and k.name = t.kind
  union all
  select s.customer_key, s.answered_on as day, k.kind_key, cast(null as double) as amount
  from surveys as s join kinds as k on k.source = 'survey' and k.name = s.kind
  union all
  select i.customer_key, i.due_on as day, k.kind_key, i.amount
  from invoices as i join kinds as k on k.source = 'invoice'
) as r
group by r.customer_key, r.day, r.kind_key

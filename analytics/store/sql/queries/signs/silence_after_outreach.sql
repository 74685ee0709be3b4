-- one row per contact from us without an answer for so many days, of the kinds that are ever answered: the day the wait was over
with answered_kinds as (
  select distinct kind from touches where responded_on is not null
)
select t.customer_key, w.day
from touches as t
join chosen as c on c.customer_key = t.customer_key
join answered_kinds as a on a.kind = t.kind
join days as d on d.day = t.touched_on
join days as w on w.day_index = d.day_index + cast($days as int)
where (t.arm is null or t.arm <> 'control') and w.day <= $as_of and (t.responded_on is null or t.responded_on > w.day)

-- one row per value of an event attribute: mark, n (events with it)
select m.mark, cast(count(*) as bigint) as n
from marked as m
where m.mark is not null
group by m.mark

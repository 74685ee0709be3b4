-- one row per value of the attribute a question is broken down by (one row when it is not): its customers
select segment, cast(count(*) as bigint) as customers
from chosen
group by segment

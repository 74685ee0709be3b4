-- one row per segment and tenure of a snapshot: customers, and how many of them left
select c.segment, s.tenure, cast(count(*) as bigint) as customers, cast(sum(case when s.churned then 1 else 0 end) as bigint) as churned
from snapshot as s
join chosen as c on c.customer_key = s.customer_key
where s.churned is not null
group by c.segment, s.tenure

-- one row per segment, tenure and tenure at entry of a snapshot: weight of those who left and of those still here
select c.segment, s.tenure as time, s.tenure_at_entry as entry,
  sum(case when s.churned then coalesce(s.weight, 1e0) else 0e0 end) as events,
  sum(case when s.churned then 0e0 else coalesce(s.weight, 1e0) end) as censored
from snapshot as s
join chosen as c on c.customer_key = s.customer_key
where s.tenure is not null and s.churned is not null
group by c.segment, s.tenure, s.tenure_at_entry

-- one row per segment, period with activity (a customer enters every one of theirs) and age: how many were active then too
select c.segment, a.period_index as cohort_index, b.period_index - a.period_index as age, cast(count(*) as bigint) as retained
from activity_periods as a
join chosen as c on c.customer_key = a.customer_key
join activity_periods as b on b.customer_key = a.customer_key and b.basis = a.basis and b.grain = a.grain
where a.basis = $basis and a.grain = $grain and b.period_index >= a.period_index
group by c.segment, a.period_index, b.period_index - a.period_index

-- one row per segment, cohort (period of first activity) and age with anybody active: how many of the cohort were active then
with active as (
  select c.segment, a.customer_key, a.period_index,
    min(a.period_index) over (partition by a.customer_key) as cohort_index
  from activity_periods as a
  join chosen as c on c.customer_key = a.customer_key
  where a.basis = $basis and a.grain = $grain
)
select segment, cohort_index, period_index - cohort_index as age, cast(count(*) as bigint) as retained
from active
group by segment, cohort_index, period_index - cohort_index

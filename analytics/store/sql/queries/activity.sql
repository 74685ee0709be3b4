-- one row per customer and period with activity
select c.segment, a.customer_key, a.period_index
from activity_periods as a
join chosen as c on c.customer_key = a.customer_key
where a.basis = $basis and a.grain = $grain

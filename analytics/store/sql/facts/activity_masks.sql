-- one row per customer, basis, grain and word of 63 periods: a bit for each period with activity
select a.customer_key, a.basis, a.grain, p.word, sum(p.bit_value) as mask
from activity_periods as a
join periods as p on p.grain = a.grain and p.period_index = a.period_index
group by a.customer_key, a.basis, a.grain, p.word
